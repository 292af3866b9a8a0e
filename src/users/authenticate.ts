import type { WritableDb } from "../db/database";
import { badCredentials } from "../errors";
import { findTokenViewer, TOKEN_PREFIX } from "./access-token.service";
import type { SignedIn, VerifyIdentity } from "./oidc";
import type { NoteUse } from "./token-uses";
import { ensureIdentity } from "./user.service";
import type { Viewer } from "./viewer";

/** What a request says of who it is from: the secret of an access token of ours, or a JWT that was verified. */
export type Credential = { secret: string } | SignedIn;

/**
 * What an Authorization header holds: an access token of ours, or a JWT of the configured issuer, which may have to be asked
 * for its keys. No header is anonymous; a header that is not good is UNAUTHENTICATED, never anonymous.
 */
export async function readCredential(
  header: string | undefined,
  verifyIdentity: VerifyIdentity | null,
): Promise<Credential | null> {
  if (header === undefined) return null;
  const [, secret] = /^Bearer +(\S+)$/i.exec(header) ?? [];
  if (!secret) throw badCredentials("Authorization must be: Bearer, a space, and an access token.");
  if (secret.startsWith(TOKEN_PREFIX)) return { secret };
  if (!verifyIdentity) throw badCredentials(`This is no access token: ours begin with ${TOKEN_PREFIX}.`);
  return verifyIdentity(secret);
}

/** Who a credential stands for; UNAUTHENTICATED for an access token that does not work. */
export async function findViewer(
  db: WritableDb,
  credential: Credential | null,
  noteUse: NoteUse,
): Promise<Viewer | null> {
  if (!credential) return null;
  if ("secret" in credential) {
    const viewer = await findTokenViewer(db, credential.secret, noteUse);
    if (viewer) return viewer;
    throw badCredentials("This access token is wrong, expired or revoked.");
  }
  const { identity, scopes, expiresAt } = credential;
  return { user: await ensureIdentity(db, identity), tokenId: null, scopes, expiresAt };
}
