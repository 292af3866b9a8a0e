import { authorLoaders } from "./authors/author.loaders";
import type { Db } from "./db/database";
import { feedLoaders } from "./feeds/feed.loaders";
import { organizationLoaders } from "./organizations/organization.loaders";
import { paperLoaders } from "./papers/paper.loaders";
import { searchLoaders } from "./search/search.loaders";
import { upvoteLoaders } from "./upvotes/upvote.loaders";
import { userLoaders } from "./users/user.loaders";

/** What one request carries. Loaders batch and remember within the request only. */
export interface Context {
  db: Db;
  loaders: ReturnType<typeof createLoaders>;
}

export function createContext(db: Db): Context {
  return { db, loaders: createLoaders(db) };
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
