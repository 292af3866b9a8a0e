import type { MigrationInterface, QueryRunner } from "typeorm";

/** The papers that are there are counted. Imports wait until they are; nobody else does. */
export class FillPaperCounts1792720000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      select pg_advisory_xact_lock(hashtext('daily-papers import'));

      update organizations o set paper_count = c.count
      from (select organization_id as id, count(*) as count from papers group by 1) c where o.id = c.id;

      update authors a set paper_count = c.count, paper_count_class = width_bucket(c.count, '{4,16,64,256,1024,4096}')
      from (select author_id as id, count(distinct paper_id)::int as count from authorships group by 1) c
      where a.id = c.id;

      insert into category_counts (category, paper_count)
      select category, count(distinct p.id) from papers p, unnest(with_archives(p.categories)) category group by 1;

      insert into featured_months (month, paper_count)
      select date_trunc('month', e.day::timestamp)::date, count(distinct e.paper_id) from feed_entries e group by 1;

      create temporary table keyword_counts on commit drop as
        select k.spelling, topic_key(k.spelling) as key, k.count
        from (select unnest(keywords) as spelling, count(*)::int as count from papers group by 1) k;
      insert into topics (key, label, words)
      select distinct on (key) key, spelling, to_tsvector('paper_text', searchable(spelling))
      from keyword_counts where key is not null
      order by key, count desc, spelling;
      insert into topic_spellings (spelling, topic_id, paper_count)
      select k.spelling, t.id, k.count from keyword_counts k join topics t on t.key = k.key;
      update topics t set paper_count = c.count
      from (
        select s.topic_id as id, count(distinct p.id) as count
        from papers p, unnest(p.keywords) keyword join topic_spellings s on s.spelling = keyword group by 1
      ) c
      where t.id = c.id;
    `);
  }

  // What is filled in goes with its columns and tables.
  async down(): Promise<void> {}
}
