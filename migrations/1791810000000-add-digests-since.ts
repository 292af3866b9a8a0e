import type { MigrationInterface, QueryRunner } from "typeorm";

export class AddDigestsSince1791810000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("alter table digest_subscriptions add column digests_since timestamptz(3)");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("alter table digest_subscriptions drop column digests_since");
  }
}
