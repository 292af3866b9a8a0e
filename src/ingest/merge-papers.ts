import type { Transaction } from "../db/database";
import { join, Sql, sql } from "../db/sql";

/** Columns that a newer look replaces and an older one fills in when they are unknown. */
const content = [
  "abstract",
  "summary",
  "published_on",
  "url",
  "pdf_url",
  "thumbnail_url",
  "project_url",
  "code_url",
] as const;

/** Counts, each with the time of the look that it is from: paper column, staged column, time column. */
const counts = [
  ["imported_upvotes", "upvotes", "upvotes_at"],
  ["comment_count", "comments", "comments_at"],
  ["code_stars", "code_stars", "code_stars_at"],
] as const;

/** What is searched in a paper of which nothing is known but the look. */
export const searchOfLook = sql`
  paper_search(title, array_to_string(author_names, ', '), coalesce(keywords, '{}'), abstract)`;

const name = (text: string): Sql => new Sql([text], []);
const newer = sql`s.seen_at > coalesce(l.content_at, '-infinity')`;

const mergedContent = content.map(
  (column) => sql`case when ${newer} then coalesce(s.${name(column)}, p.${name(column)})
    else coalesce(p.${name(column)}, s.${name(column)}) end as ${name(column)}`,
);

// Two looks of the same time are told apart by the number, so that their order does not matter either.
const mergedCounts = counts.map(
  ([column, staged, at]) => sql`case
    when s.${name(staged)} is not null
      and (s.seen_at, s.${name(staged)}) > (coalesce(l.${name(at)}, '-infinity'), coalesce(p.${name(column)}, 0))
    then s.${name(staged)} else p.${name(column)} end as ${name(column)}`,
);

/** Adds new papers with all that their looks know: a row that is changed at once would be indexed twice. */
export async function insertPapers(tx: Transaction): Promise<void> {
  await tx.read(sql`
    insert into papers (
      id, arxiv_id, title, title_key, keywords, featured_on, author_count, authors_complete, organization_id,
      ${join(content.map(name), ", ")}, imported_upvotes, upvote_count, comment_count, code_stars, submitter_id, search
    )
    select paper_id, arxiv_id, title, title_key, coalesce(keywords, '{}'), feed_day, coalesce(author_count, 0),
      coalesce(cardinality(author_names) = author_count, false),
      (select o.id from organizations o where o.key = organization_key),
      ${join(content.map(name), ", ")}, coalesce(upvotes, 0), coalesce(upvotes, 0), coalesce(comments, 0), code_stars,
      submitter_id, coalesce(search, ${searchOfLook})
    from staged where is_new order by n`);
}

const columns = [
  "arxiv_id",
  "title",
  "title_key",
  "keywords",
  "featured_on",
  "author_count",
  "authors_complete",
  "organization_id",
  ...content,
  ...counts.map(([column]) => column),
].map(name);

/** Brings known papers up to what the looks add; only rows that differ are written. */
export async function updatePapers(tx: Transaction): Promise<void> {
  const list = (alias: string) =>
    join(
      columns.map((column) => sql`${name(alias)}.${column}`),
      ", ",
    );
  await tx.read(sql`
    with merged as (
      select s.paper_id, s.entry_changed, s.authors_changed,
        coalesce(p.arxiv_id, s.arxiv_id) as arxiv_id,
        case when ${newer} then s.title else p.title end as title,
        case when ${newer} then s.title_key else p.title_key end as title_key,
        case when s.keywords is not null and (${newer} or p.keywords = '{}') then s.keywords else p.keywords end
          as keywords,
        greatest(p.featured_on, s.feed_day) as featured_on,
        case when s.authors_win then s.author_count else p.author_count end as author_count,
        case when s.authors_win then coalesce(cardinality(s.author_names) = s.author_count, false)
          else p.authors_complete end as authors_complete,
        case when ${newer} then coalesce(o.id, p.organization_id) else coalesce(p.organization_id, o.id) end
          as organization_id,
        ${join([...mergedContent, ...mergedCounts], ", ")}
      from staged s
      join papers p on p.id = s.paper_id
      left join paper_looks l on l.paper_id = s.paper_id
      left join organizations o on o.key = s.organization_key
      where not s.is_new
    ), written as (
      update papers p set (${join(columns, ", ")}, upvote_count, updated_at, search) = (
        select ${list("m")}, p.upvote_count - p.imported_upvotes + m.imported_upvotes, now(), paper_search(
          m.title,
          (select string_agg(a.name, ', ' order by a.position) from authorships a where a.paper_id = p.id),
          m.keywords,
          m.abstract
        )
      )
      from merged m
      where m.paper_id = p.id and (
        m.entry_changed or m.authors_changed or (${list("m")}) is distinct from (${list("p")})
      )
      returning p.id
    )
    update staged s set changed = true from written w where w.id = s.paper_id`);
}

/** Remembers the times of the looks, each for what it knew. */
export async function rememberLooks(tx: Transaction): Promise<void> {
  const latest = (column: string) =>
    sql`${name(column)} = greatest(paper_looks.${name(column)}, excluded.${name(column)})`;
  const countTimes = counts.map(([, , at]) => at);
  const times = ["content_at", ...countTimes];
  await tx.read(sql`
    insert into paper_looks (paper_id, authors_at, ${join(times.map(name), ", ")})
    select paper_id, case when authors_win then seen_at end, seen_at,
      ${join(
        counts.map(([, staged]) => sql`case when ${name(staged)} is not null then seen_at end`),
        ", ",
      )}
    from staged
    on conflict (paper_id) do update set
      authors_at = coalesce(excluded.authors_at, paper_looks.authors_at), ${join(times.map(latest), ", ")}`);
}
