import type { MigrationInterface, QueryRunner } from "typeorm";
import { titleKey } from "../src/ingest/normalize";
import { inBatches } from "./batches";

const BATCH = 500;

/** The signs that tell works apart ("C++", "C#", "-1") are in the keys of titles; in those of the version before they were not. */
export class RekeyTitles1791830000000 implements MigrationInterface {
  // Run again after a failure, it does what is left.
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await rekey(runner, ({ title }) => titleKey(title));
  }

  async down(runner: QueryRunner): Promise<void> {
    await rekey(runner, ({ key }) => key.replace(/[^\p{L}\p{M}\p{N}]/gu, "") || key);
  }
}

interface Row {
  id: number;
  title: string;
  key: string;
}

async function rekey(runner: QueryRunner, keyOf: (row: Row) => string): Promise<void> {
  await inBatches(runner, async (after) => {
    const rows: Row[] = await runner.query(
      "select id, title, title_key as key from papers where id > $1 order by id limit $2",
      [after, BATCH],
    );
    const changed = rows.map((row) => ({ ...row, newKey: keyOf(row) })).filter(({ key, newKey }) => key !== newKey);
    await runner.query(
      "update papers p set title_key = c.key from unnest($1::int[], $2::text[]) c (id, key) where p.id = c.id",
      [changed.map(({ id }) => id), changed.map(({ newKey }) => newKey)],
    );
    return rows.at(-1)?.id ?? null;
  });
}
