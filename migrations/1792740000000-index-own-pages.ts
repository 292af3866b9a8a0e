import type { MigrationInterface, QueryRunner } from "typeorm";

/** Papers without an arXiv id may have a page on arxiv.org, and those with one another page than that of the id. */
const OWN_PAGES = "arxiv_id is null or url <> 'https://arxiv.org/abs/' || arxiv_id";

export class IndexOwnPages1792740000000 implements MigrationInterface {
  // Made beside votes, which would all wait until it is there. Run again after a failure, it begins anew.
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await remake(runner, OWN_PAGES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await remake(runner, "url not like 'https://arxiv.org/%'");
  }
}

async function remake(runner: QueryRunner, condition: string): Promise<void> {
  const concurrently = runner.isTransactionActive ? "" : "concurrently";
  // Nobody waits behind it, so it may wait for a long transaction: given up, all of its work would be lost.
  if (concurrently) await runner.query("set lock_timeout = 0");
  await runner.query(`drop index ${concurrently} if exists papers_url_idx`);
  await runner.query(`create index ${concurrently} papers_url_idx on papers (url, id) where ${condition}`);
  if (concurrently) await runner.query("reset lock_timeout");
}
