import type { Readable } from "node:stream";
import type { createTransport as Create } from "nodemailer";
import type { DigestSettings } from "../digest.settings";
import { composeMail, type OutgoingMail } from "./mime";
import { createOutbox } from "./outbox-writer";
import { type Outcome, outcomeOf } from "./smtp-outcome";

export interface Mailer {
  /** Hands a mail to the server, once: never retries by itself, never throws. */
  send(mail: OutgoingMail): Promise<Outcome>;
  /** Closes its connections once the mails in flight are done. */
  close(): void;
}

/** In milliseconds: until connected, until the server's greeting, and of silence. */
export interface MailTimeouts {
  connect: number;
  greeting: number;
  silence: number;
}

const defaultTimeouts: MailTimeouts = { connect: 10_000, greeting: 10_000, silence: 30_000 };

/** Sends to the mail server, or, if none is set, writes to the outbox. */
export function createMailer(settings: DigestSettings, timeouts: MailTimeouts = defaultTimeouts): Mailer {
  const { smtpUrl, dkim } = settings;
  const { deliver, close } = smtpUrl ? createSmtp(smtpUrl, timeouts) : createOutbox(settings.outbox);
  return {
    async send(mail) {
      try {
        return await deliver(mail, await composeMail(mail, dkim));
      } catch (error) {
        return outcomeOf(error, false);
      }
    },
    close,
  };
}

/**
 * Mails hold tokens that act, so TLS is required: an attacker in between who hides that the server offers it gets nothing.
 * Not on this machine; `?requireTLS=false` is for a trusted network.
 */
function needsTls(url: string): boolean {
  const { protocol, hostname, searchParams } = new URL(url);
  const isOwnMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return protocol === "smtp:" && !isOwnMachine && searchParams.get("requireTLS") !== "false";
}

function createSmtp(url: string, timeouts: MailTimeouts) {
  const { createTransport } = require("nodemailer") as { createTransport: typeof Create };
  const transport = createTransport({
    url,
    pool: true,
    // Options here take precedence over the URL's.
    ...(needsTls(url) && { requireTLS: true }),
    // The table of deliveries knows what may be sent again; the pool does not.
    maxRequeues: 0,
    idleTimeout: 5000,
    connectionTimeout: timeouts.connect,
    dnsTimeout: timeouts.connect,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.silence,
  });
  const streams = new WeakMap<Buffer, Readable>();
  transport.use("stream", (mail, done) => {
    const { message } = mail;
    const create = message.createReadStream.bind(message);
    message.createReadStream = (options) => {
      const stream = create(options);
      streams.set(mail.data.raw as Buffer, stream);
      return stream;
    };
    done();
  });
  const deliver = async (mail: OutgoingMail, raw: Buffer): Promise<Outcome> => {
    try {
      await transport.sendMail({ envelope: { from: mail.from.address, to: mail.to }, raw });
      return { kind: "ACCEPTED" };
    } catch (error) {
      return outcomeOf(error, streams.get(raw)?.readableDidRead ?? false);
    }
  };
  return { deliver, close: () => transport.close() };
}
