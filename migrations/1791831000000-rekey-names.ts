import type { MigrationInterface, QueryRunner } from "typeorm";
import { nameKey, readName } from "../src/ingest/names";
import { inBatches } from "./batches";

const BATCH = 2000;

/**
 * Names that differ in look-alike or invisible signs, in TeX or in marks of footnotes, become one author: the one whose key it
 * is already, else the oldest. What each paper prints stays.
 */
export class RekeyNames1791831000000 implements MigrationInterface {
  // Run again after a failure, it does what is left.
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await inBatches(runner, async (after) => {
      const rows: Row[] = await runner.query("select id, key, name from authors where id > $1 order by id limit $2", [
        after,
        BATCH,
      ]);
      const changed = rows
        .map((row) => ({ ...row, newKey: nameKey(row.name) }))
        .filter((row) => row.newKey !== row.key);
      if (changed.length > 0) await rekey(runner, changed);
      return rows.at(-1)?.id ?? null;
    });
  }

  // Authors that became one stay one.
  async down(): Promise<void> {}
}

interface Row {
  id: number;
  key: string;
  name: string;
}

async function rekey(runner: QueryRunner, changed: (Row & { newKey: string })[]): Promise<void> {
  const ids = changed.map(({ id }) => id);
  // Out of the way, so that no key is that of two authors at any time.
  await runner.query("update authors set key = 'author ' || id || ' ' || key where id = any($1::int[])", [ids]);
  const owners: Row[] = await runner.query("select id, key, name from authors where key = any($1::text[])", [
    changed.map(({ newKey }) => newKey),
  ]);
  const kept = new Map(owners.map(({ key, id }) => [key, id]));
  for (const { id, newKey } of changed) if (!kept.has(newKey)) kept.set(newKey, id);
  const merged = changed.filter(({ id, newKey }) => kept.get(newKey) !== id);
  const renamed = changed.filter(({ id, newKey }) => kept.get(newKey) === id);
  await tell(runner, [...merged, ...renamed.filter(({ name }) => readName(name) !== name)]);
  await runner.query(
    `update authorships a set author_id = m.kept from unnest($1::int[], $2::int[]) m (id, kept) where a.author_id = m.id`,
    [merged.map(({ id }) => id), merged.map(({ newKey }) => kept.get(newKey)!)],
  );
  await runner.query("delete from authors where id = any($1::int[])", [merged.map(({ id }) => id)]);
  await runner.query(
    `update authors a set key = r.key, name = r.name
    from unnest($1::int[], $2::text[], $3::text[]) r (id, key, name) where a.id = r.id`,
    [renamed.map(({ id }) => id), renamed.map(({ newKey }) => newKey), renamed.map(({ name }) => readName(name))],
  );
}

/** What is kept in memory of papers of these authors is read anew, and whoever follows changes hears of them. */
async function tell(runner: QueryRunner, authors: readonly Row[]): Promise<void> {
  await runner.query(
    `with papers_of as (
      select distinct paper_id as id from authorships where author_id = any($1::int[])
    ), told as (
      insert into paper_touches (paper_id, upvotes_changed) select id, false from papers_of
    )
    update papers p set revision = nextval('paper_revisions') from papers_of o where p.id = o.id`,
    [authors.map(({ id }) => id)],
  );
}
