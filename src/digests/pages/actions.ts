import { databaseNow } from "../../db/clock";
import type { WritableDb } from "../../db/database";
import { sql } from "../../db/sql";
import type { UserError } from "../../graphql/user-error.type";
import { checkNear } from "../../papers/paper-filter";
import { findIssue } from "../deliveries/web-copy.service";
import type { DigestSettings } from "../digest.settings";
import { type DigestFrequency, DigestStatus, type Weekday } from "../digest.types";
import { renderDigest } from "../mail/digest.mail";
import { updateSubscription } from "../subscriptions/change.service";
import { confirmSubscription } from "../subscriptions/confirm.service";
import { endOtherLinks, resubscribe, unsubscribe } from "../subscriptions/end.service";
import { findByToken, findManaging } from "../subscriptions/link.service";
import type { SignupLimit } from "../subscriptions/signup-limit";
import { type Consent, subscribeToDigest } from "../subscriptions/subscribe.service";
import type { DigestSubscription } from "../subscriptions/subscription.entity";

/** What is wrong with a form: the name of the field, and a sentence that says what would be right. */
export interface FieldError {
  field: string;
  message: string;
}

interface SubscribeForm {
  email: string;
  frequency: DigestFrequency;
  timeZone: string;
  hour: number;
  keywords: string[];
  categories: string[];
  consentVersion: string;
}

/** Omitted fields stay as they are, also in the filter, so that what the page does not show is kept. */
export interface DigestChanges {
  frequency?: DigestFrequency;
  weekday?: Weekday;
  hour?: number;
  timeZone?: string;
  maxPapers?: number;
  skipEmpty?: boolean;
  keywords?: string[];
  excludeKeywords?: string[];
  categories?: string[];
  excludeCategories?: string[];
  minUpvotes?: number | null;
  hasCode?: boolean | null;
  /** Ids of papers. */
  near?: string[];
  /** The day on which a paused subscription resumes; null resumes it at once. */
  pausedUntil?: string | null;
}

export interface TokenInfo {
  purpose: "CONFIRM" | "MANAGE";
  isUsed: boolean;
  isExpired: boolean;
  /** May show and change the subscription. If false, a MANAGE token can only end it. */
  mayManage: boolean;
  /** The token ended the subscription less than a day ago. */
  mayUndo: boolean;
  subscription: DigestSubscription;
}

/** The actions of the pages. GraphQLErrors that these throw become pages: RATE_LIMITED is a 429, SERVICE_UNAVAILABLE a 503. */
export interface DigestActions {
  find(token: string): Promise<TokenInfo | null>;
  confirm(
    token: string,
    consent: Consent,
  ): Promise<{ managementToken: string | null; problem: "TOKEN_INVALID" | "TOKEN_EXPIRED" | null }>;
  /** The titles of the papers that a digest's are to be like; those that were deleted are missing. */
  titlesNear(subscription: DigestSubscription): Promise<string[]>;
  update(token: string, changes: DigestChanges): Promise<{ errors: FieldError[] }>;
  /** Idempotent. Null for an unknown token. */
  unsubscribe(token: string): Promise<{ mayUndo: boolean } | null>;
  /** Ends all other links to the subscription; false for a token that does not manage it. */
  endOtherLinks(token: string): Promise<boolean>;
  /** Undoes unsubscribing, recorded as a new consent; false for an unknown token, or when it cannot be undone. */
  resubscribe(token: string, consent: Consent): Promise<boolean>;
  /** The same result for every valid address: nobody learns who is subscribed. */
  subscribe(form: SubscribeForm, from: Consent): Promise<{ errors: FieldError[] }>;
  /** The HTML of a digest as it was mailed; null for an unknown token. */
  webCopy(token: string): Promise<string | null>;
}

/** Connects the pages to the services that the mutations use. */
export function createDigestActions(db: WritableDb, signupLimit: SignupLimit, settings: DigestSettings): DigestActions {
  return {
    find: (token) => findUsable(db, token),
    async confirm(token, consent) {
      const done = await confirmSubscription(db, signupLimit.secret, token, consent, await databaseNow(db));
      if ("problem" in done) return { managementToken: null, problem: done.problem };
      return { managementToken: done.managementToken, problem: null };
    },
    titlesNear: ({ filter }) => readTitles(db, checkNear(filter.near ?? [])),
    update: (token, changes) => update(db, token, changes),
    unsubscribe: (token) => unsubscribe(db, token),
    endOtherLinks: async (token) => (await endOtherLinks(db, token)) !== null,
    resubscribe: async (token, consent) => (await resubscribe(db, token, consent, await databaseNow(db))) !== null,
    async subscribe({ keywords, categories, ...form }, from) {
      const input = { ...form, filter: { keywords, categories } };
      return { errors: fieldErrors(await subscribeToDigest(db, input, from, signupLimit)) };
    },
    async webCopy(token) {
      const issue = await findIssue(db, settings, token);
      return issue && (await renderDigest(issue)).html;
    },
  };
}

/** Null for a link that confirms a suppressed address: subscribing again would not help. */
async function findUsable(db: WritableDb, token: string): ReturnType<DigestActions["find"]> {
  const found = await findByToken(db, token);
  const isDead = found?.purpose === "CONFIRM" && found.subscription.status === DigestStatus.SUPPRESSED;
  return isDead ? null : found;
}

async function readTitles(db: WritableDb, paperIds: readonly number[]): Promise<string[]> {
  if (paperIds.length === 0) return [];
  const papers = await db.query<{ title: string }>(sql`
    select p.title from unnest(${paperIds}::int[]) with ordinality n (id, place) join papers p on p.id = n.id order by n.place`);
  return papers.map(({ title }) => title);
}

async function update(
  db: WritableDb,
  token: string,
  { keywords, excludeKeywords, categories, excludeCategories, minUpvotes, hasCode, near, ...changes }: DigestChanges,
): Promise<{ errors: FieldError[] }> {
  const standing = (await findManaging(db, token))?.subscription;
  const fields = Object.entries({
    keywords,
    excludeKeywords,
    categories,
    excludeCategories,
    minUpvotes,
    hasCode,
    near,
  });
  const given = fields.filter(([, value]) => value !== undefined);
  // Undefined fields stay as they are, as do those that the form does not show.
  const filter = given.length > 0 ? { ...standing?.filter, ...Object.fromEntries(given) } : undefined;
  const updated = await updateSubscription(db, token, { ...changes, filter }, await databaseNow(db));
  return { errors: fieldErrors(updated?.userErrors ?? []) };
}

function fieldErrors(errors: UserError[]): FieldError[] {
  return errors.map(({ path = [], message }) => ({
    field: path.findLast((part) => /^[a-z]/i.test(part)) ?? "form",
    message,
  }));
}
