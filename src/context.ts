import { authorLoaders } from "./authors/author.loaders";
import type { Db, WritableDb } from "./db/database";
import type { DigestDoor } from "./digests/digest-door";
import type { Consent } from "./digests/subscribe.service";
import { feedLoaders } from "./feeds/feed.loaders";
import type { Admission } from "./gate/gate";
import type { Spender } from "./gate/rate-limiter";
import type { Hub } from "./live/hub";
import type { Numbering } from "./live/numbering";
import { organizationLoaders } from "./organizations/organization.loaders";
import { paperLoaders } from "./papers/paper.loaders";
import { searchLoaders } from "./search/search.loaders";
import { upvoteLoaders } from "./upvotes/upvote.loaders";
import type { VoteQueue } from "./upvotes/vote-queue";
import { userLoaders } from "./users/user.loaders";
import type { Viewer } from "./users/viewer";

/** What one request carries. Loaders batch and remember within the request only. */
export interface Context {
  db: WritableDb;
  /** Who asks; null when anonymous. */
  viewer: Viewer | null;
  requestId: string;
  /** Kept as the record of a consent. */
  origin: Consent;
  digests: DigestDoor;
  votes: VoteQueue;
  numbering: Numbering;
  /** Where subscriptions listen. */
  hub: Hub;
  /** Lets the rest of the request see everything that is committed; otherwise reads may come from a replica. */
  readPrimary: () => void;
  /** Whose points the request spends. */
  spender: Spender;
  /** What the operation costs; null until it is admitted. */
  admission: Admission | null;
  loaders: ReturnType<typeof createLoaders>;
}

/** Where a request came from. */
export interface Origin {
  id: string;
  address: string;
  userAgent: string | null;
}

export function createContext(
  db: WritableDb,
  viewer: Viewer | null,
  { id, address, userAgent }: Origin,
  services: Pick<Context, "digests" | "votes" | "numbering" | "hub" | "readPrimary">,
): Context {
  const spender = viewer ? { user: viewer.user.id } : { address };
  const origin = { address, userAgent };
  return { ...services, db, viewer, requestId: id, spender, origin, admission: null, loaders: createLoaders(db) };
}

/**
 * The listener's context for each event. What is loaded for an event is shared by all who hear it, and forgotten with it;
 * what the listener's request has loaded is let go.
 */
export function createEventContexts({ loaders: _, ...listener }: Context, db: WritableDb): (event: object) => Context {
  const kept = { ...listener, db };
  return (event) => ({ ...kept, loaders: loadersOf(event, db) });
}

const loadersOfEvents = new WeakMap<object, ReturnType<typeof createLoaders>>();

function loadersOf(event: object, db: Db): ReturnType<typeof createLoaders> {
  const known = loadersOfEvents.get(event);
  if (known) return known;
  const loaders = createLoaders(db);
  loadersOfEvents.set(event, loaders);
  return loaders;
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
