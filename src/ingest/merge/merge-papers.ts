import type { Transaction } from "../../db/database";
import { join, type Sql, sql } from "../../db/sql";
import { type PaperColumn, paperColumns, raw } from "./columns";

/** The searched text of a new paper, known only from the record. */
export const searchTextOfRecord = sql`
  paper_search(title, array_to_string(author_names, ', '), coalesce(keywords, '{}'), abstract)`;

const names = paperColumns.map(({ name }) => raw(name));

const counts = paperColumns.filter(({ isCount }) => isCount);
const content = paperColumns.filter(({ isCount }) => !isCount);

function mergedColumn({ name, merge, unknown }: PaperColumn): Sql {
  const column = raw(name);
  return sql`${merge(column, unknown === undefined ? unknown : raw(unknown))} as ${column}`;
}

const initial = paperColumns.map(({ name, unknown }) =>
  unknown === undefined ? raw(name) : sql`coalesce(${raw(name)}, ${raw(unknown)})`,
);

/** The staged records, with the id of the organization. */
const staged = sql`(
  select s.*, o.id as organization_id from staged s left join organizations o on o.key = s.organization_key) s`;

/** Adds new papers with all that their records know: a row that is changed at once would be indexed twice. */
export async function insertPapers(tx: Transaction): Promise<void> {
  await tx.query(sql`
    insert into papers (id, ${join(names, ", ")}, upvote_count, submitter_id, search)
    select paper_id, ${join(initial, ", ")}, coalesce(imported_upvotes, 0), submitter_id,
      coalesce(search, ${searchTextOfRecord})
    from ${staged} where is_new order by n`);
}

const of = (alias: string, columns: readonly PaperColumn[]) =>
  join(
    columns.map(({ name }) => raw(`${alias}.${name}`)),
    ", ",
  );

/** What our users cast stays. */
const newUpvoteCount = sql`p.upvote_count - p.imported_upvotes + m.imported_upvotes`;

/**
 * Brings known papers up to what the records say, with new counts; only rows that say something else are written. Says of
 * which papers title or abstract changed.
 */
export async function updatePapers(tx: Transaction): Promise<void> {
  await tx.query(sql`
    with merged as (
      select s.paper_id, s.entry_changed or s.authors_changed or s.versions_changed as beside_changed,
        p.title as title_before, p.abstract as abstract_before,
        ${join(paperColumns.map(mergedColumn), ", ")}
      from ${staged}
      join papers p on p.id = s.paper_id
      left join paper_looks l on l.paper_id = s.paper_id
      where not s.is_new
    ), written as (
      update papers p set (${join(names, ", ")}, upvote_count, updated_at, search) = (
        select ${of("m", paperColumns)}, ${newUpvoteCount}, now(), paper_search(
          m.title,
          (select string_agg(a.name, ', ' order by a.position) from authorships a where a.paper_id = p.id),
          m.keywords,
          m.abstract
        )
      )
      from merged m
      where m.paper_id = p.id and (
        m.beside_changed or (${of("m", content)}) is distinct from (${of("p", content)})
      )
      returning p.id, (p.title, p.abstract) is distinct from (m.title_before, m.abstract_before) as text_changed
    )
    update staged s set changed = true, text_changed = w.text_changed from written w where w.id = s.paper_id`);
}

/**
 * Writes new counts of papers that otherwise say the same: neither their content is newer by that, nor is what is searched
 * in them written again.
 */
export async function updateCounts(tx: Transaction): Promise<void> {
  await tx.query(sql`
    with merged as (
      select s.paper_id, ${join(counts.map(mergedColumn), ", ")}
      from staged s
      join papers p on p.id = s.paper_id
      left join paper_looks l on l.paper_id = s.paper_id
      where not s.is_new
    ), written as (
      update papers p set (${join(
        counts.map(({ name }) => raw(name)),
        ", ",
      )}, upvote_count)
        = (${of("m", counts)}, ${newUpvoteCount})
      from merged m
      where m.paper_id = p.id and (${of("m", counts)}) is distinct from (${of("p", counts)})
      returning p.id
    )
    update staged s set changed = true from written w where w.id = s.paper_id`);
}

/** Saves the words of the records, and their times, each for what it knew. */
export async function saveObservations(tx: Transaction): Promise<void> {
  const timed = paperColumns.flatMap(({ name, time }) => (time ? { name: raw(name), time: raw(time) } : []));
  const times = [sql`content_at`, sql`arxiv_at`, ...timed.map(({ time }) => time)];
  const known = timed.map(({ name }) => sql`case when ${name} is not null then seen_at end`);
  const latest = times.map((time) => sql`${time} = greatest(paper_looks.${time}, excluded.${time})`);
  await tx.query(sql`
    insert into paper_looks (paper_id, said, authors_at, ${join(times, ", ")})
    select paper_id, said, case when authors_win then seen_at end, seen_at, case when source = 'arxiv' then seen_at end,
      ${join(known, ", ")}
    from staged
    on conflict (paper_id) do update set
      said = excluded.said, authors_at = coalesce(excluded.authors_at, paper_looks.authors_at), ${join(latest, ", ")}`);
}
