import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Brings what versions without bounds took into the bounds of today: looks and votes of the future, which no true look was
 * newer than; days of publication to come, first in every list; numbers to which no vote could be added; feeds of years before
 * there were any. In most databases there is none of it.
 */
export class BoundStoredPapers1791710000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- imports wait, so that none brings such a thing behind this
      select pg_advisory_xact_lock(hashtext('daily-papers import'));

      update paper_looks set
        content_at = case when content_at > now() then now() else content_at end,
        authors_at = case when authors_at > now() then now() else authors_at end,
        upvotes_at = case when upvotes_at > now() then now() else upvotes_at end,
        comments_at = case when comments_at > now() then now() else comments_at end,
        code_stars_at = case when code_stars_at > now() then now() else code_stars_at end
      where greatest(content_at, authors_at, upvotes_at, comments_at, code_stars_at) > now();

      create temporary table bounded on commit drop as
        select id from papers
        where upvote_count > 1000000000 or comment_count > 1000000000 or code_stars > 1000000000
          or published_on > current_date + 1
        union
        select paper_id from imported_votes where cast_at > now()
        union
        select paper_id from feed_entries where day < '1991-08-14';

      delete from feed_entries where day < '1991-08-14';
      delete from feed_rankings where start_date < case period
        when 'DAY' then date '1991-08-14' when 'WEEK' then date '1991-08-12' else date '1991-08-01' end;
      delete from feed_days where day < '1991-08-14';

      update papers p set
        featured_on = (select max(e.day) from feed_entries e where e.paper_id = p.id),
        published_on = case when p.published_on > current_date + 1 then null else p.published_on end,
        imported_upvotes = least(p.imported_upvotes, 1000000000),
        upvote_count = p.upvote_count - p.imported_upvotes + least(p.imported_upvotes, 1000000000),
        comment_count = least(p.comment_count, 1000000000),
        code_stars = case when p.code_stars > 1000000000 then 1000000000 else p.code_stars end,
        updated_at = now()
      from bounded b where p.id = b.id;

      with before as (
        delete from imported_votes i using bounded b where i.paper_id = b.id
        returning i.paper_id, least(i.cast_at, now()::timestamptz(3)) as cast_at, i.votes
      ), summed as (
        select paper_id, cast_at, sum(votes) as votes,
          sum(sum(votes)) over (partition by paper_id order by cast_at) as total
        from before group by paper_id, cast_at
      ), kept as (
        select paper_id, cast_at, least(votes, 1000000000 - (total - votes)) as votes from summed
      )
      insert into imported_votes (paper_id, cast_at, votes) select paper_id, cast_at, votes from kept where votes > 0;

      update trending_scores s set
        votes = n.votes, day_score = n.day, week_score = n.week, month_score = n.month, quarter_score = n.quarter
      from (
        select v.paper_id, sum(v.votes)::int as votes,
          log2_sum(array_agg(trending_age(v.cast_at, '12 hours')), array_agg(v.votes)) as day,
          log2_sum(array_agg(trending_age(v.cast_at, '48 hours')), array_agg(v.votes)) as week,
          log2_sum(array_agg(trending_age(v.cast_at, '7 days')), array_agg(v.votes)) as month,
          log2_sum(array_agg(trending_age(v.cast_at, '21 days')), array_agg(v.votes)) as quarter
        from (
          select paper_id, cast_at, votes from imported_votes
          union all
          select paper_id, created_at, 1 from upvotes
        ) v
        join bounded b on b.id = v.paper_id
        group by v.paper_id
      ) n
      where s.paper_id = n.paper_id;

      insert into paper_touches (paper_id, upvotes_changed) select id, true from bounded;
    `);
  }

  // What was wrong stays mended.
  async down(): Promise<void> {}
}
