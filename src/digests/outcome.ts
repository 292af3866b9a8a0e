/** What became of handing a mail over. A reason holds no address and no token: only a server's codes, and ours. */
export type Outcome =
  | { kind: "ACCEPTED" }
  /** For good; `isBounce` when the server says that there is no such address, or that it takes no mail. */
  | { kind: "REFUSED"; reason: string; isBounce: boolean }
  /** Before anything was accepted, so it can be tried again; `isSoftBounce` when it was the address that was put off. */
  | { kind: "FAILED"; reason: string; isSoftBounce: boolean }
  /** The mail was on its way when the answer failed to come: the server may have accepted it. */
  | { kind: "UNKNOWN"; reason: string };

interface SmtpError {
  code?: string;
  responseCode?: number;
  response?: string;
  command?: string;
}

/** The commands whose answer is about this mail; others are about the connection, and may go well the next time. */
const OF_MAIL = ["MAIL FROM", "RCPT TO", "DATA"];
/**
 * Which answers to RCPT are about the address there: by the enhanced codes (RFC 3463) those of addresses and mailboxes, but
 * for the sender's own, which servers check here, too (X.1.7, X.1.8). Without a code that says so, the words have to do.
 */
const OF_ADDRESS = /^[45]\d\d[ -][45]\.(1\.(?![78]\b)|2\.)/;
const HAS_SUBJECT = /^[45]\d\d[ -][45]\.[1-7]\./;
const OF_SENDER = /^5(03|30|35)|\b(relay|sender|authenticat)/i;

/** What an error of the transport means; `isBegun` when a part of the mail itself was sent. */
export function outcomeOf(error: unknown, isBegun: boolean): Outcome {
  const { responseCode = 0, command = "", response = "" } = error as SmtpError;
  const reason = reasonOf(error as SmtpError);
  if (!OF_MAIL.includes(command) || responseCode < 400) {
    return isBegun ? { kind: "UNKNOWN", reason } : { kind: "FAILED", reason, isSoftBounce: false };
  }
  const isOfAddress = command === "RCPT TO" && isAboutAddress(response);
  if (responseCode >= 500) return { kind: "REFUSED", reason, isBounce: isOfAddress };
  return { kind: "FAILED", reason, isSoftBounce: isOfAddress };
}

function isAboutAddress(response: string): boolean {
  return HAS_SUBJECT.test(response) ? OF_ADDRESS.test(response) : !OF_SENDER.test(response);
}

/** A server's text often repeats the address, so it is left out. */
function reasonOf({ code, response = "", command = "" }: SmtpError): string {
  const [codes = code ?? "no code"] = /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?/.exec(response) ?? [];
  return command ? `${codes} at ${command.split(" ").slice(0, 2).join(" ")}` : codes;
}
