import path from "node:path";
import * as v from "valibot";
import { isMailAddress } from "./mail-address";
import { httpUrl, urlOf } from "./url-settings";

const address = v.pipe(v.string(), v.check(isMailAddress));

/** Settings of digests by mail; see `settings`. */
export const mailSettings = {
  PUBLIC_URL: {
    description: "Where readers reach this API, for the links in mails; http://localhost:PORT when not set.",
    default: undefined,
    form: v.optional(
      v.pipe(
        httpUrl,
        v.regex(/^[^?#]*$/),
        v.transform((url) => url.replace(/\/+$/, "")),
      ),
    ),
    expected: "an http or https URL without ? and #",
  },
  SMTP_URL: {
    description:
      "Mail server that takes the mails, over TLS unless it is on this machine or the URL ends with ?requireTLS=false; without one they go into DATA_DIR/outbox, and the start prints the address of the page that shows them.",
    default: undefined,
    form: v.optional(urlOf(["smtp", "smtps"])),
    expected: "smtp://USER:PASSWORD@HOST:PORT, or smtps for TLS from the start",
  },
  MAIL_FROM: {
    description: "From address of digests.",
    default: "digest@localhost",
    form: address,
    expected: "a mail address",
  },
  MAIL_FROM_CONFIRMATION: {
    description: "From address of the mails that ask for a confirmation; another one, so that neither harms the other.",
    default: "confirm@localhost",
    form: address,
    expected: "a mail address",
  },
  DIGEST_SECRET: {
    description:
      "Keys the links in mails and the list of suppressed addresses: 32 characters or more, the same for all processes; made in DATA_DIR when not set.",
    default: undefined,
    form: v.optional(v.pipe(v.string(), v.minLength(32))),
    expected: "a text of at least 32 characters",
  },
  DIGEST_EVENTS_SECRET: {
    description:
      "Standard Webhooks secret of what is posted to /digest/events (bounces, complaints); closed when not set.",
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
    description: "File with the private key in PEM form.",
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
