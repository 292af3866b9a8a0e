import type { MigrationInterface, QueryRunner } from "typeorm";

/** Holds up no vote, unlike the making of the constraints. */
export class CheckChanges1790510000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table paper_changes validate constraint paper_changes_paper_id_fkey;
      alter table feed_changes validate constraint feed_changes_ranking_id_fkey;
    `);
  }

  // What was found to be true stays true.
  async down(): Promise<void> {}
}
