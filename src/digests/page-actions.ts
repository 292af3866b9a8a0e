import { databaseNow } from "../db/clock";
import type { WritableDb } from "../db/database";
import type { UserError } from "../user-error.type";
import type { DigestSettings } from "./digest.settings";
import { DigestStatus } from "./digest.types";
import type { DigestDoor } from "./digest-door";
import { renderDigest } from "./mail/digest.mail";
import type { DigestActions, DigestChanges, FieldError } from "./pages/actions";
import { subscribeToDigest } from "./subscribe.service";
import {
  confirmSubscription,
  endOtherLinks,
  findByToken,
  findManaging,
  resubscribe,
  unsubscribe,
  updateSubscription,
} from "./subscription.service";
import { findIssue } from "./web-copy.service";

/** Binds the pages to the rules that the mutations go by, too. */
export function createDigestActions(db: WritableDb, door: DigestDoor, settings: DigestSettings): DigestActions {
  return {
    find: (token) => findUsable(db, token),
    async confirm(token, consent) {
      const done = await confirmSubscription(db, door.secret, token, consent, await databaseNow(db));
      if ("problem" in done) return { managementToken: null, problem: done.problem };
      return { managementToken: done.managementToken, problem: null };
    },
    update: (token, changes) => update(db, token, changes),
    unsubscribe: (token) => unsubscribe(db, token),
    endOtherLinks: async (token) => (await endOtherLinks(db, token)) !== null,
    resubscribe: async (token, consent) => (await resubscribe(db, token, consent, await databaseNow(db))) !== null,
    async subscribe(form, from) {
      await door.admit(from.address);
      const filter = form.keywords.length > 0 ? { keywords: form.keywords } : {};
      return { errors: fieldErrors(await subscribeToDigest(db, { ...form, filter }, from, door)) };
    },
    async webCopy(token) {
      const issue = await findIssue(db, settings, token);
      return issue && (await renderDigest(issue)).html;
    },
  };
}

/** A link that asks to confirm an address that does not take mail leads nowhere: subscribing again would not help. */
async function findUsable(db: WritableDb, token: string): ReturnType<DigestActions["find"]> {
  const found = await findByToken(db, token);
  const isDead = found?.purpose === "CONFIRM" && found.subscription.status === DigestStatus.SUPPRESSED;
  return isDead ? null : found;
}

async function update(
  db: WritableDb,
  token: string,
  { keywords, excludeKeywords, minUpvotes, hasCode, ...changes }: DigestChanges,
): Promise<{ errors: FieldError[] }> {
  const standing = (await findManaging(db, token))?.subscription;
  const given = { keywords, excludeKeywords, minUpvotes, hasCode };
  // What the form does not show is kept, as what is undefined here is.
  const filter = {
    ...standing?.filter,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  const updated = await updateSubscription(db, token, { ...changes, filter }, await databaseNow(db));
  return { errors: fieldErrors(updated?.userErrors ?? []) };
}

function fieldErrors(errors: UserError[]): FieldError[] {
  return errors.map(({ path = [], message }) => ({
    field: path.findLast((part) => /^[a-z]/i.test(part)) ?? "form",
    message,
  }));
}
