import { forbidden, unauthenticated } from "../graphql/errors";
import type { AccessTokenScope } from "./access-token.entity";
import type { User } from "./user.entity";

/** The authenticated user, their scopes, and when their token expires; null for an access token that does not. */
export interface Viewer {
  user: User;
  /** Number of the access token; null when it is a JWT. */
  tokenId: number | null;
  scopes: readonly AccessTokenScope[];
  expiresAt: Date | null;
}

/** The viewer; UNAUTHENTICATED if anonymous. */
function requireViewer(viewer: Viewer | null): Viewer {
  if (viewer) return viewer;
  throw unauthenticated("The caller must be authenticated: send Authorization: Bearer with an access token.");
}

/** The viewer; UNAUTHENTICATED if anonymous, FORBIDDEN without the scope. */
export function requireScope(viewer: Viewer | null, scope: AccessTokenScope): Viewer {
  const known = requireViewer(viewer);
  if (hasScope(known, scope)) return known;
  throw forbidden(`This token lacks the scope ${scope}.`);
}

export function hasScope({ scopes }: Viewer, scope: AccessTokenScope): boolean {
  return scopes.includes(scope);
}
