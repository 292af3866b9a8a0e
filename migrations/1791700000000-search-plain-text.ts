import type { MigrationInterface, QueryRunner } from "typeorm";
import { inBatches } from "./batches";

/** So many papers are looked through in one transaction: whoever votes for one of them waits no longer than for another vote. */
const BATCH = 500;

/** What papers say is no HTML: to the parser of texts, words in <angle brackets> are a tag, and those in &entities; another. */
export class SearchPlainText1791700000000 implements MigrationInterface {
  // Each batch has a transaction of its own. Run again after a failure, it does what is left.
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- the stroke of </ would begin a path
      create or replace function paper_search(title text, authors text, keywords text[], abstract text) returns tsvector
        language sql immutable parallel safe
        return setweight(to_tsvector('paper_text', translate(replace(title, '</', '<<'), '<>&', '   ')), 'A')
          || setweight(to_tsvector('paper_text', translate(replace(coalesce(authors, ''), '</', '<<'), '<>&', '   ')), 'B')
          || setweight(to_tsvector('paper_text', translate(replace(array_to_string(keywords, ' ; '), '</', '<<'), '<>&', '   ')), 'C')
          || setweight(to_tsvector('paper_text', translate(replace(coalesce(abstract, ''), '</', '<<'), '<>&', '   ')), 'D');
    `);
    await reindex(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function paper_search(title text, authors text, keywords text[], abstract text) returns tsvector
        language sql immutable parallel safe
        return setweight(to_tsvector('paper_text', title), 'A')
          || setweight(to_tsvector('paper_text', coalesce(authors, '')), 'B')
          || setweight(to_tsvector('paper_text', array_to_string(keywords, ' ; ')), 'C')
          || setweight(to_tsvector('paper_text', coalesce(abstract, '')), 'D');
    `);
    await reindex(runner);
  }
}

/** Searches papers anew whose texts have such signs. */
async function reindex(runner: QueryRunner): Promise<void> {
  await inBatches(runner, async (after) => {
    const [batch] = await runner.query(
      `with batch as materialized (
        select p.id, p.title, p.keywords, p.abstract, n.names
        from (select * from papers where id > $1 order by id limit $2) p
        left join lateral (
          select string_agg(a.name, ', ' order by a.position) as names from authorships a where a.paper_id = p.id
        ) n on true
      ), written as (
        update papers p set search = paper_search(b.title, b.names, b.keywords, b.abstract)
        from batch b
        where p.id = b.id and concat_ws(' ', b.title, b.names, array_to_string(b.keywords, ' '), b.abstract) ~ '[<>&]'
      )
      select max(id) as last from batch`,
      [after, BATCH],
    );
    return batch.last;
  });
}
