import type { MigrationInterface, QueryRunner } from "typeorm";

export class IndexDigestQueue1790410000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- in the order of sending: confirmations, for which somebody waits, before thousands of digests
      create index digest_deliveries_queue_idx on digest_deliveries (kind, next_attempt_at) where status = 'QUEUED';
      drop index digest_deliveries_next_attempt_at_idx;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index digest_deliveries_next_attempt_at_idx on digest_deliveries (next_attempt_at) where status = 'QUEUED';
      drop index digest_deliveries_queue_idx;
    `);
  }
}
