import type { MigrationInterface, QueryRunner } from "typeorm";

const COLUMNS =
  "arxiv_id, title, abstract, summary, keywords, published_on, featured_on, author_count, authors_complete, organization_id, " +
  "submitter_id, url, pdf_url, thumbnail_url, project_url, code_url, code_stars, comment_count, created_at, updated_at";

const revisionBy = (columns: string) => `
      create or replace trigger papers_revision before update of ${columns}
        on papers for each row execute function move_paper_revision();`;

/**
 * What arXiv alone knows of a paper; and whose word each value is, and of when. Of papers that are there already this is not
 * known: it counts as a listing's. No row is written.
 */
export class AddFieldsOfArxiv1792000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table papers
        add column categories text[] not null default '{}',
        add column doi text,
        add column journal_reference text,
        add column arxiv_comment text,
        add column license_url text,
        add column withdrawn_at timestamptz(3);
      ${revisionBy(`${COLUMNS}, categories, doi, journal_reference, arxiv_comment, license_url, withdrawn_at`)}

      create table paper_versions (
        paper_id integer not null references papers on delete cascade,
        number integer not null,
        submitted_at timestamptz(3) not null,
        primary key (paper_id, number)
      );

      alter table paper_looks
        add column arxiv_at timestamptz(3),
        add column said jsonb not null default '{}';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table paper_looks drop column said, drop column arxiv_at;
      drop table paper_versions;
      ${revisionBy(COLUMNS)}
      alter table papers
        drop column withdrawn_at, drop column license_url, drop column arxiv_comment, drop column journal_reference,
        drop column doi, drop column categories;
    `);
  }
}
