import type { MigrationInterface, QueryRunner } from "typeorm";

/** Events from now on note the paper whose categories some webhooks wait for. */
export class TellCategoriesLater1792330000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table webhook_events add column awaits_categories_of integer;
      create index webhook_events_awaits_categories_of_idx on webhook_events (awaits_categories_of)
        where awaits_categories_of is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("alter table webhook_events drop column awaits_categories_of");
  }
}
