import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * The numbers that sources count (comments, stars) move no revision any more, as upvotes do not: they are read beside what a
 * paper says. What else moves it stays as it is.
 */
export class KeepRevisionOfCounts1792110000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const columns = (await columnsThatMove(runner)).filter((name) => !COUNTS.includes(name));
    await runner.query(triggerOf(columns));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(triggerOf([...(await columnsThatMove(runner)), ...COUNTS]));
  }
}

const COUNTS = ["code_stars", "comment_count"];

async function columnsThatMove(runner: QueryRunner): Promise<string[]> {
  const rows: { name: string }[] = await runner.query(`
    select a.attname as name
    from pg_trigger t cross join unnest(t.tgattr::int2[]) n join pg_attribute a on a.attrelid = t.tgrelid and a.attnum = n
    where t.tgrelid = 'papers'::regclass and t.tgname = 'papers_revision'
    order by a.attnum`);
  return rows.map(({ name }) => name);
}

const triggerOf = (columns: string[]) => `
  create or replace trigger papers_revision before update of ${columns.join(", ")}
    on papers for each row execute function move_paper_revision()`;
