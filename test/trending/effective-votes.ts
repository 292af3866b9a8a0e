import { TrendingWindow } from "../../src/trending/window";
import type { TestDatabase } from "../support/database";

export const HOUR = 3_600_000;
export const HALF_LIFE_HOURS = { DAY: 12, WEEK: 48, MONTH: 168, QUARTER: 504 };

interface Vote {
  paperId: number;
  castAt: Date;
  votes: number;
}

export const votesOf = (db: TestDatabase) =>
  db.run<Vote>(`select paper_id as "paperId", cast_at as "castAt", votes from imported_votes
    union all select paper_id, created_at, 1 from upvotes`);

/** The plain sum over a paper's votes: what the stored score stands for. */
export const effective = (votes: Vote[], paperId: number, window: TrendingWindow, at: Date) =>
  votes
    .filter((vote) => vote.paperId === paperId)
    .reduce(
      (sum, { castAt, votes: n }) =>
        sum + n * 2 ** (-(at.getTime() - castAt.getTime()) / (HALF_LIFE_HOURS[window] * HOUR)),
      0,
    );

/** Every stored score is the plain sum over the paper's votes, and the imported votes sum up to the imported count. */
export async function expectScoresToAddUp(db: TestDatabase) {
  expect(
    await db.run(`select id from papers p where imported_upvotes <>
      (select coalesce(sum(votes), 0) from imported_votes v where v.paper_id = p.id)`),
  ).toEqual([]);
  const votes = await votesOf(db);
  const rows = await db.run<{ paper_id: number; votes: number; [score: string]: number }>(
    "select * from trending_scores",
  );
  expect(rows.map((row) => row.paper_id).sort()).toEqual([...new Set(votes.map((vote) => vote.paperId))].sort());
  const landmark = Date.parse("2020-01-01T00:00:00Z");
  for (const row of rows) {
    expect(row.votes).toBe(
      votes.filter((vote) => vote.paperId === row.paper_id).reduce((sum, vote) => sum + vote.votes, 0),
    );
    for (const window of Object.values(TrendingWindow)) {
      const score = row[`${window.toLowerCase()}_score`]!;
      const newest = Math.max(
        ...votes.filter((vote) => vote.paperId === row.paper_id).map((vote) => vote.castAt.getTime()),
      );
      const age = (newest - landmark) / (HALF_LIFE_HOURS[window] * HOUR);
      expect(2 ** (score - age)).toBeCloseTo(effective(votes, row.paper_id, window, new Date(newest)), 6);
    }
  }
}
