import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Papers are deleted between imports. Each row's trigger takes the imports' lock, too, but with the row locked already, for which
 * the import that holds that lock may be waiting.
 */
export class DeleteBesideImports1792760000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function wait_for_imports() returns trigger language plpgsql as $$
      begin
        perform pg_advisory_xact_lock(hashtext('daily-papers import'));
        return null;
      end $$;
      create trigger papers_wait_for_imports before delete on papers for each statement execute function wait_for_imports();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger papers_wait_for_imports on papers;
      drop function wait_for_imports;
    `);
  }
}
