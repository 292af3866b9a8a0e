import type { MigrationInterface, QueryRunner } from "typeorm";

export class ReviseFeeds1791820000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table feed_entries add column upvotes integer, add column upvotes_at timestamptz(3), add column place integer;
      alter table feed_rankings add column days date[], add column revised_at timestamptz(3);
      alter table feed_ranks add column is_late boolean not null default false;
    `);
    // Some dozens of rows for each year. Days that are there count as ranked, also those that came after the close.
    await runner.query(`
      update feed_rankings r set days = array(
        select d.day from feed_days d
        where d.day between r.start_date and case r.period
          when 'WEEK' then r.start_date + 6
          else (r.start_date + interval '1 month - 1 day')::date
        end
        order by d.day
      )
      where r.is_final and r.period in ('WEEK', 'MONTH')
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table feed_ranks drop column is_late;
      alter table feed_rankings drop column revised_at, drop column days;
      alter table feed_entries drop column place, drop column upvotes_at, drop column upvotes;
    `);
  }
}
