import type { MigrationInterface, QueryRunner } from "typeorm";

/** Events from now on note the paper whose vector some webhooks wait for. */
export class TellNearLater1792770000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table webhook_events add column awaits_vector_of integer;
      create index webhook_events_awaits_vector_of_idx on webhook_events (awaits_vector_of)
        where awaits_vector_of is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("alter table webhook_events drop column awaits_vector_of");
  }
}
