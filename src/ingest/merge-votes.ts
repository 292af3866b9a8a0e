import type { Transaction } from "../db/database";
import { sql } from "../db/sql";
import { touch } from "../live/touch";
import { recomputeScores } from "../trending/trending.scoring";

/**
 * Dates what changed in the imported upvotes of the staged papers: those of the first import count as cast at noon UTC
 * of the feed day (else of the publication day), or at the look's time if that was earlier: no vote is of the future.
 * What a later look adds counts at its time; a lower number takes the latest away. To be called before the looks' times are remembered, which tell whether an import is the first.
 */
export async function mergeImportedVotes(tx: Transaction): Promise<void> {
  const added = await tx.read<{ id: number }>(sql`
    insert into imported_votes as i (paper_id, cast_at, votes)
    select p.id, case
        when l.upvotes_at is not null then s.seen_at
        else least(s.seen_at,
          (coalesce(s.feed_day, p.featured_on, p.published_on, s.seen_at::date) + time '12:00') at time zone 'UTC')
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
  const lowered = await tx.read<{ id: number }>(sql`
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
  const changed = [...added, ...lowered].map((paper) => paper.id);
  if (changed.length === 0) return;
  await tx.read(recomputeScores(changed));
  await tx.read(touch(sql`select unnest(${changed}::int[])`, { upvotesChanged: true }));
}
