import type { MigrationInterface, QueryRunner } from "typeorm";

export class KeepDigestRequests1790420000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- what a confirmation will put in force, and what a digest says until it is sent
      alter table digest_deliveries add column request jsonb, add column content jsonb;
      -- bounces come after a mail was taken: whether they come in a row shows in their times
      alter table digest_subscriptions add column soft_bounced_at timestamptz(3);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table digest_subscriptions drop column soft_bounced_at;
      alter table digest_deliveries drop column request, drop column content;
    `);
  }
}
