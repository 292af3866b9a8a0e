import type { MigrationInterface, QueryRunner } from "typeorm";

/** Which access token made another, to end with it. Of those that stand it was never written down. */
export class AddTokenParents1791400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table access_tokens add column parent_id integer references access_tokens on delete cascade;
      create index access_tokens_parent_id_idx on access_tokens (parent_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("alter table access_tokens drop column parent_id");
  }
}
