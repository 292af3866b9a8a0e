import { recordChange } from "../changes/record-change";
import type { WritableDb } from "../db/database";
import { refersToNothing } from "../db/postgres-errors";
import { sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperCompleter } from "../papers/paper-reader";
import { addVotes, recomputeScores } from "../trending/trending.scoring";

/** What became of votes on one paper. */
export interface Voted {
  /** For whom something changed. */
  userIds: Set<number>;
  /** The paper after the change; null where it has to be read, if there is one. */
  paper: Paper | null;
}

/**
 * Casts users' upvotes of one paper: one statement adds the rows, raises the count, so that both always agree, even with
 * concurrent votes, and returns the paper. Idempotent: of users who had voted nothing changes, nor where there is no paper,
 * or none any more once the vote has waited for who deletes it.
 */
export async function castUpvotes(
  db: WritableDb,
  papers: PaperCompleter,
  userIds: readonly number[],
  paperId: number,
): Promise<Voted> {
  // The paper is locked before its scores, as everywhere that changes both. Voters are in order, so that two batches cannot
  // deadlock.
  const voted = db.write<Paper & { voters: number[] }>(
    sql`
    with cast_now as (
      insert into upvotes (user_id, paper_id)
      select distinct v.user_id, p.id from unnest(${userIds}::int[]) v (user_id), papers p where p.id = ${paperId}::int
      order by v.user_id
      on conflict do nothing
      returning user_id, paper_id, created_at
    ), voted as (
      select paper_id, created_at as cast_at, count(*)::int as votes from cast_now group by paper_id, created_at
    ), scored as (${addVotes(sql`voted`)}
    ), recorded as (${recordChange(sql`select paper_id from voted`, { upvotesChanged: true })})
    update papers p set upvote_count = p.upvote_count + v.votes from voted v where p.id = v.paper_id
    returning ${papers.columns}, (select array_agg(c.user_id) from cast_now c) as voters`.planned("once"),
  );
  const [row] = await voted.catch((error) => {
    if (refersToNothing(error, "upvotes_paper_id_fkey")) return [];
    throw error;
  });
  // The votes count, even if the paper's content cannot be read now.
  const [paper] = row ? await papers.complete([row]).catch(() => []) : [];
  return { userIds: new Set(row?.voters), paper: paper ?? null };
}

/** Removes users' upvotes of one paper. Idempotent: of users who had none nothing changes. */
export function removeUpvotes(db: WritableDb, userIds: readonly number[], paperId: number): Promise<Voted> {
  return db.transaction(async (tx) => {
    // The paper is locked before its votes, so that two removals of the same votes cannot deadlock.
    const [counted] = await tx.query<{ voters: number[] }>(sql`
      with paper as materialized (
        select id from papers where id = ${paperId}::int for no key update
      ), removed as (
        delete from upvotes u using paper where u.paper_id = paper.id and u.user_id = any(${userIds}::int[])
        returning u.user_id, u.paper_id
      ), gone as (
        select paper_id, count(*)::int as votes from removed group by paper_id
      ), recorded as (${recordChange(sql`select paper_id from gone`, { upvotesChanged: true })})
      update papers p set upvote_count = p.upvote_count - g.votes from gone g where p.id = g.paper_id
      returning (select array_agg(r.user_id) from removed r) as voters`);
    if (counted) await tx.query(recomputeScores([paperId]));
    return { userIds: new Set(counted?.voters), paper: null };
  });
}

/** The number of papers whose count is not their imported upvotes plus their rows here; reads all votes. */
export async function countMismatches(db: WritableDb): Promise<number> {
  const [row] = await db.bulk((tx) =>
    tx.query<{ count: number }>(sql`
      select count(*)::int as count
      from papers p left join (select paper_id, count(*) as cast from upvotes group by paper_id) u on u.paper_id = p.id
      where p.upvote_count <> p.imported_upvotes + coalesce(u.cast, 0)`),
  );
  return row!.count;
}
