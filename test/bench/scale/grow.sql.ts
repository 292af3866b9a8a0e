// Statements over papers $1 to $2. `chance(n, salt)` is the same number in [0, 1) for the same n and salt, so every run
// makes the same database.

const PAPERS_A_DAY = 100;

export const CHANCE = `
  create or replace function pg_temp.chance(n bigint, salt bigint) returns float8 language sql immutable
    return (hashint8extended(n, salt) & 1048575) / 1048576.0::float8`;

const READERS = "select count(*) from users where username like 'reader%'";

/** A few to start with, and one for 20 papers. */
export const USERS = `
  insert into users (username)
  select 'reader' || i from generate_series((select count(*) + 1 from users), 2000 + $1::int / 20) i`;

/** Each paper has one author of its own, every other paper two. Names come as often as in the stock. */
export const AUTHORS = `
  insert into authors (id, key, name)
  select a, lower(name) || ' ' || a, name
  from generate_series(($1::int - 1) * 3 / 2 + 1, $2::int * 3 / 2) a, lateral (
    select g.given || ' ' || f.family as name
    from stock_names g, stock_names f, (select count(*)::int as count from stock_names) s
    where g.id = floor(pg_temp.chance(a, 1) * s.count)::int and f.id = floor(pg_temp.chance(a, 2) * s.count)::int
  ) n`;

/**
 * Further authors are drawn from all up to then, early ones far more often: papers per author have a heavy tail. Titles
 * are as printed while the stock lasts, then put together of two halves. Votes and comments: Pareto's distribution.
 */
export const PAPERS = `
  with made as (
    select n, current_date - n / ${PAPERS_A_DAY} as day, s.head || ' ' || t.tail as title, s.abstract, s.keywords, s.search
    from generate_series($1::int, $2::int) n, (select count(*)::int as count from stock) c, stock s, stock t
    where s.id = n % c.count and t.id = (n + n / c.count * 7919) % c.count
  ), printed as materialized (
    select n, position, author_id, a.name
    from generate_series($1::int, $2::int) n,
      generate_series(1, 2 + least(60, floor(-3.5 * ln(1 - pg_temp.chance(n, 3))))::int) position,
      lateral (select case
        when position <= 1 + (n + 1) % 2 then n * 3 / 2 - (position - 1)
        else 1 + floor((n * 3 / 2) * pg_temp.chance(n * 100::bigint + position, 4) ^ 2)::int
      end as author_id) w
      join authors a on a.id = w.author_id
  ), written as (
    insert into authorships (paper_id, position, author_id, name) select * from printed order by n, position
  )
  insert into papers (id, arxiv_id, title, title_key, abstract, keywords, published_on, featured_on, author_count,
    authors_complete, upvote_count, comment_count, created_at, updated_at, search)
  select n, 'bench/' || lpad(n::text, 7, '0'), m.title, lower(regexp_replace(m.title, '[^[:alnum:]]', '', 'g')), m.abstract,
    m.keywords, m.day, m.day, p.count, true,
    least(u.count, floor(3.67 * (1 - pg_temp.chance(n, 5)) ^ -0.65)), floor((1 - pg_temp.chance(n, 6)) ^ -0.65) - 1,
    m.day, m.day + n % 86400 * interval '1 second', paper_search(m.title, p.names, m.keywords, null) || m.search
  from made m join (
    select n, count(*) as count, string_agg(name, ', ' order by position) as names from printed group by n
  ) p using (n), (${READERS}) u
  order by n`;

/** What an import adds to the words, see merge-words.ts. */
export const WORDS = `
  insert into words (word)
  select word from papers, unnest(tsvector_to_array(words_of(title))) word where id between $1::int and $2::int
  union
  select word from authors, unnest(tsvector_to_array(words_of(name))) word
  where id between ($1::int - 1) * 3 / 2 + 1 and $2::int * 3 / 2
  on conflict do nothing`;

/** As many rows as the papers count, at falling rates in the days after publication. */
export const UPVOTES = `
  insert into upvotes (user_id, paper_id, created_at)
  select 1 + ((hashint8extended(p.id, 7) & 1048575) + vote * 7919::bigint) % u.count, p.id,
    least(now(), p.published_on - 86400 * ln(1 - pg_temp.chance(p.id * 100000::bigint + vote, 8)) * interval '1 second')
  from papers p, generate_series(1, p.upvote_count) vote, (${READERS}) u
  where p.id between $1::int and $2::int`;

export const FEED_DAYS = `
  insert into feed_days (day)
  select distinct featured_on from papers where id between $1::int and $2::int order by 1 on conflict do nothing`;

export const FEED_ENTRIES = `
  insert into feed_entries (day, paper_id, featured_at)
  select featured_on, id, featured_on + id % ${PAPERS_A_DAY} * interval '1 minute'
  from papers where id between $1::int and $2::int`;

/** What trending.scoring.ts adds up vote by vote, of whole papers: log2 of the sum of 2^age. */
const score = (halfLife: string) => `
  trending_age(max(l.latest), '${halfLife}') + ln(sum(
    power(2, greatest(trending_age(u.created_at, '${halfLife}') - trending_age(l.latest, '${halfLife}'), -1000))
  )) / ln(2)`;

export const SCORES = `
  insert into trending_scores (paper_id, votes, day_score, week_score, month_score, quarter_score)
  select u.paper_id, count(*), ${["12 hours", "48 hours", "7 days", "21 days"].map(score).join(", ")}
  from upvotes u
  join (select paper_id, max(created_at) as latest from upvotes group by paper_id) l on l.paper_id = u.paper_id
  where u.paper_id between $1::int and $2::int
  group by u.paper_id`;

export const CHANGES = `
  insert into paper_changes (paper_id, changed_at, upvotes_changed_at)
  select id, at, at from papers, lateral (select '2025-01-01'::timestamptz + id * interval '1 second' as at) t
  where id between $1::int and $2::int`;
