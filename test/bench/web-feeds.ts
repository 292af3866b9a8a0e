import { readFeedRequest } from "../../src/web-feeds/parameters";
import { feedQueries } from "../../src/web-feeds/queries";
import type { Case, Known } from "./cases";
import { type Measured, measureInTurn, type Size } from "./compare";
import type { Contender } from "./contenders";
import { answer, persist } from "./load";

const parameters = (n: number, { days }: Known) => ({ on: days[n % days.length]!, when: "live", top: "50" });

/** The page of the graph that a web feed of 50 papers is written from. */
const page: Case = {
  name: "page",
  query: feedQueries.day.query,
  variables: (n, known) => feedQueries.day.variables(readFeedRequest("day", parameters(n, known))),
};
const atom: Case = {
  ...page,
  name: "atom",
  path: (n, known) => `/feeds/day.atom?${new URLSearchParams(parameters(n, known))}`,
};

/** Days of which feeds are kept: so few that what is made anew each five seconds does not count. */
const KEPT_DAYS = 4;

/** Comparisons of a web feed with what its query answers, each by the same server. */
export const webFeedNames = ["web feed", "kept web feed"] as const;
type WebFeedName = (typeof webFeedNames)[number];

/** `fresh` keeps no responses; `ours` does. Of each comparison, the figures of the web feed. */
export async function measureWebFeed(
  name: WebFeedName,
  { fresh, ours }: Record<"fresh" | "ours", Contender>,
  known: Known,
  size: Size,
): Promise<Record<"page" | "cached" | "atom", Measured>> {
  const isKept = name === "kept web feed";
  const { url } = isKept ? ours : fresh;
  const base = isKept ? { ...page, name: "cached", isPersisted: true } : page;
  const asked = isKept ? { ...known, days: known.days.slice(0, KEPT_DAYS) } : known;
  await check(url, known);
  if (base.isPersisted) await persist(url, base);
  return measureInTurn(
    [base, atom].map((each) => ({ name: each.name, url, asked: each })),
    asked,
    size,
  );
}

async function check(url: string, known: Known): Promise<void> {
  const { edges } = JSON.parse(await answer(url, page, known, 0)).data.feed.papers;
  const entries = (await answer(url, atom, known, 0)).split("<entry>").length - 1;
  if (entries === 0 || entries !== edges.length)
    throw new Error(`the web feed has ${entries} of ${edges.length} papers`);
}
