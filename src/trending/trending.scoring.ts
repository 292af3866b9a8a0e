import { join, type Sql, sql } from "../db/sql";
import { windows } from "./window";

const all = Object.values(windows);
const scores = join(
  all.map(({ score }) => score),
  ", ",
);

/** In floating point: PostgreSQL's own log(2, n) computes with slow decimals. */
const log2 = (n: Sql) => sql`ln(${n}::float8) / ln(2::float8)`;

/**
 * Adds the votes of `votes (paper_id, cast_at, votes)`, n at a time: S' = log2(2^S + n 2^((t - L) / H)); for the letters see
 * trending-scores.entity.ts. The SQL function `trending_age` is (t - L) / H.
 */
export function addVotes(votes: Sql): Sql {
  const ages = all.map(({ halfLife }) => sql`trending_age(v.cast_at, ${halfLife}) + ${log2(sql`v.votes`)}`);
  const sums = all.map(({ score }) => sql`${score} = log2_add(s.${score}, excluded.${score})`);
  return sql`
    insert into trending_scores as s (paper_id, votes, ${scores})
    select v.paper_id, v.votes, ${join(ages, ", ")} from ${votes} v
    on conflict (paper_id) do update set votes = s.votes + excluded.votes, ${join(sums, ", ")}`;
}

/**
 * Recomputes the scores of papers from all their votes. Needed when a vote is removed, since subtraction would lose digits.
 * The caller must have locked the papers, so that no vote comes in between.
 */
export function recomputeScores(paperIds: readonly number[]): Sql {
  // Most papers of an import have votes of a single time: for these, the call of log2_sum would take most of the time.
  const sums = all.map(({ halfLife }) => {
    const age = sql`trending_age(v.cast_at, ${halfLife})`;
    return sql`case when count(*) = 1 then min(${age}) + ${log2(sql`min(v.votes)`)}
      else log2_sum(array_agg(${age}), array_agg(v.votes)) end`;
  });
  const renewed = all.map(({ score }) => sql`${score} = excluded.${score}`);
  return sql`
    with gone as (
      delete from trending_scores s where s.paper_id = any(${paperIds}::int[])
        and not exists (select from imported_votes i where i.paper_id = s.paper_id)
        and not exists (select from upvotes u where u.paper_id = s.paper_id)
    )
    insert into trending_scores as s (paper_id, votes, ${scores})
    select v.paper_id, sum(v.votes), ${join(sums, ", ")}
    from (
      select paper_id, cast_at, votes from imported_votes where paper_id = any(${paperIds}::int[])
      union all
      select paper_id, created_at, 1 from upvotes where paper_id = any(${paperIds}::int[])
    ) v
    group by v.paper_id
    on conflict (paper_id) do update set votes = excluded.votes, ${join(renewed, ", ")}`;
}
