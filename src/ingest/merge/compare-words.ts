import type { Transaction } from "../../db/database";
import { join, type Sql, sql } from "../../db/sql";
import { paperColumns, raw } from "./columns";
import { RANK } from "./word";

/** A time as the word of a listing. */
const wordAt = (time: Sql) => sql`round(extract(epoch from ${time}) * 1000)`;

/** The words of papers `p` of versions that kept none, only the times `l`: all counts as a listing's. */
const assumed = join(
  paperColumns.flatMap(({ name, said, unknown }) => {
    const isKnown = sql`p.${raw(name)} is distinct from ${raw(unknown ?? "null")}`;
    return said ? [sql`${raw(`'${name}'`)}, case when ${isKnown} then ${wordAt(sql`l.content_at`)} end`] : [];
  }),
  ", ",
);
const words = sql`
  case when l.said <> '{}' then l.said
    else jsonb_strip_nulls(jsonb_build_object(${assumed}, 'authors', ${wordAt(sql`l.authors_at`)})) end`;

/** Names win over a mere count, whose ever it is; then the greater rank; then all names over some; then the newer record. */
const authorsRank = (hasNames: Sql, word: Sql, areComplete: Sql) =>
  sql`(${hasNames}, div(${word}, ${raw(String(RANK))}), ${areComplete}, ${word})`;
const winsAuthors = sql`
  ${authorsRank(sql`s.author_names is not null`, sql`w.value::numeric`, sql`s.authors_complete`)} > ${authorsRank(
    sql`exists (select from authorships a where a.paper_id = p.id)`,
    sql`coalesce((known.said -> 'authors')::numeric, -1)`,
    sql`p.authors_complete`,
  )}`;

/** Notes what each record of a known paper has the greatest word on, and the words on the paper with it. */
export async function compareWords(tx: Transaction): Promise<void> {
  await tx.query(sql`
    update staged s set wins = compared.wins, authors_win = 'authors' = any(compared.wins), said = compared.said
    from (
      select s.n, won.wins, known.said || won.said as said
      from staged s
      join papers p on p.id = s.paper_id
      left join paper_looks l on l.paper_id = s.paper_id
      cross join lateral (select ${words} as said) known
      cross join lateral (
        select coalesce(array_agg(w.key), '{}') as wins, coalesce(jsonb_object_agg(w.key, w.value), '{}') as said
        from jsonb_each(s.said) w
        where case when w.key = 'authors' then ${winsAuthors} else w.value > coalesce(known.said -> w.key, '-1') end
      ) won
      where not s.is_new
    ) compared
    where s.n = compared.n`);
}
