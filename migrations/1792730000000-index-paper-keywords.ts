import type { MigrationInterface, QueryRunner } from "typeorm";

export class IndexPaperKeywords1792730000000 implements MigrationInterface {
  // Made beside votes, which would all wait until it is there. Run again after a failure, it begins anew.
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    const isAlone = runner.isTransactionActive;
    // Nobody waits behind it, so it may wait for a long transaction: given up, all of its work would be lost.
    if (!isAlone) {
      await runner.query("set lock_timeout = 0");
      await runner.query("drop index concurrently if exists papers_keywords_idx");
    }
    await runner.query(
      `create index ${isAlone ? "" : "concurrently"} papers_keywords_idx on papers using gin (keywords) with (gin_pending_list_limit = 256)`,
    );
    await runner.query("analyze papers, topics, topic_spellings");
    if (!isAlone) await runner.query("reset lock_timeout");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop index papers_keywords_idx");
  }
}
