import type { MigrationInterface, QueryRunner } from "typeorm";

/** Entries that are there came otherwise, as far as is known: none of them is removed by a later reading of its list. */
export class AddListings1792100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("alter table feed_entries add column listed_by text");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("alter table feed_entries drop column listed_by");
  }
}
