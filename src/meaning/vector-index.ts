import type { Db } from "../db/database";
import { sql } from "../db/sql";
import type { Meaning } from "./model";
import { readVector } from "./serving-model";

/** A paper, and the cosine of its vector and another. */
export interface Alike {
  paperId: number;
  likeness: number;
}

/** The vectors of a model in memory. Deleted papers may still be among them. */
export class VectorIndex {
  private readonly vectors = new Map<number, Meaning | null>();
  private readFrom = "0";

  /** `db` reads the primary. */
  constructor(
    private readonly db: Db,
    private readonly model: string,
  ) {}

  /** Reads what was committed since it was last called. */
  async refresh(): Promise<void> {
    const [snapshot] = await this.db.query<{ xmin: string }>(
      sql`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`,
    );
    const rows = await this.db.query<{ paperId: number; vector: Buffer }>(
      sql`
        select paper_id as "paperId", vector from paper_vectors
        where model = ${this.model} and written_in >= ${this.readFrom}::bigint`.long,
    );
    for (const { paperId, vector } of rows) this.vectors.set(paperId, readVector(vector));
    this.readFrom = snapshot!.xmin;
  }

  /** The papers nearest to a vector, of all or `among` some, the most alike first, of equally alike ones the latest id. */
  async nearest(to: Meaning, count: number, among?: readonly number[]): Promise<Alike[]> {
    const found: Alike[] = [];
    for (const paperId of among ?? this.vectors.keys()) {
      const vector = this.vectors.get(paperId);
      if (vector) found.push({ paperId, likeness: likenessOf(to, vector) });
    }
    return found.sort((a, b) => b.likeness - a.likeness || b.paperId - a.paperId).slice(0, count);
  }
}

function likenessOf(a: Meaning, b: Meaning): number {
  let sum = 0;
  for (let i = 0; i < a.values.length; i++) sum += a.values[i]! * b.values[i]!;
  return sum * a.scale * b.scale;
}
