import type { DigestFrequency, Weekday } from "../digest.types";
import type { DigestSubscription } from "../subscription.entity";

/** Who consents: where the request came from, and with what. */
export interface Consent {
  address: string;
  userAgent: string | null;
}

/** What is wrong with a form: the name of its field, and a sentence that says what would be right. */
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
  consentVersion: string;
}

/** What is not there stays as it is; of the filter too, so what the page does not show is kept. */
export interface DigestChanges {
  frequency?: DigestFrequency;
  weekday?: Weekday;
  hour?: number;
  timeZone?: string;
  maxPapers?: number;
  skipEmpty?: boolean;
  keywords?: string[];
  excludeKeywords?: string[];
  minUpvotes?: number | null;
  hasCode?: boolean | null;
  /** The day on which a paused subscription goes on; null resumes it at once. */
  pausedUntil?: string | null;
}

export interface TokenInfo {
  purpose: "CONFIRM" | "MANAGE";
  isUsed: boolean;
  isExpired: boolean;
  /** Shows and changes the subscription. Without it, a token of MANAGE ends the subscription and nothing else. */
  mayManage: boolean;
  /** It ended the subscription less than a day ago. */
  mayUndo: boolean;
  subscription: DigestSubscription;
}

/** All that the pages do. GraphQLErrors that these throw become pages: RATE_LIMITED is a 429, SERVICE_UNAVAILABLE a 503. */
export interface DigestActions {
  find(token: string): Promise<TokenInfo | null>;
  confirm(
    token: string,
    consent: Consent,
  ): Promise<{ managementToken: string | null; problem: "TOKEN_INVALID" | "TOKEN_EXPIRED" | null }>;
  update(token: string, changes: DigestChanges): Promise<{ errors: FieldError[] }>;
  /** Null for an unknown token; the same again when it is repeated. */
  unsubscribe(token: string): Promise<{ mayUndo: boolean } | null>;
  /** Ends all links to the subscription but this one; false for a token that does not manage it. */
  endOtherLinks(token: string): Promise<boolean>;
  /** Undoes it, recorded as new consent; false for an unknown token, or where it cannot be. */
  resubscribe(token: string, consent: Consent): Promise<boolean>;
  /** The same for every address that could be one: nobody learns who is subscribed. */
  subscribe(form: SubscribeForm, from: Consent): Promise<{ errors: FieldError[] }>;
  /** The HTML of an issue as it was mailed; null for an unknown token. */
  webCopy(token: string): Promise<string | null>;
}
