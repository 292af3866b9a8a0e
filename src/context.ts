import { authorLoaders } from "./authors/author.loaders";
import type { Db, WritableDb } from "./db/database";
import { feedLoaders } from "./feeds/feed.loaders";
import type { Admission } from "./gate/gate";
import type { Spender } from "./gate/rate-limiter";
import { organizationLoaders } from "./organizations/organization.loaders";
import { paperLoaders } from "./papers/paper.loaders";
import { searchLoaders } from "./search/search.loaders";
import { upvoteLoaders } from "./upvotes/upvote.loaders";
import { userLoaders } from "./users/user.loaders";
import type { Viewer } from "./users/viewer";

/** What one request carries. Loaders batch and remember within the request only. */
export interface Context {
  db: WritableDb;
  /** Who asks; null when anonymous. */
  viewer: Viewer | null;
  requestId: string;
  /** Whose points the request spends. */
  spender: Spender;
  /** What the operation costs; null until it is admitted. */
  admission: Admission | null;
  loaders: ReturnType<typeof createLoaders>;
}

/** The request's id, and the address that it came from. */
export interface Origin {
  id: string;
  address: string;
}

export function createContext(db: WritableDb, viewer: Viewer | null, { id, address }: Origin): Context {
  const spender = viewer ? { user: viewer.user.id } : { address };
  return { db, viewer, requestId: id, spender, admission: null, loaders: createLoaders(db) };
}

function createLoaders(db: Db) {
  return {
    ...authorLoaders(db),
    ...feedLoaders(db),
    ...organizationLoaders(db),
    ...paperLoaders(db),
    ...searchLoaders(db),
    ...upvoteLoaders(db),
    ...userLoaders(db),
  };
}
