import { registerEnumType } from "type-graphql";
import { type Sql, sql } from "../db/sql";

export enum TrendingWindow {
  DAY = "DAY",
  WEEK = "WEEK",
  MONTH = "MONTH",
  QUARTER = "QUARTER",
}

registerEnumType(TrendingWindow, {
  name: "TrendingWindow",
  description: "How fast a vote fades: after its half-life it counts half, after two a quarter, and so on.",
  valuesConfig: {
    DAY: { description: "A vote's half-life is 12 hours." },
    WEEK: { description: "A vote's half-life is 48 hours." },
    MONTH: { description: "A vote's half-life is 7 days." },
    QUARTER: { description: "A vote's half-life is 21 days." },
  },
});

/** Each window's half-life and where its score is stored. */
export const windows: Record<TrendingWindow, { score: Sql; halfLife: Sql; halfLifeMs: number }> = {
  [TrendingWindow.DAY]: { score: sql`day_score`, halfLife: sql`interval '12 hours'`, halfLifeMs: 12 * 3_600_000 },
  [TrendingWindow.WEEK]: { score: sql`week_score`, halfLife: sql`interval '48 hours'`, halfLifeMs: 48 * 3_600_000 },
  [TrendingWindow.MONTH]: { score: sql`month_score`, halfLife: sql`interval '7 days'`, halfLifeMs: 168 * 3_600_000 },
  [TrendingWindow.QUARTER]: {
    score: sql`quarter_score`,
    halfLife: sql`interval '21 days'`,
    halfLifeMs: 504 * 3_600_000,
  },
};
