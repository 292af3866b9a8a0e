import type { Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { recomputeScores } from "../../trending/trending.scoring";

/**
 * Dates the changes in imported upvotes of the staged papers: those of the first import count as cast at noon UTC of the
 * feed day (else of the publication day), or at the record's time if earlier, so that no vote is in the future. Votes that a
 * later record adds count at its time; a lower number removes the latest ones. Marks known papers whose votes changed. Must be called before the records' times are
 * saved, which tell whether an import is the first.
 */
export async function mergeImportedVotes(tx: Transaction, areKnown: boolean): Promise<void> {
  const added = await tx.query<{ id: number }>(sql`
    insert into imported_votes as i (paper_id, cast_at, votes)
    select p.id, case
        when l.upvotes_at is not null then s.seen_at
        else least(s.seen_at,
          (coalesce(s.featured_on, p.featured_on, p.published_on, s.seen_at::date) + time '12:00') at time zone 'UTC')
      end, p.imported_upvotes - known.votes
    from staged s
    join papers p on p.id = s.paper_id
    left join paper_looks l on l.paper_id = s.paper_id
    cross join lateral (
      select coalesce(sum(k.votes), 0)::int as votes from imported_votes k where k.paper_id = s.paper_id
    ) known
    where p.imported_upvotes > known.votes
    on conflict (paper_id, cast_at) do update set votes = i.votes + excluded.votes
    returning i.paper_id as id`);
  const lowered = areKnown ? await lowerVotes(tx) : [];
  const changed = [...added, ...lowered].map((paper) => paper.id);
  if (changed.length === 0) return;
  await tx.query(recomputeScores(changed));
  await tx.query(sql`
    update staged set votes_changed = true, changed = true where paper_id = any(${changed}::int[]) and not is_new`);
}

/** Removes the latest votes of known papers that have more than were imported. */
function lowerVotes(tx: Transaction): Promise<{ id: number }[]> {
  return tx.query(sql`
    with kept as (
      select k.paper_id, k.cast_at, greatest(0, least(k.votes, p.imported_upvotes - k.earlier)) as votes
      from (
        select v.*, sum(v.votes) over (partition by v.paper_id order by v.cast_at)::int - v.votes as earlier
        from imported_votes v join staged s on s.paper_id = v.paper_id and not s.is_new
      ) k
      join papers p on p.id = k.paper_id
    ), gone as (
      delete from imported_votes i using kept k
      where i.paper_id = k.paper_id and i.cast_at = k.cast_at and k.votes = 0
      returning i.paper_id
    ), less as (
      update imported_votes i set votes = k.votes from kept k
      where i.paper_id = k.paper_id and i.cast_at = k.cast_at and k.votes > 0 and k.votes < i.votes
      returning i.paper_id
    )
    select paper_id as id from gone union select paper_id from less`);
}
