import type { GraphQLSchema } from "graphql";
import { authorLoaders } from "./authors/author.loaders";
import type { PaperReaders } from "./content/paper-content";
import type { WritableDb } from "./db/database";
import { lazily } from "./db/lazily";
import type { DigestDoor } from "./digests/digest-door";
import type { Consent } from "./digests/subscribe.service";
import { feedLoaders } from "./feeds/feed.loaders";
import type { Admission, OperationCaller } from "./gate/gate";
import type { Spender } from "./gate/rate-limiter";
import type { History } from "./live/history";
import type { Hub } from "./live/hub";
import type { Numbering } from "./live/numbering";
import { organizationLoaders } from "./organizations/organization.loaders";
import { paperLoaders } from "./papers/paper.loaders";
import type { PaperReader } from "./papers/paper-reader";
import { searchLoaders } from "./search/search.loaders";
import { upvoteLoaders } from "./upvotes/upvote.loaders";
import type { VoteQueue } from "./upvotes/vote-queue";
import { accessTokenLoaders } from "./users/access-token.loaders";
import { userLoaders } from "./users/user.loaders";
import type { Viewer } from "./users/viewer";

/** What the whole process has for each request. */
export interface Services {
  digests: DigestDoor;
  votes: VoteQueue;
  numbering: Numbering;
  /** Which course of events the database tells. */
  history: History;
  /** Where subscriptions listen. */
  hub: Hub;
  paperReaders: PaperReaders;
  /** Access tokens that each user may have at a time. */
  maxAccessTokens: number;
}

/** Where a request came from. */
export interface Origin {
  id: string;
  address: string;
  userAgent: string | null;
}

/** What one request carries. Loaders batch and remember within the request only, and within one field of a mutation. */
export class Context {
  readonly digests: DigestDoor;
  readonly votes: VoteQueue;
  readonly numbering: Numbering;
  readonly history: History;
  readonly hub: Hub;
  readonly paperReaders: PaperReaders;
  readonly maxAccessTokens: number;
  /** Reads whole papers from `db`. */
  readonly papers: PaperReader;
  readonly requestId: string;
  /** Kept as the record of a consent. */
  readonly origin: Consent;
  /** Whose points the request spends. */
  readonly spender: Spender;
  /** What the operation costs; null until it is admitted. */
  admission: Admission | null = null;
  loaders: InstanceType<typeof Loaders>;

  constructor(
    services: Services,
    readonly db: WritableDb,
    /** Who asks; null when anonymous. */
    readonly viewer: Viewer | null,
    /** Whose turn it takes for what is shared. */
    readonly caller: OperationCaller,
    { id, address, userAgent }: Origin,
    /** Lets the rest of the request see everything that is committed; otherwise reads may come from a replica. */
    readonly readPrimary: () => void,
    /** The operation is executed once more: reads that failed fail again, at once. */
    readonly repeat: () => void,
  ) {
    // One by one: to spread the services into each request's context costs as much as to answer a small query.
    this.digests = services.digests;
    this.votes = services.votes;
    this.numbering = services.numbering;
    this.history = services.history;
    this.hub = services.hub;
    this.paperReaders = services.paperReaders;
    this.maxAccessTokens = services.maxAccessTokens;
    this.papers = services.paperReaders(db);
    this.requestId = id;
    this.origin = { address, userAgent };
    this.spender = viewer ? { user: viewer.user.rowId } : { address };
    this.loaders = new Loaders(this);
  }
}

/** Forgets what the request has loaded, so that what is read from here on is as it stands now. */
function forgetLoaded(context: Context): void {
  context.loaders = new Loaders(context);
}

/** Each field of a mutation, and all below it, is read as the field left it: nothing that was loaded before is remembered. */
export function forgetBetweenMutations(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()!.getFields())) {
    const { resolve } = field;
    field.resolve = async (source, args, context: Context, info) => {
      forgetLoaded(context);
      const payload = await resolve!(source, args, context, info);
      forgetLoaded(context);
      return payload;
    };
  }
}

/** Where events are read from. */
export interface EventSources {
  /** The process' own reads, for what is shared by all who hear an event. */
  db: WritableDb;
  /** A listener's reads for one event, with an operation's time. */
  openDb: (callerKey: string) => WritableDb;
}

/**
 * The listener's context for each event. What is loaded by short reads is shared by all who hear the event, what may take
 * long by the listeners of one caller, in whose turn it is read; both are forgotten with the event. What the listener's
 * request has loaded is let go.
 */
export function createEventContexts(
  { loaders: _, caller: { key }, ...listener }: Context,
  sources: EventSources,
): (event: object) => Context {
  const caller = { key, until: Number.POSITIVE_INFINITY };
  return (event) => ({ ...listener, caller, ...readersOf(event, key, listener.paperReaders, sources) });
}

type EventReaders = Pick<Context, "db" | "papers" | "loaders">;

const readersOfEvents = new WeakMap<object, { shared: Context["loaders"]; own: Map<string, EventReaders> }>();

function readersOf(event: object, key: string, readers: PaperReaders, { db, openDb }: EventSources): EventReaders {
  let all = readersOfEvents.get(event);
  if (!all) {
    all = { shared: new Loaders({ db, papers: readers(db) }), own: new Map() };
    readersOfEvents.set(event, all);
  }
  let own = all.own.get(key);
  if (!own) {
    const ownDb = openDb(key);
    const papers = readers(ownDb);
    own = { db: ownDb, papers, loaders: shareShort(all.shared, new Loaders({ db: ownDb, papers })) };
    all.own.set(key, own);
  }
  return own;
}

/** Loaders of which those that may read long are a caller's own. */
function shareShort(shared: Context["loaders"], own: Context["loaders"]): Context["loaders"] {
  return new Proxy(shared, {
    get: (target, name) => (mayReadLong.has(name) ? Reflect.get(own, name) : Reflect.get(target, name)),
  });
}

const mayReadLong = new Set<string | symbol>(Object.keys({ ...feedLoaders, ...searchLoaders }));

const Loaders = lazily({
  ...accessTokenLoaders,
  ...authorLoaders,
  ...feedLoaders,
  ...organizationLoaders,
  ...paperLoaders,
  ...searchLoaders,
  ...upvoteLoaders,
  ...userLoaders,
});
