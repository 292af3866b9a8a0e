import type { Db } from "../../db/database";
import { sql } from "../../db/sql";
import { type Meaning, meanOf } from "../model";
import { readVector } from "../serving-model";
import type { Search, VectorIndex } from "../vector-index";
import type { Alike } from "./nearest";

/**
 * The vectors of one model in the database, where pgvector compares all of them for each question, or those `among` which papers
 * are looked for. So no paper is missing, however many are asked for, and whatever the filter. The likeness is computed as in memory, digit
 * by digit up to 1,040 dimensions, as all sums are whole numbers that single precision holds; beyond, the last of its six
 * digits may differ.
 */
export class DatabaseIndex implements VectorIndex {
  /** `db` reads the primary. */
  constructor(
    private readonly db: Db,
    readonly model: string,
  ) {}

  async nearest(meaning: Meaning, count: number, { among, least, turn }: Search = {}): Promise<Alike[]> {
    const values = `[${meaning.values.join(",")}]`;
    const scale = sql`(1 / sqrt(inner_product(v.meaning, v.meaning)))::real`;
    const likeness = sql`floor(
      inner_product(v.meaning, ${values}::halfvec) * ${scale} * ${meaning.scale}::float8 * 1e6::float8 + 0.5
    ) / 1e6::float8`;
    const statement = sql`
      select v.paper_id as "paperId", ${likeness} as likeness
      from paper_vectors v
      where v.model = ${this.model} and octet_length(v.vector) = ${meaning.values.length}::int
        ${among ? sql`and v.paper_id = any(${among}::int[])` : sql``}
        ${least === undefined ? sql`` : sql`and ${likeness} >= ${least}::float8`}
      order by likeness desc, v.paper_id desc
      limit ${count}::int`;
    return this.db.query<Alike>(statement.long.planned("anew"), turn);
  }

  async meanOf(paperIds: readonly number[]): Promise<Meaning | null> {
    const rows = await this.db.query<{ vector: Buffer }>(sql`
      select vector from paper_vectors where paper_id = any(${paperIds}::int[]) and model = ${this.model} order by paper_id`);
    return meanOf(rows.flatMap(({ vector }) => readVector(vector) ?? []));
  }

  /** It holds nothing itself. */
  holds(): boolean {
    return false;
  }

  async refresh(): Promise<void> {}

  async readDimensions(): Promise<number> {
    const [row] = await this.db.query<{ dimensions: number }>(sql`
      select octet_length(vector) as dimensions from paper_vectors where model = ${this.model} and vector <> '' limit 1`);
    return row?.dimensions ?? 0;
  }

  async close(): Promise<void> {}
}
