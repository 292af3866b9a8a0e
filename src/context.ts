import { authorLoaders } from "./authors/author.loaders";
import type { Db, WritableDb } from "./db/database";
import { feedLoaders } from "./feeds/feed.loaders";
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
  loaders: ReturnType<typeof createLoaders>;
}

export function createContext(db: WritableDb, viewer: Viewer | null): Context {
  return { db, viewer, loaders: createLoaders(db) };
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
