import type { WritableDb } from "../db/database";
import { badCredentials } from "../graphql/errors";
import { findTokenViewer, TOKEN_PREFIX } from "./access-token.service";
import type { SignedIn, VerifyIdentity } from "./oidc";
import type { NoteUse } from "./token-uses";
import { type Elsewhere, refuseUnread } from "./unread-credential";
import { ensureIdentity } from "./user.service";
import type { Viewer } from "./viewer";

/** A request's credential: the secret of an access token, or a verified JWT. */
export type Credential = { secret: string } | SignedIn;

/**
 * Reads an Authorization header: an access token, or a JWT of the configured issuer, whose keys may have to be fetched. A
 * missing or empty header is anonymous; an invalid one is UNAUTHENTICATED, never anonymous. Without the header, so is a
 * credential `elsewhere`, in parameters and headers that are not read for one.
 */
export async function readCredential(
  header: string | undefined,
  elsewhere: Elsewhere,
  verifyIdentity: VerifyIdentity | null,
): Promise<Credential | null> {
  if (!header) {
    refuseUnread(elsewhere);
    return null;
  }
  const [, secret] = /^Bearer +(\S+)$/i.exec(header) ?? [];
  if (!secret) throw badCredentials("Authorization must be: Bearer, a space, and an access token.");
  if (secret.startsWith(TOKEN_PREFIX)) return { secret };
  if (!verifyIdentity) throw badCredentials(`This is not an access token: they begin with ${TOKEN_PREFIX}.`);
  return verifyIdentity(secret);
}

/** The viewer of a credential; UNAUTHENTICATED for an access token that does not work. */
export async function findViewer(db: WritableDb, credential: Credential, noteUse: NoteUse): Promise<Viewer> {
  if ("secret" in credential) {
    const viewer = await findTokenViewer(db, credential.secret, noteUse);
    if (viewer) return viewer;
    throw badCredentials("This access token is wrong, expired, revoked or of another database.");
  }
  const { identity, scopes, expiresAt } = credential;
  return { user: await ensureIdentity(db, identity), tokenId: null, scopes, expiresAt };
}
