import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Identity } from "./user.service";

/** Tells who a JSON Web Token stands for; rejects when it is not good. */
export type VerifyIdentity = (jwt: string) => Promise<Identity>;

/** Signatures by key pairs only: a shared secret, or `none`, is never one of an issuer's. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const CLOCK_TOLERANCE_S = 30;

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
    const { payload } = await jwtVerify(jwt, await keys, options);
    return identityOf(issuer, payload);
  };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  const { jwks_uri: keysUrl } = (await response.json()) as { jwks_uri: string };
  return createRemoteJWKSet(new URL(keysUrl));
}

function identityOf(issuer: string, { sub, preferred_username, nickname, name, picture }: JWTPayload): Identity {
  const text = (claim: unknown) => (typeof claim === "string" && claim.trim() !== "" ? claim.trim() : null);
  const image = text(picture);
  return {
    issuer,
    subject: sub!,
    wantedName: text(preferred_username) ?? text(nickname) ?? "",
    displayName: text(name),
    avatarUrl: image && /^https?:\/\//.test(image) && URL.canParse(image) ? image : null,
  };
}
