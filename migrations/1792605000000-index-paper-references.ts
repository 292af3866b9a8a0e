import type { MigrationInterface, QueryRunner } from "typeorm";

const INDEXES = {
  // DOIs ignore case (ISO 26324)
  papers_doi_idx: "papers (lower(doi), id) where doi is not null",
  // papers with a page on arXiv are found by its id
  papers_url_idx: "papers (url, id) where url not like 'https://arxiv.org/%'",
};

export class IndexPaperReferences1792605000000 implements MigrationInterface {
  // Made beside votes, which would all wait until they are there. Run again after a failure, it begins anew.
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    const isAlone = runner.isTransactionActive;
    // Nobody waits behind it, so it may wait for a long transaction: given up, all of its work would be lost.
    if (!isAlone) await runner.query("set lock_timeout = 0");
    for (const [name, definition] of Object.entries(INDEXES)) {
      if (!isAlone) await runner.query(`drop index concurrently if exists ${name}`);
      await runner.query(`create index ${isAlone ? "" : "concurrently"} ${name} on ${definition}`);
    }
    await runner.query("analyze papers");
    if (!isAlone) await runner.query("reset lock_timeout");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop index papers_url_idx, papers_doi_idx");
  }
}
