import { forbidden, unauthenticated } from "../errors";
import type { AccessTokenScope } from "./access-token.entity";
import type { User } from "./user.entity";

/** Who asks, what they may do, and until when their token says so; null for an access token that does not expire. */
export interface Viewer {
  user: User;
  /** Number of the access token; null when it is a JWT. */
  tokenId: number | null;
  scopes: readonly AccessTokenScope[];
  expiresAt: Date | null;
}

/** The viewer, who must be known. */
function requireViewer(viewer: Viewer | null): Viewer {
  if (viewer) return viewer;
  throw unauthenticated("This needs an account: send Authorization: Bearer with an access token.");
}

/** The viewer, who must be known and hold a scope. */
export function requireScope(viewer: Viewer | null, scope: AccessTokenScope): Viewer {
  const known = requireViewer(viewer);
  if (hasScope(known, scope)) return known;
  throw forbidden(`This token lacks the scope ${scope}.`);
}

export function hasScope({ scopes }: Viewer, scope: AccessTokenScope): boolean {
  return scopes.includes(scope);
}
