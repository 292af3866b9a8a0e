import { errors, type JWTPayload, jwtVerify } from "jose";
import { badCredentials } from "../graphql/errors";
import { pageUrl } from "../inputs/web-url";
import type { Log } from "../log";
import { AccessTokenScope } from "./access-token.entity";
import { createIssuerKeys } from "./issuer-keys";
import type { Identity } from "./user.service";

/** The user of a JSON Web Token, what they may do, and until when. */
export interface SignedIn {
  identity: Identity;
  scopes: AccessTokenScope[];
  expiresAt: Date;
}

/** Verifies a JSON Web Token; throws UNAUTHENTICATED with the reason if it is invalid, SERVICE_UNAVAILABLE if its issuer is. */
export type VerifyIdentity = (jwt: string) => Promise<SignedIn>;

/** Asymmetric signatures only: an issuer never signs with a shared secret or `none`. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const CLOCK_TOLERANCE_S = 30;

export interface OidcOptions {
  issuer: string;
  audience: string;
  /** Whether the scope TOKENS_WRITE of a token is honoured. */
  mayMakeTokens?: boolean;
}

/** Verifies tokens of one OpenID Connect issuer. */
export function createOidcVerifier({ issuer, audience, mayMakeTokens = false }: OidcOptions, log: Log): VerifyIdentity {
  const withKeys = createIssuerKeys(issuer, log);
  const options = {
    issuer,
    audience,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ["exp", "sub"],
  };
  return async (jwt) => {
    try {
      const { payload } = await withKeys((find) => jwtVerify(jwt, find, options));
      return {
        identity: identityOf(issuer, payload),
        scopes: scopesOf(payload, mayMakeTokens),
        expiresAt: endOf(payload),
      };
    } catch (error) {
      if (error instanceof errors.JOSEError) throw badCredentials(`This token is invalid: ${error.message}.`);
      throw error;
    }
  };
}

/** The last instant that RFC 3339 can express. */
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

function endOf({ exp }: JWTPayload): Date {
  return new Date(Math.min(exp! * 1000, LAST_INSTANT));
}

/** A user who signs in may vote; more only by the token's `scope`, separated by spaces (RFC 9068, 2.2.3). */
function scopesOf({ scope }: JWTPayload, mayMakeTokens: boolean): AccessTokenScope[] {
  const granted = typeof scope === "string" ? scope.split(" ") : [];
  const { UPVOTES_WRITE, PAPERS_WRITE, TOKENS_WRITE, WEBHOOKS_WRITE, DEVELOP } = AccessTokenScope;
  const heard = [PAPERS_WRITE, WEBHOOKS_WRITE, DEVELOP, ...(mayMakeTokens ? [TOKENS_WRITE] : [])];
  return [UPVOTES_WRITE, ...heard.filter((each) => granted.includes(each))];
}

/** At most 255 ASCII characters by OpenID Connect Core 1.0, 2; some issuers use others too. */
const SUBJECT = /^[^\p{Cc}\p{Cs}]{1,255}$/u;
const NAME = /^.{1,200}/su;

function identityOf(issuer: string, { sub, preferred_username, nickname, name, picture }: JWTPayload): Identity {
  if (typeof sub !== "string" || !SUBJECT.test(sub)) {
    throw new errors.JWTClaimValidationFailed('"sub" claim is not a text of 1 to 255 characters', {}, "sub");
  }
  // Control characters and lone surrogates cannot be stored as text.
  const text = (claim: unknown) => (typeof claim === "string" && claim.replace(/[\p{Cc}\p{Cs}]/gu, "").trim()) || null;
  return {
    issuer,
    subject: sub,
    wantedName: text(preferred_username) ?? text(nickname) ?? "",
    displayName: NAME.exec(text(name) ?? "")?.[0] ?? null,
    avatarUrl: pageUrl(text(picture)),
  };
}
