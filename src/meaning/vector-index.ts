import { watchHistory } from "../changes/history";
import type { Db } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { LIKENESS } from "../papers/likeness";
import { type Alike, type Blocks, nearest, nearestAmong } from "./index/nearest";
import { ScanThread } from "./index/scan-thread";
import { VectorBlock } from "./index/vector-block";
import { type Meaning, meanOf } from "./model";

export type { Alike } from "./index/nearest";

/** Vectors read at a time. */
const BATCH = 1000;
/** In ms, how old the index may be when it is asked. */
const MAX_AGE_MS = 1000;
/** As many papers are near at most. */
const MOST_NEAR = 5000;
/** Comparing so many papers takes no longer than a few milliseconds. */
const MOST_AMONG = 10_000;

/** More papers than these a thread scans: of twice as many, the event loop would wait for some 4 ms. */
const MOST_SCANNED = 10_000;

interface VectorRow {
  paperId: number;
  vector: Buffer;
}

/**
 * All vectors of one model in memory: 152 bytes a paper of 128 dimensions. They are read when the index is first asked, and it
 * is brought up to date when it is asked later. Vectors of deleted papers may remain: join what is found with the papers.
 */
export class VectorIndex {
  private readonly blocks = new Map<number, VectorBlock>();
  private held = 0;
  /** What was committed when the index was last read, as a snapshot of PostgreSQL. */
  private seen: string | null = null;
  private readAt = Number.NEGATIVE_INFINITY;
  private reading: Promise<void> = Promise.resolve();
  private nextReading: Promise<void> | null = null;
  private thread: ScanThread | null = null;
  private readonly history: { read(): Promise<string> };
  /** Of the model, as its first vector tells. */
  private dimensions = 0;

  /** `db` reads the primary. */
  constructor(
    private readonly db: Db,
    readonly model: string,
    private readonly mostScanned = MOST_SCANNED,
    private readonly maxAge = MAX_AGE_MS,
  ) {
    // After a restore, vectors may be others than before, and transactions may have lower numbers.
    this.history = watchHistory(db, () => this.forget());
  }

  /** How many papers it holds. */
  get size(): number {
    return this.held;
  }

  /**
   * The `count` papers nearest to a meaning, nearest first, of equally near ones the latest id first. `among` leaves out all
   * other papers; the result is then exact. Otherwise papers are chosen by the signs of their values, so one may be missing
   * (of the first twenty one in five hundred, of the first thousand one in twenty); the order of those found is exact. What was
   * committed a second ago is found.
   */
  async nearest(meaning: Meaning, count: number, among?: readonly number[]): Promise<Alike[]> {
    await this.keepUp();
    if (among && among.length <= MOST_AMONG) return nearestAmong(this.blocks, meaning, count, among);
    if (this.held > this.mostScanned) {
      if (this.thread?.hasEnded) this.thread = null;
      this.thread ??= new ScanThread();
      return this.thread.ask(this.blocks.values(), { meaning, count, among: among && Int32Array.from(among) });
    }
    return among ? nearestAmong(this.blocks, meaning, count, among) : nearest(this.blocks, meaning, count);
  }

  /**
   * The mean of the papers' meanings, of which each counts as much; null when none of them has any, or they cancel out. A paper that
   * has just come is known.
   */
  async meanOf(paperIds: readonly number[]): Promise<Meaning | null> {
    await this.keepUp();
    if (!this.holds(paperIds)) await this.refresh();
    const inOrder = [...new Set(paperIds)].sort((a, b) => a - b);
    return meanOf(inOrder.flatMap((paperId) => blockOf(this.blocks, paperId)?.meaningOf(paperId) ?? []));
  }

  /** Whether all these papers have a vector, as far as was read. */
  holds(paperIds: readonly number[]): boolean {
    return paperIds.every((paperId) => blockOf(this.blocks, paperId)?.has(paperId));
  }

  /** The ids of the papers that are as like the given ones as LIKENESS: the nearest 5,000 at most. */
  readonly papersNear = async (paperIds: readonly number[]): Promise<number[]> => {
    const meaning = await this.meanOf(paperIds);
    const found = meaning ? await this.nearest(meaning, MOST_NEAR) : [];
    return found.filter(({ likeness }) => likeness >= LIKENESS).map(({ paperId }) => paperId);
  };

  /** Reads what was committed before the call. */
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

  /** Of its vectors; 0 when it has none. */
  async readDimensions(): Promise<number> {
    await this.keepUp();
    return this.dimensions;
  }

  async close(): Promise<void> {
    await this.thread?.close();
  }

  /** While the primary is away it goes on with what it holds, as replicas are read then, too. */
  private async keepUp(): Promise<void> {
    if (performance.now() - this.readAt < this.maxAge) return;
    await this.refresh().catch((error) => {
      if (this.seen === null) throw error;
      this.readAt = performance.now();
    });
  }

  private forget(): void {
    this.blocks.clear();
    this.held = 0;
    this.seen = null;
    this.dimensions = 0;
    void this.thread?.close();
    this.thread = null;
  }

  private async read(): Promise<void> {
    const begun = performance.now();
    await this.history.read();
    const [now] = await this.db.query<{ snapshot: string }>(sql`select pg_current_snapshot()::text as snapshot`);
    const isNew = this.seen === null ? sql`true` : writtenBetween(this.seen, now!.snapshot);
    for (let after = 0; ; ) {
      const rows = await this.db.query<VectorRow>(vectorsOf(this.model, isNew, after));
      for (const row of rows) this.write(row);
      if (rows.length < BATCH) break;
      after = rows.at(-1)!.paperId;
    }
    this.seen = now!.snapshot;
    this.readAt = begun;
  }

  private write({ paperId, vector }: VectorRow): void {
    if (this.dimensions === 0) this.dimensions = vector.length;
    const number = VectorBlock.numberOf(paperId);
    let block = this.blocks.get(number);
    if (!block && vector.length === 0) return;
    if (!block) {
      block = new VectorBlock(number * VectorBlock.ids, this.dimensions);
      this.blocks.set(number, block);
    }
    this.held += block.write(paperId, new Int8Array(vector.buffer, vector.byteOffset, vector.length));
  }
}

function blockOf(blocks: Blocks, paperId: number): VectorBlock | undefined {
  return blocks.get(VectorBlock.numberOf(paperId));
}

/** The index of numbers of transactions finds few where little is new, that of papers all in their order. */
function vectorsOf(model: string, isNew: Sql, after: number): Sql {
  const statement = sql`
    select v.paper_id as "paperId", v.vector from paper_vectors v
    where v.model = ${model} and v.paper_id > ${after}::int and ${isNew}
    order by v.paper_id limit ${BATCH}::int`;
  return statement.long.planned("anew");
}

/**
 * What the transactions wrote that one snapshot does not see and that began before another one, in whatever order they
 * committed. Restored rows may have the number of a transaction that is yet to come: these are read as any other of the first time.
 */
function writtenBetween(seen: string, now: string): Sql {
  return sql`
    v.written_in >= pg_snapshot_xmin(${seen}::pg_snapshot)::text::bigint
    and v.written_in < pg_snapshot_xmax(${now}::pg_snapshot)::text::bigint
    and not pg_visible_in_snapshot(v.written_in::text::xid8, ${seen}::pg_snapshot)`;
}
