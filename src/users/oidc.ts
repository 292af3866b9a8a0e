import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { badCredentials, serviceUnavailable } from "../errors";
import { AccessTokenScope } from "./access-token.entity";
import type { Identity } from "./user.service";

/** Who a JSON Web Token stands for, and what it lets them do. */
interface SignedIn {
  identity: Identity;
  scopes: AccessTokenScope[];
}

/** Verifies a JSON Web Token: UNAUTHENTICATED says why it is not good, SERVICE_UNAVAILABLE that its issuer is away. */
export type VerifyIdentity = (jwt: string) => Promise<SignedIn>;

/** Signatures by key pairs only: a shared secret, or `none`, is never one of an issuer's. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const CLOCK_TOLERANCE_S = 30;
/** Keys are read again for an unknown one at most this often, so that made-up tokens cannot make us flood the issuer. */
const KEYS_COOLDOWN_MS = 1000;

/**
 * Verifies tokens of one OpenID Connect issuer. The issuer's keys are found by discovery at the first token (OpenID
 * Connect Discovery 1.0), and read again when a token names a key that is not known, so keys may rotate.
 */
export function createOidcVerifier(issuer: string, audience: string): VerifyIdentity {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (jwt) => {
    keys ??= discover(issuer);
    keys.catch(() => {
      keys = undefined;
    });
    const options = {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ["exp", "sub"],
    };
    try {
      const { payload } = await jwtVerify(jwt, await keys, options);
      return { identity: identityOf(issuer, payload), scopes: scopesOf(payload) };
    } catch (error) {
      if (error instanceof errors.JOSEError) throw badCredentials(`This token is not good: ${error.message}.`);
      throw error;
    }
  };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const metadata = await readMetadata(url).catch((error) => {
    throw issuerAway(error);
  });
  // OpenID Connect Discovery 1.0, 4.3: what is found must speak for the issuer that was asked for.
  if (metadata.issuer !== issuer) throw issuerAway(new Error(`${url} is of another issuer, ${metadata.issuer}`));
  const findKey = createRemoteJWKSet(new URL(metadata.jwks_uri), { cooldownDuration: KEYS_COOLDOWN_MS });
  return (header, token) =>
    findKey(header, token).catch((error) => {
      const isOfToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      throw isOfToken ? error : issuerAway(error);
    });
}

async function readMetadata(url: string): Promise<{ issuer: string; jwks_uri: string }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as { issuer: string; jwks_uri: string };
}

function issuerAway(cause: Error) {
  return serviceUnavailable("The issuer of this token cannot be reached; try again soon.", cause);
}

/** A reader who signs in may vote; more only by the token's own `scope`, separated by spaces (RFC 9068, 2.2.3). */
function scopesOf({ scope }: JWTPayload): AccessTokenScope[] {
  const granted = typeof scope === "string" ? scope.split(" ") : [];
  const { UPVOTES_WRITE, PAPERS_WRITE } = AccessTokenScope;
  return granted.includes(PAPERS_WRITE) ? [UPVOTES_WRITE, PAPERS_WRITE] : [UPVOTES_WRITE];
}

function identityOf(issuer: string, { sub, preferred_username, nickname, name, picture }: JWTPayload): Identity {
  if (sub === "") throw new errors.JWTClaimValidationFailed('"sub" claim is empty', {}, "sub");
  // Control characters and halves of surrogate pairs are no text that could be stored.
  const text = (claim: unknown) => (typeof claim === "string" && claim.replace(/[\p{Cc}\p{Cs}]/gu, "").trim()) || null;
  const image = text(picture);
  return {
    issuer,
    subject: sub!,
    wantedName: text(preferred_username) ?? text(nickname) ?? "",
    displayName: text(name),
    avatarUrl: image && /^https?:\/\//.test(image) && URL.canParse(image) ? image : null,
  };
}
