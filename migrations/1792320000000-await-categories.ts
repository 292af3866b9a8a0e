import type { MigrationInterface, QueryRunner } from "typeorm";

/** The next rankings of open days note the papers that await their categories. */
export class AwaitCategories1792320000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("alter table feed_ranks add column awaits_categories boolean not null default false");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("alter table feed_ranks drop column awaits_categories");
  }
}
