import type { Renderers } from "../deliveries/compose-mail";
import { renderConfirmation, renderReminder } from "./consent.mail";
import { renderDigest } from "./digest.mail";

export const renderers: Renderers = {
  digest: renderDigest,
  confirmation: renderConfirmation,
  reminder: renderReminder,
};
