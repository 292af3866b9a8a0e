import path from "node:path";
import { z } from "zod";

const address = z.string().regex(/^[^\s@<>",;:]+@[^\s@<>",;:]+$/);

/** Settings of digests by mail; see `settings`. */
export const mailSettings = {
  PUBLIC_URL: {
    description: "Where readers reach this API, for the links in mails; http://localhost:PORT when not set.",
    default: undefined,
    form: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !/[?#]/.test(url))
      .transform((url) => url.replace(/\/+$/, ""))
      .optional(),
    expected: "an http or https URL without ? and #",
  },
  SMTP_URL: {
    description: "Mail server that takes the mails; without one they go into DATA_DIR/outbox and are shown at /outbox.",
    default: undefined,
    form: z.url({ protocol: /^smtps?$/ }).optional(),
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
      "Keys the links in mails and the list of suppressed addresses, the same for all processes; made in DATA_DIR when not set.",
    default: undefined,
    form: z.string().min(32).optional(),
    expected: "a text of at least 32 characters",
  },
  DIGEST_EVENTS_SECRET: {
    description:
      "Standard Webhooks secret of what is posted to /digest/events (bounces, complaints); closed when not set.",
    default: undefined,
    form: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/)
      .optional(),
    expected: "whsec_ and at least 24 bytes in base64",
  },
  DKIM_DOMAIN: {
    description: "Domain that signs the mails (DKIM); goes with DKIM_SELECTOR and DKIM_PRIVATE_KEY_FILE.",
    default: undefined,
    form: z
      .string()
      .regex(/^[a-zA-Z0-9.-]+$/)
      .optional(),
    expected: "a domain",
  },
  DKIM_SELECTOR: {
    description: "Selector of the key in the domain's DNS.",
    default: undefined,
    form: z
      .string()
      .regex(/^[a-zA-Z0-9._-]+$/)
      .optional(),
    expected: "a DKIM selector",
  },
  DKIM_PRIVATE_KEY_FILE: {
    description: "File with the private key in PEM form.",
    default: undefined,
    form: z
      .string()
      .transform((file) => path.resolve(file))
      .optional(),
    expected: "a file",
  },
} as const;
