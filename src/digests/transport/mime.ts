import { createHash } from "node:crypto";
import type { createTransport as Create } from "nodemailer";
import type { Mailbox } from "../../inputs/mail-address";
import type { DigestSettings } from "../digest.settings";
import type { RenderedMail } from "../mail/mail.types";

/** A mail to be sent. The same mail gives the same bytes each time. */
export interface OutgoingMail {
  deliveryId: number;
  from: Mailbox;
  to: string;
  date: Date;
  /** With its angle brackets. */
  messageId: string;
  headers: Record<string, string>;
  content: RenderedMail;
}

/** The headers that say whose the mail is and how to unsubscribe: mail programs offer One-Click only if these are signed. */
const SIGNED = [
  "from",
  "to",
  "subject",
  "date",
  "message-id",
  "mime-version",
  "content-type",
  "auto-submitted",
  "list-id",
  "list-help",
  "list-archive",
  "list-unsubscribe",
  "list-unsubscribe-post",
].join(":");

/** The mail in the form of RFC 5322, signed when there is a key. */
export async function composeMail(mail: OutgoingMail, dkim: DigestSettings["dkim"]): Promise<Buffer> {
  // Slow to load, and a process may send nothing for a long time.
  const { createTransport } = require("nodemailer") as { createTransport: typeof Create };
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const { message } = await transport.sendMail({
    // As objects, since strings would be parsed as lists of addresses.
    from: { ...mail.from },
    to: { name: "", address: mail.to },
    date: mail.date,
    messageId: mail.messageId,
    subject: mail.content.subject,
    text: mail.content.text,
    html: mail.content.html,
    // Unfolded: a long link would be folded right after the header's name, which some programs take for an empty header.
    headers: Object.entries(mail.headers).map(([key, value]) => ({ key, value: { prepared: true, value } })),
    xMailer: false,
    baseBoundary: createHash("sha256").update(mail.messageId).digest("hex").slice(0, 24),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(dkim && { dkim: { ...dkimOptions(dkim), headerFieldNames: SIGNED } }),
  });
  return Buffer.isBuffer(message) ? message : Buffer.from(await readAll(message));
}

function dkimOptions({ domain, selector, privateKey }: NonNullable<DigestSettings["dkim"]>) {
  return { domainName: domain, keySelector: selector, privateKey };
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
