import type { MigrationInterface, QueryRunner } from "typeorm";

export class AddDigestFeeds1791600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- the feeds of a digest and of its papers; null, as in older rows: the one that period_key names
      alter table digest_deliveries add column feed_keys text[];
      alter table digest_delivery_papers add column feed_key text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table digest_delivery_papers drop column feed_key;
      alter table digest_deliveries drop column feed_keys;
    `);
  }
}
