import type { WritableDb } from "../db/database";
import { badCredentials } from "../errors";
import { findTokenViewer, TOKEN_PREFIX } from "./access-token.service";
import type { VerifyIdentity } from "./oidc";
import type { NoteUse } from "./token-uses";
import { ensureIdentity } from "./user.service";
import type { Viewer } from "./viewer";

/**
 * Who a request is from, by its Authorization header: an access token of ours, or a JWT of the configured issuer. No
 * header is anonymous; a header that is not good is UNAUTHENTICATED, never anonymous.
 */
export async function authenticate(
  db: WritableDb,
  header: string | undefined,
  verifyIdentity: VerifyIdentity | null,
  noteUse: NoteUse,
): Promise<Viewer | null> {
  if (header === undefined) return null;
  const [, secret] = /^Bearer +(\S+)$/i.exec(header) ?? [];
  if (!secret) throw badCredentials("Authorization must be: Bearer, a space, and an access token.");
  if (secret.startsWith(TOKEN_PREFIX)) {
    const viewer = await findTokenViewer(db, secret, noteUse);
    if (viewer) return viewer;
    throw badCredentials("This access token is wrong, expired or revoked.");
  }
  if (!verifyIdentity) throw badCredentials(`This is no access token: ours begin with ${TOKEN_PREFIX}.`);
  const { identity, scopes } = await verifyIdentity(secret);
  return { user: await ensureIdentity(db, identity), scopes, expiresAt: null };
}
