import type { MigrationInterface, QueryRunner } from "typeorm";

/** Whoever holds something of papers in memory hears of those that were deleted: by hand, as no process deletes any. */
export class LogDeletedPapers1792610000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table deleted_papers (
        paper_id integer primary key,
        deleted_in bigint not null default pg_current_xact_id()::text::bigint
      );
      create index deleted_papers_deleted_in_idx on deleted_papers (deleted_in);

      create function log_deleted_papers() returns trigger language plpgsql as $$
      begin
        insert into deleted_papers (paper_id) select id from gone on conflict do nothing;
        return null;
      end $$;
      create trigger papers_log_deleted after delete on papers
        referencing old table as gone for each statement execute function log_deleted_papers();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger papers_log_deleted on papers;
      drop function log_deleted_papers;
      drop table deleted_papers;
    `);
  }
}
