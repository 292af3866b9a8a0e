import { outcomeOf } from "../../../src/digests/transport/smtp-outcome";

const answer = (response: string) => {
  const outcome = outcomeOf({ command: "RCPT TO", responseCode: Number(response.slice(0, 3)), response }, false);
  if (outcome.kind === "REFUSED") return outcome.isBounce;
  return outcome.kind === "FAILED" && outcome.isSoftBounce;
};

describe("what a mail server answers to the reader's address", () => {
  test.each([
    "550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown in relay recipient table",
    "550-5.1.1 The email account that you tried to reach does not exist",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
    "553 5.1.2 no such host",
    "552 5.2.2 mailbox full",
    "550 No such user",
    "551 user not local",
    "450 4.2.1 try later",
    "452 mailbox full",
  ])("is of the address: %s", (response) => expect(answer(response)).toBe(true));

  test.each([
    "550 5.1.8 <digest@localhost>: Sender address rejected: Domain not found",
    "450 4.1.8 <digest@localhost>: Sender address rejected: Domain not found",
    "553 5.1.7 <digest@localhost>: bad address syntax",
    "550 5.3.0 system trouble",
    "550 5.4.6 routing loop",
    "554 5.7.1 <ada@example.org>: Relay access denied",
    "451 4.7.1 Greylisting in action",
    "550 relay not permitted",
    "550 Sender verify failed",
    "550 5.0.0 relaying denied",
    "530 Authentication required",
    "503 bad sequence",
  ])("is of us, and no reader is written off for it: %s", (response) => expect(answer(response)).toBe(false));
});
