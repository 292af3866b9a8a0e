import type { MigrationInterface, QueryRunner } from "typeorm";

export class IndexPaperTexts1791100000000 implements MigrationInterface {
  // Made beside votes, which would all wait until it is there. Run again after a failure, it begins anew.
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    const isAlone = runner.isTransactionActive;
    const how = isAlone ? "" : "concurrently";
    if (!isAlone) {
      // Nobody waits behind it, so it may wait for a long transaction: given up, all of its work would be lost.
      await runner.query("set lock_timeout = 0");
      await runner.query("drop index concurrently if exists papers_text_idx");
    }
    await runner.query(`
      -- all words of a paper but its authors' names: what filters look for is found without reading the papers
      create index ${how} papers_text_idx on papers using gin (ts_filter(search, '{a,c,d}'))
        with (gin_pending_list_limit = 256);
    `);
    await runner.query("analyze papers");
    if (!isAlone) await runner.query("reset lock_timeout");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop index papers_text_idx");
  }
}
