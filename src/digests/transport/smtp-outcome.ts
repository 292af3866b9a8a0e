/** The outcome of handing a mail to the server. A reason never holds an address or a token: only the server's codes and ours. */
export type Outcome =
  | { kind: "ACCEPTED" }
  /** Permanently; `isBounce` when the server says that there is no such address, or that it accepts no mail. */
  | { kind: "REFUSED"; reason: string; isBounce: boolean }
  /** Before anything was accepted, so it can be tried again; `isSoftBounce` when the address was rejected temporarily. */
  | { kind: "FAILED"; reason: string; isSoftBounce: boolean }
  /** The mail was sent, but no reply came: the server may have accepted it. */
  | { kind: "UNKNOWN"; reason: string };

interface SmtpError {
  code?: string;
  responseCode?: number;
  response?: string;
  command?: string;
}

/** The commands whose reply is about this mail; others are about the connection, and may succeed the next time. */
const OF_MAIL = ["MAIL FROM", "RCPT TO", "DATA"];
/**
 * Replies to RCPT that are about its address: enhanced codes (RFC 3463) of addresses and mailboxes, except those about the
 * sender, which servers check here too (X.1.7, X.1.8). Without such a code, the words decide.
 */
const OF_ADDRESS = /^[45]\d\d[ -][45]\.(1\.(?![78]\b)|2\.)/;
const HAS_SUBJECT = /^[45]\d\d[ -][45]\.[1-7]\./;
const OF_SENDER = /^5(03|30|35)|\b(relay|sender|authenticat)/i;

/** The outcome that an error of the transport means; `isBegun`: a part of the mail itself was sent. */
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

/** Omits the server's text, which often repeats the address. */
function reasonOf({ code, response = "", command = "" }: SmtpError): string {
  const [codes = code ?? "no code"] = /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?/.exec(response) ?? [];
  return command ? `${codes} at ${command.split(" ").slice(0, 2).join(" ")}` : codes;
}
