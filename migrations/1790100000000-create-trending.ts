import type { MigrationInterface, QueryRunner } from "typeorm";

export class CreateTrending1790100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- a source's upvotes have no voters and no times: this is when they count as cast
      create table imported_votes (
        paper_id integer not null references papers on delete cascade,
        cast_at timestamptz(3) not null,
        votes integer not null,
        primary key (paper_id, cast_at),
        constraint imported_votes_votes_check check (votes > 0)
      );
      insert into imported_votes (paper_id, cast_at, votes)
      select id, (coalesce(featured_on, published_on, created_at::date) + time '12:00') at time zone 'UTC', imported_upvotes
      from papers where imported_upvotes > 0;

      create table trending_scores (
        paper_id integer primary key references papers on delete cascade,
        votes integer not null,
        day_score double precision not null,
        week_score double precision not null,
        month_score double precision not null,
        quarter_score double precision not null
      );
      create index trending_scores_day_score_paper_id_idx on trending_scores (day_score, paper_id);
      create index trending_scores_week_score_paper_id_idx on trending_scores (week_score, paper_id);
      create index trending_scores_month_score_paper_id_idx on trending_scores (month_score, paper_id);
      create index trending_scores_quarter_score_paper_id_idx on trending_scores (quarter_score, paper_id);

      -- half-lives since the landmark 2020-01-01: (t - L) / H
      create function trending_age(at timestamptz, half_life interval) returns double precision
        language sql immutable strict parallel safe
        return extract(epoch from at - timestamptz '2020-01-01 00:00:00+00')::double precision
          / extract(epoch from half_life)::double precision;

      -- log2(2^a + 2^b); beyond 60 the smaller one is lost in a double anyway, and power() would underflow
      create function log2_add(a double precision, b double precision) returns double precision
        language sql immutable strict parallel safe
        return greatest(a, b) + case when abs(a - b) > 60 then 0 else ln(1 + power(2, -abs(a - b))) / ln(2) end;

      create function log2_sum(ages double precision[], votes integer[]) returns double precision
        language sql immutable strict parallel safe
        return (
          select top.age + ln(sum(v.votes * power(2, greatest(v.age - top.age, -1000)))) / ln(2)
          from (select max(age) as age from unnest(ages) age) top, unnest(ages, votes) v (age, votes)
          group by top.age
        );

      insert into trending_scores
      select v.paper_id, sum(v.votes),
        log2_sum(array_agg(trending_age(v.cast_at, '12 hours')), array_agg(v.votes)),
        log2_sum(array_agg(trending_age(v.cast_at, '48 hours')), array_agg(v.votes)),
        log2_sum(array_agg(trending_age(v.cast_at, '7 days')), array_agg(v.votes)),
        log2_sum(array_agg(trending_age(v.cast_at, '21 days')), array_agg(v.votes))
      from (
        select paper_id, cast_at, votes from imported_votes
        union all
        select paper_id, created_at, 1 from upvotes
      ) v
      group by v.paper_id;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table trending_scores, imported_votes;
      drop function log2_sum(double precision[], integer[]);
      drop function log2_add(double precision, double precision);
      drop function trending_age(timestamptz, interval);
    `);
  }
}
