import { forbidden, unauthenticated } from "../errors";
import type { AccessTokenScope } from "./access-token.entity";
import type { User } from "./user.entity";

/** Who asks, and what they may do: a token's scopes, or null for a signed-in user, who may do everything. */
export interface Viewer {
  user: User;
  scopes: readonly AccessTokenScope[] | null;
}

/** The viewer, who must be known. */
export function requireViewer(viewer: Viewer | null): Viewer {
  if (viewer) return viewer;
  throw unauthenticated("This needs an account: send Authorization: Bearer with an access token.");
}

/** The viewer, who must be known and hold a scope. */
export function requireScope(viewer: Viewer | null, scope: AccessTokenScope): Viewer {
  const known = requireViewer(viewer);
  if (hasScope(known, scope)) return known;
  throw forbidden(`This access token lacks the scope ${scope}.`);
}

export function hasScope({ scopes }: Viewer, scope: AccessTokenScope): boolean {
  return scopes === null || scopes.includes(scope);
}
