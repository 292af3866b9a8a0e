import type { MigrationInterface, QueryRunner } from "typeorm";

const INDEXES = {
  papers_categories_idx: "papers using gin (with_archives(categories)) with (gin_pending_list_limit = 256)",
  papers_withdrawn_at_idx: "papers (withdrawn_at, id) where withdrawn_at is not null",
};

export class IndexPaperCategories1792000100000 implements MigrationInterface {
  // Made beside votes, which would all wait until they are there. Run again after a failure, it begins anew.
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- the categories, and the archives they are of: cs.CL and cs
      create or replace function with_archives(categories text[]) returns text[]
        language plpgsql immutable strict parallel safe as $$
      declare
        category text;
        wider text[] := categories;
      begin
        foreach category in array categories loop
          if strpos(category, '.') > 0 then
            wider := wider || split_part(category, '.', 1);
          end if;
        end loop;
        return wider;
      end $$;
    `);
    const isAlone = runner.isTransactionActive;
    // Nobody waits behind it, so it may wait for a long transaction: given up, all of its work would be lost.
    if (!isAlone) await runner.query("set lock_timeout = 0");
    for (const [name, definition] of Object.entries(INDEXES)) {
      if (!isAlone) await runner.query(`drop index concurrently if exists ${name}`);
      await runner.query(`create index ${isAlone ? "" : "concurrently"} ${name} on ${definition}`);
    }
    await runner.query("analyze papers");
    if (!isAlone) await runner.query("reset lock_timeout");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index papers_withdrawn_at_idx, papers_categories_idx;
      drop function with_archives(text[]);
    `);
  }
}
