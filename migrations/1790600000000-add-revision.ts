import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * A number that moves whenever what a paper says does, whoever changes it; its votes do not move it. Papers that stand
 * begin at 0, so that none is written for it.
 */
export class AddRevision1790600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create sequence paper_revisions;
      alter table papers add column revision bigint not null default 0;
      alter table papers alter column revision set default nextval('paper_revisions');

      create function move_paper_revision() returns trigger language plpgsql as $$
      begin
        new.revision := nextval('paper_revisions');
        return new;
      end $$;

      create trigger papers_revision before update of
        arxiv_id, title, abstract, summary, keywords, published_on, featured_on, author_count, authors_complete,
        organization_id, submitter_id, url, pdf_url, thumbnail_url, project_url, code_url, code_stars, comment_count,
        created_at, updated_at
        on papers for each row execute function move_paper_revision();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger papers_revision on papers;
      drop function move_paper_revision();
      alter table papers drop column revision;
      drop sequence paper_revisions;
    `);
  }
}
