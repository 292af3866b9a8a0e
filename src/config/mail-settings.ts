import path from "node:path";
import * as v from "valibot";
import { InputError } from "../inputs/input-error";
import { type Mailbox, readMailbox } from "../inputs/mail-address";
import { readBy } from "../inputs/read-by";
import { httpUrl, urlOf } from "./setting-forms";

/** Most characters of a name that mail programs show: the site's, or that of an address. */
const MAX_NAME_LENGTH = 60;

const sender = v.pipe(v.string(), readBy(readSender));

/** Whether a name is short, on one line, and without characters that change the direction of the text. */
function isName(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && !/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u.test(text);
}

function readSender(text: string): Mailbox {
  const mailbox = readMailbox(text);
  if (isName(mailbox.name)) return mailbox;
  throw new InputError(`Its name must have at most ${MAX_NAME_LENGTH} characters, on one line.`);
}

/** Settings of digests by mail; see `settings`. */
export const mailSettings = {
  SITE_NAME: {
    description: "Name of the site in mails and pages.",
    default: "Daily Papers",
    form: v.pipe(v.string(), v.check(isName)),
    expected: `a name of at most ${MAX_NAME_LENGTH} characters, on one line`,
  },
  PUBLIC_URL: {
    description: "URL at which readers reach this API, for the links in mails; http://localhost:PORT when not set.",
    default: undefined,
    form: v.optional(
      v.pipe(
        httpUrl,
        v.regex(/^[^?#]*$/),
        // In ASCII, as headers and mails need it.
        v.transform((url) => new URL(url).href.replace(/\/+$/, "")),
      ),
    ),
    expected: "an http or https URL without ? and #",
  },
  SMTP_URL: {
    description:
      "Mail server for outgoing mails, over TLS unless it is on this machine or the URL ends with ?requireTLS=false; without one, mails go into DATA_DIR/outbox, and the process prints at its start the address of the page that shows them.",
    default: undefined,
    form: v.optional(urlOf(["smtp", "smtps"])),
    expected: "smtp://USER:PASSWORD@HOST:PORT, or smtps for TLS from the start",
  },
  MAIL_FROM: {
    description:
      "From address of digests, alone or after a name: `Daily Papers <digest@papers.example>`; a name with a comma must be in double quotation marks.",
    default: "digest@localhost",
    form: sender,
    expected: "a mail address, alone or after a name",
  },
  MAIL_FROM_CONFIRMATION: {
    description:
      "From address of the mails that ask for a confirmation, in the same form; a different one, so that neither harms the other.",
    default: "confirm@localhost",
    form: sender,
    expected: "a mail address, alone or after a name",
  },
  DIGEST_SECRET: {
    description:
      "Key for the links in mails, for the list of suppressed addresses and for the secrets of webhooks: 32 characters or more, the same for all processes; generated in DATA_DIR when not set.",
    default: undefined,
    form: v.optional(v.pipe(v.string(), v.minLength(32))),
    expected: "a string of at least 32 characters",
  },
  DIGEST_EVENTS_SECRET: {
    description:
      "Standard Webhooks secret (`whsec_` and at least 24 bytes in base64) of requests to /digest/events (bounces, complaints); the route is disabled when not set.",
    default: undefined,
    form: v.optional(v.pipe(v.string(), v.regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/))),
    expected: "whsec_ and at least 24 bytes in base64",
  },
  DKIM_DOMAIN: {
    description: "Domain that signs the mails (DKIM); goes with DKIM_SELECTOR and DKIM_PRIVATE_KEY_FILE.",
    default: undefined,
    form: v.optional(v.pipe(v.string(), v.regex(/^[a-zA-Z0-9.-]+$/))),
    expected: "a domain",
  },
  DKIM_SELECTOR: {
    description: "Selector of the key in the domain's DNS.",
    default: undefined,
    form: v.optional(v.pipe(v.string(), v.regex(/^[a-zA-Z0-9._-]+$/))),
    expected: "a DKIM selector",
  },
  DKIM_PRIVATE_KEY_FILE: {
    description: "File with the private key in PEM format.",
    default: undefined,
    form: v.optional(
      v.pipe(
        v.string(),
        v.transform((file) => path.resolve(file)),
      ),
    ),
    expected: "a file",
  },
} as const;
