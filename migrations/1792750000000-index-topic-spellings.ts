import type { MigrationInterface, QueryRunner } from "typeorm";

/** By the words as papers print them: a beginning such as "fine-tuni" begins no stem, and "be" is a stop word. */
export class IndexTopicSpellings1792750000000 implements MigrationInterface {
  // Made beside imports, which would all wait until it is there. Run again after a failure, it begins anew.
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    const isAlone = runner.isTransactionActive;
    // Nobody waits behind it, so it may wait for a long transaction: given up, all of its work would be lost.
    if (!isAlone) {
      await runner.query("set lock_timeout = 0");
      await runner.query("drop index concurrently if exists topic_spellings_words_idx");
    }
    await runner.query(
      `create index ${isAlone ? "" : "concurrently"} topic_spellings_words_idx on topic_spellings using gin (words_of(spelling)) with (gin_pending_list_limit = 256)`,
    );
    await runner.query("analyze topic_spellings");
    if (!isAlone) await runner.query("reset lock_timeout");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop index topic_spellings_words_idx");
  }
}
