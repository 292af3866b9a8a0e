import type { Turn } from "../../async/turns";
import { watchHistory } from "../../changes/history";
import type { Db } from "../../db/database";
import { type Sql, sql } from "../../db/sql";
import { type Meaning, meanOf } from "../model";
import type { Search, VectorIndex } from "../vector-index";
import { type Alike, nearest, nearestAmong } from "./nearest";
import { ScanThread } from "./scan-thread";
import { VectorBlocks } from "./vector-blocks";

/** Vectors read at a time. */
const BATCH = 1000;
/** In ms, how old the index may be when it is asked. */
const MAX_AGE_MS = 1000;
/** More papers than these a thread compares: the event loop would wait for some 3 ms, and for 15 ms of ten times as many. */
const MOST_COMPARED = 5000;
/** Of what the process does by itself. */
const OWN_TURN: Turn = { key: "process", until: Number.POSITIVE_INFINITY };

interface VectorRow {
  paperId: number;
  vector: Buffer;
}

/**
 * All vectors of one model in memory: 152 bytes a paper of 128 dimensions. They are read when the index is first asked, and it
 * is brought up to date when it is asked later.
 */
export class MemoryIndex implements VectorIndex {
  private vectors = new VectorBlocks();
  /** What was committed when the index was last read, as a snapshot of PostgreSQL; null when all is to be read. */
  private seen: string | null = null;
  private readAt = Number.NEGATIVE_INFINITY;
  private reading: Promise<void> = Promise.resolve();
  private nextReading: Promise<void> | null = null;
  private readonly thread = new ScanThread(() => this.vectors.all);
  private readonly history: { read(): Promise<string> };

  /** `db` reads the primary. */
  constructor(
    private readonly db: Db,
    readonly model: string,
    private readonly mostCompared = MOST_COMPARED,
    private readonly maxAge = MAX_AGE_MS,
  ) {
    // After a restore, vectors may be others than before, and transactions may have lower numbers.
    this.history = watchHistory(db, () => {
      this.seen = null;
    });
  }

  /** How many papers it holds. */
  get size(): number {
    return this.vectors.size;
  }

  /**
   * Without `among`, papers are chosen by the signs of their values, so one may be missing (of the first twenty one in five hundred,
   * of the first thousand one in twenty).
   */
  async nearest(meaning: Meaning, count: number, { among, least, turn = OWN_TURN }: Search = {}): Promise<Alike[]> {
    await this.keepUp();
    if (Math.min(among?.length ?? this.size, this.size) > this.mostCompared)
      return this.thread.ask({ meaning, count, least, among: among && Int32Array.from(among) }, turn);
    const { all } = this.vectors;
    return among ? nearestAmong(all, meaning, count, among) : nearest(all, meaning, count, least);
  }

  async meanOf(paperIds: readonly number[]): Promise<Meaning | null> {
    await this.keepUp();
    if (!this.holds(paperIds)) await this.refresh();
    const inOrder = [...new Set(paperIds)].sort((a, b) => a - b);
    return meanOf(inOrder.flatMap((paperId) => this.vectors.meaningOf(paperId) ?? []));
  }

  holds(paperIds: readonly number[]): boolean {
    return paperIds.every((paperId) => this.vectors.has(paperId));
  }

  refresh(): Promise<void> {
    this.nextReading ??= this.reading
      .catch(() => {})
      .then(() => {
        this.nextReading = null;
        this.reading = this.read();
        return this.reading;
      });
    return this.nextReading;
  }

  async readDimensions(): Promise<number> {
    await this.keepUp();
    return this.vectors.dimensions;
  }

  async close(): Promise<void> {
    await this.thread.close();
  }

  /** While the primary is away it goes on with what it holds, as replicas are read then, too. */
  private async keepUp(): Promise<void> {
    if (performance.now() - this.readAt < this.maxAge) return;
    await this.refresh().catch((error) => {
      if (this.readAt === Number.NEGATIVE_INFINITY) throw error;
      this.readAt = performance.now();
    });
  }

  private async read(): Promise<void> {
    const begun = performance.now();
    await this.history.read();
    const [now] = await this.db.query<{ snapshot: string }>(sql`select pg_current_snapshot()::text as snapshot`);
    // What is read anew serves once it is whole.
    const vectors = this.seen === null ? new VectorBlocks() : this.vectors;
    const changes = this.seen === null ? null : { from: this.seen, to: now!.snapshot };
    for (let after = 0; ; ) {
      const rows = await this.db.query<VectorRow>(vectorsOf(this.model, changes, after));
      for (const { paperId, vector } of rows)
        vectors.write(paperId, new Int8Array(vector.buffer, vector.byteOffset, vector.length));
      if (rows.length < BATCH) break;
      after = rows.at(-1)!.paperId;
    }
    this.vectors = vectors;
    this.seen = now!.snapshot;
    this.readAt = begun;
  }
}

/** Two snapshots of PostgreSQL. */
interface Changes {
  from: string;
  to: string;
}

/**
 * The next vectors, or those that changed; of a paper that was deleted an empty one. The index of numbers of transactions finds
 * few where little is new, that of papers all in their order.
 */
function vectorsOf(model: string, changes: Changes | null, after: number): Sql {
  const written = changes ? isBetween(sql`v.written_in`, changes) : sql`true`;
  const deleted = changes
    ? sql`
    union all
    select d.paper_id, '' from deleted_papers d
    where d.paper_id > ${after}::int and ${isBetween(sql`d.deleted_in`, changes)}`
    : sql``;
  const statement = sql`
    select v.paper_id as "paperId", v.vector from paper_vectors v
    where v.model = ${model} and v.paper_id > ${after}::int and ${written} ${deleted}
    order by 1 limit ${BATCH}::int`;
  return statement.long.planned("anew");
}

/**
 * Whether a transaction, by its number, is one that the first snapshot does not see and that began before the other, in whatever
 * order they committed. Restored rows may have the number of one that is yet to come: these are read as any other of the first time.
 */
function isBetween(writtenIn: Sql, { from, to }: Changes): Sql {
  return sql`(
    ${writtenIn} >= pg_snapshot_xmin(${from}::pg_snapshot)::text::bigint
    and ${writtenIn} < pg_snapshot_xmax(${to}::pg_snapshot)::text::bigint
    and not pg_visible_in_snapshot(${writtenIn}::text::xid8, ${from}::pg_snapshot)
  )`;
}
