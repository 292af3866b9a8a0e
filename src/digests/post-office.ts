import type { Log } from "../log";
import type { DigestSettings } from "./digest.settings";
import { renderers } from "./mail/renderers";
import { createMailer } from "./mailer";
import type { PostOffice } from "./send.service";

/** All that sending needs, as it is in service. */
export function openPostOffice(settings: DigestSettings, log: Log): PostOffice {
  return { mailer: createMailer(settings), renderers, settings, log };
}
