import type { GraphQLSchema } from "graphql";
import type { OperationTurn } from "./admission/admission";
import type { Caller } from "./admission/rate-limiter";
import { authorLoaders } from "./authors/author.loaders";
import type { History } from "./changes/history";
import type { Sequencer } from "./changes/sequencer";
import { citationLoaders } from "./citations/citation.loaders";
import type { SourceName } from "./config/source-settings";
import type { PaperReaders } from "./content/paper-content";
import type { WritableDb } from "./db/database";
import { lazyProperties } from "./db/lazy-properties";
import { LongLoader } from "./db/loaders";
import type { SignupLimit } from "./digests/subscriptions/signup-limit";
import type { Consent } from "./digests/subscriptions/subscribe.service";
import { facetLoaders } from "./facets/facet.loaders";
import { feedLoaders } from "./feeds/feed.loaders";
import type { PartEncoding } from "./graphql/encoded-parts";
import type { Hub } from "./live/hub";
import type { QueryEmbedder } from "./meaning/endpoint/query-embedder";
import { meaningLoaders } from "./meaning/meaning.loaders";
import type { VectorIndexes } from "./meaning/vector-indexes";
import { organizationLoaders } from "./organizations/organization.loaders";
import { paperLoaders } from "./papers/paper.loaders";
import type { PaperReader } from "./papers/paper-reader";
import { searchLoaders } from "./search/search.loaders";
import { sourceLoaders } from "./sources/source.loaders";
import { topicLoaders } from "./topics/topic.loaders";
import { upvoteLoaders } from "./upvotes/upvote.loaders";
import type { VoteQueue } from "./upvotes/vote-queue";
import { AccessTokenScope } from "./users/access-token.entity";
import { accessTokenLoaders } from "./users/access-token.loaders";
import { userLoaders } from "./users/user.loaders";
import { hasScope, type Viewer } from "./users/viewer";
import { webhookLoaders } from "./webhooks/webhook.loaders";
import type { WebhookOptions } from "./webhooks/webhook.service";

/** The process's services, which all requests share. */
export interface Services {
  digests: SignupLimit;
  votes: VoteQueue;
  sequencer: Sequencer;
  /** Reads the database's current history. */
  history: History;
  /** Brings changes to subscriptions. */
  hub: Hub;
  paperReaders: PaperReaders;
  /** Most access tokens of one user at a time. */
  maxAccessTokens: number;
  /** The sources that fill the site. */
  sources: readonly SourceName[];
  webhooks: WebhookOptions;
  vectorIndexes: VectorIndexes;
  queryEmbedder: QueryEmbedder;
}

/** The origin of a request. */
export interface Origin {
  id: string;
  address: string;
  userAgent: string | null;
}

/** The context of one request. Loaders batch and cache only within the request, and within one field of a mutation. */
export class Context {
  readonly digests: SignupLimit;
  readonly votes: VoteQueue;
  readonly sequencer: Sequencer;
  readonly history: History;
  readonly hub: Hub;
  readonly paperReaders: PaperReaders;
  readonly maxAccessTokens: number;
  readonly sources: readonly SourceName[];
  readonly webhooks: WebhookOptions;
  readonly vectorIndexes: VectorIndexes;
  readonly queryEmbedder: QueryEmbedder;
  /** Reads whole papers from `db`. */
  readonly papers: PaperReader;
  readonly requestId: string;
  /** Stored as the record of a consent. */
  readonly origin: Consent;
  /** The caller whose points the request consumes. */
  readonly caller: Caller;
  readonly mayDevelop: boolean;
  loaders: InstanceType<typeof Loaders>;
  /** The form of parts in the operation's result; null where it has none. */
  parts: PartEncoding | null = null;

  constructor(
    services: Services,
    readonly db: WritableDb,
    /** The authenticated user; null when anonymous. */
    readonly viewer: Viewer | null,
    /** The caller's turn for shared resources. */
    readonly turn: OperationTurn,
    { id, address, userAgent }: Origin,
    /** Makes the rest of the request read the primary, which has all that is committed; by default it may read a replica. */
    readonly readPrimary: () => void,
    /** Marks a second execution of the operation, in which reads that failed fail again at once. */
    readonly repeat: () => void,
  ) {
    // One by one: spreading the services into each request's context costs as much as answering a small query.
    this.digests = services.digests;
    this.votes = services.votes;
    this.sequencer = services.sequencer;
    this.history = services.history;
    this.hub = services.hub;
    this.paperReaders = services.paperReaders;
    this.maxAccessTokens = services.maxAccessTokens;
    this.sources = services.sources;
    this.webhooks = services.webhooks;
    this.vectorIndexes = services.vectorIndexes;
    this.queryEmbedder = services.queryEmbedder;
    this.papers = services.paperReaders(db);
    this.requestId = id;
    this.origin = { address, userAgent };
    this.mayDevelop = viewer !== null && hasScope(viewer, AccessTokenScope.DEVELOP);
    this.caller = viewer ? { user: viewer.user.rowId } : { address };
    this.loaders = new Loaders(this);
  }
}

/** Drops what the request has loaded, so that later reads are current. */
export function forgetLoaded(context: Context): void {
  context.loaders = new Loaders(context);
}

/** Clears the loaders before and after each field of a mutation, so that its payload shows the state after the field. */
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

/** The databases for the fields of events. */
export interface EventSources {
  /** The process's own reads, shared by all listeners of an event. */
  db: WritableDb;
  /** Opens a caller's reads for one event, with the time of an operation. */
  openDb: (callerKey: string) => WritableDb;
}

/**
 * Creates a listener's context for each event. Short reads are shared by all listeners of the event; long ones by those of
 * one caller, in whose turn they are read. Both are freed with the event; the loaders of the listener's request are freed now.
 */
export function createEventContexts(
  { loaders: _, turn: { key }, ...listener }: Context,
  sources: EventSources,
): (event: object) => Context {
  const turn = { key, until: Number.POSITIVE_INFINITY };
  return (event) => ({ ...listener, turn, ...readersOf(event, key, listener.paperReaders, sources) });
}

type EventReaders = Pick<Context, "db" | "papers" | "loaders">;

/** The readers of an event's fields. */
interface ReadersOfEvent {
  /** For the short reads of all listeners. */
  shared: Context["loaders"];
  /** By caller; their long reads are the caller's own. */
  byCaller: Map<string, EventReaders>;
}

/** Weak, so that what was read for an event is freed together with it. */
const readersByEvent = new WeakMap<object, ReadersOfEvent>();

function readersOf(event: object, key: string, readers: PaperReaders, { db, openDb }: EventSources): EventReaders {
  let all = readersByEvent.get(event);
  if (!all) {
    all = { shared: new Loaders({ db, papers: readers(db) }), byCaller: new Map() };
    readersByEvent.set(event, all);
  }
  let own = all.byCaller.get(key);
  if (!own) {
    const ownDb = openDb(key);
    const papers = readers(ownDb);
    own = { db: ownDb, papers, loaders: withOwnLongReads(all.shared, new Loaders({ db: ownDb, papers })) };
    all.byCaller.set(key, own);
  }
  return own;
}

/** The shared loaders, but for those with long reads, which are the caller's own. */
function withOwnLongReads(shared: Context["loaders"], own: Context["loaders"]): Context["loaders"] {
  // Not a proxy of the shared ones, which must return what these have.
  return new Proxy({} as Context["loaders"], {
    get: (_, name) => {
      const loader = Reflect.get(shared, name);
      return loader instanceof LongLoader ? Reflect.get(own, name) : loader;
    },
  });
}

const Loaders = lazyProperties({
  ...accessTokenLoaders,
  ...authorLoaders,
  ...citationLoaders,
  ...facetLoaders,
  ...feedLoaders,
  ...meaningLoaders,
  ...organizationLoaders,
  ...paperLoaders,
  ...searchLoaders,
  ...sourceLoaders,
  ...topicLoaders,
  ...upvoteLoaders,
  ...userLoaders,
  ...webhookLoaders,
});
