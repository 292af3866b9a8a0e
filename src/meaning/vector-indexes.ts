import type { Turn } from "../async/turns";
import type { Db } from "../db/database";
import { sql } from "../db/sql";
import type { FindNear } from "../papers/resolve-filter";
import { checkPapersExist } from "./check-papers";
import { defaultModelName } from "./default-model";
import { DatabaseIndex } from "./index/database-index";
import { MemoryIndex } from "./index/memory-index";
import { hasVectorColumn } from "./index/vector-column";
import { papersNear, type VectorIndex } from "./vector-index";

/** In ms, how long the model that serves and the place of vectors are taken to be the same, and vectors to be all. */
const MAX_AGE_MS = 1000;
/** In ms, how long the vectors of a former model answer while those of the next are read. */
const MOST_BEHIND_MS = 30_000;

/**
 * The vectors of the models that are kept: in the database while it has the column for pgvector, else in memory. Each request asks
 * one index from its begin to its end.
 */
export class VectorIndexes {
  private readonly byModel = new Map<string, VectorIndex>();
  private isInDatabase = false;
  private current: VectorIndex | null = null;
  private readAt = Number.NEGATIVE_INFINITY;
  private reading: Promise<void> | null = null;

  /** `db` reads the primary, in the turns of callers. `place` is the setting MEANING_INDEX. */
  constructor(
    private readonly db: Db,
    private readonly place: "auto" | "memory" = "auto",
    private readonly maxAge = MAX_AGE_MS,
  ) {}

  /**
   * Those of the model that serves. After a switch, those of the former one for as long as the others are being read, but
   * for half a minute at most.
   */
  async serving(): Promise<VectorIndex> {
    const age = performance.now() - this.readAt;
    if (this.current && age < this.maxAge) return this.current;
    this.reading ??= this.followIfPossible().finally(() => {
      this.reading = null;
    });
    if (!this.current || age > MOST_BEHIND_MS) await this.reading;
    return this.current!;
  }

  /** Those of any model that is kept. */
  async of(model: string): Promise<VectorIndex> {
    await this.serving();
    return this.open(model);
  }

  /** Finds, in a caller's turn, the papers as like given ones as LIKENESS; see `papersNear`. An id of no paper is refused. */
  papersNear(turn: Turn): FindNear {
    return async (paperIds) => {
      const index = await this.serving();
      const near = await papersNear(index, paperIds, turn);
      await this.checkPapers(index, "filter.near", paperIds);
      return near;
    };
  }

  /** Throws BAD_USER_INPUT that names the first id of an argument that is of no paper. Papers of an index are known to exist. */
  async checkPapers(index: VectorIndex, argument: string, paperIds: readonly number[]): Promise<void> {
    if (!index.holds(paperIds)) await checkPapersExist(this.db, argument, paperIds);
  }

  /** Leaves those of other models. Requests that began with them end with them. */
  retain(models: readonly { model: string }[]): void {
    const kept = new Set(models.map(({ model }) => model));
    for (const [model, index] of this.byModel) {
      if (kept.has(model)) continue;
      this.byModel.delete(model);
      setTimeout(() => void index.close(), MOST_BEHIND_MS).unref();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.byModel.values()].map((index) => index.close()));
  }

  /** While the primary is away, the model is taken to be the same. */
  private async followIfPossible(): Promise<void> {
    await this.follow().catch((error) => {
      if (!this.current) throw error;
      this.readAt = performance.now();
    });
  }

  private async follow(): Promise<void> {
    const begun = performance.now();
    const [models, [found]] = await Promise.all([
      this.db.query<{ model: string; isServing: boolean }>(
        sql`select model, is_serving as "isServing" from meaning_models`,
      ),
      this.db.query<{ isInDatabase: boolean }>(sql`select ${hasVectorColumn()} as "isInDatabase"`),
    ]);
    this.moveTo(found!.isInDatabase && this.place === "auto");
    const name = models.find(({ isServing }) => isServing)?.model ?? defaultModelName();
    if (this.current?.model !== name) {
      const index = this.open(name);
      if (this.current) await index.refresh();
      this.current = index;
    }
    this.readAt = begun;
    this.retain([{ model: name }, ...models]);
  }

  /** Indexes of the place before are left; where vectors are not any more, none can be asked. */
  private moveTo(isInDatabase: boolean): void {
    if (isInDatabase === this.isInDatabase) return;
    this.isInDatabase = isInDatabase;
    this.retain([]);
    this.current = null;
  }

  private open(model: string): VectorIndex {
    let index = this.byModel.get(model);
    if (!index) {
      index = this.isInDatabase
        ? new DatabaseIndex(this.db, model)
        : new MemoryIndex(this.db, model, undefined, this.maxAge);
      this.byModel.set(model, index);
    }
    return index;
  }
}
