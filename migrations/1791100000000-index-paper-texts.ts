import type { MigrationInterface, QueryRunner } from "typeorm";

export class IndexPaperTexts1791100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- all words of a paper but its authors' names: what filters look for is found without reading the papers
      create index papers_text_idx on papers using gin (ts_filter(search, '{a,c,d}'))
        with (gin_pending_list_limit = 256);
      analyze papers;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop index papers_text_idx");
  }
}
