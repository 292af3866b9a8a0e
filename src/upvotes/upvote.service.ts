import type { WritableDb } from "../db/database";
import { sql } from "../db/sql";
import { addVotes, recomputeScores } from "../trending/trending.scoring";

/**
 * Casts a user's upvote of a paper: one statement adds the row and moves the count, so both always agree, whoever votes
 * at the same time. Idempotent. True when the vote is new; false when it stood, or when there is no such paper.
 */
export async function castUpvote(db: WritableDb, userId: number, paperId: number): Promise<boolean> {
  const counted = await db.write(sql`
    with cast_now as (
      insert into upvotes (user_id, paper_id)
      select ${userId}::int, p.id from papers p where p.id = ${paperId}::int
      on conflict do nothing
      returning paper_id, created_at as cast_at
    ), scored as (${addVotes(sql`cast_now`)})
    update papers p set upvote_count = p.upvote_count + 1 from cast_now c where p.id = c.paper_id
    returning p.id`);
  return counted.length > 0;
}

/** Takes a user's upvote back, idempotently. True when there was one. */
export function removeUpvote(db: WritableDb, userId: number, paperId: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    const counted = await tx.read(sql`
      with removed as (
        delete from upvotes where user_id = ${userId}::int and paper_id = ${paperId}::int
        returning paper_id
      )
      update papers p set upvote_count = p.upvote_count - 1 from removed r where p.id = r.paper_id
      returning p.id`);
    if (counted.length > 0) await tx.read(recomputeScores([paperId]));
    return counted.length > 0;
  });
}

/** How many papers have a count that is not their imported upvotes plus their rows here; reads all votes. */
export async function countMismatches(db: WritableDb): Promise<number> {
  const [row] = await db.bulk((tx) =>
    tx.read<{ count: number }>(sql`
      select count(*)::int as count
      from papers p left join (select paper_id, count(*) as cast from upvotes group by paper_id) u on u.paper_id = p.id
      where p.upvote_count <> p.imported_upvotes + coalesce(u.cast, 0)`),
  );
  return row!.count;
}
