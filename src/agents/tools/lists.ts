import { badUserInput } from "../../graphql/errors";
import { AFTER, answerPage, FILTER, FIRST, pageSchema, type QueriedPage } from "../paper-list";
import type { Tool } from "../tool";

const nothing = { fields: () => ({}), words: () => [] };

export const searchPapers: Tool = {
  name: "search_papers",
  title: "Search papers",
  arguments: {
    query:
      'Up to 300 characters. By words, all must occur: "a phrase", or between alternatives, -word without; an arXiv id or link finds that paper.',
    mode: "KEYWORD: papers with the words. MEANING: papers about the same, in whatever words. HYBRID: both.",
    filter: FILTER,
    first: FIRST,
    after: AFTER,
  },
  output: { properties: pageSchema(), required: ["total", "papers"] },
  variables(args) {
    if (String(args.query).trim() !== "") return args;
    throw badUserInput(
      "query",
      "query is empty: pass words to search for, or list papers with get_feed or get_trending.",
    );
  },
  answer: ({ searchPapers: page }: { searchPapers: QueriedPage }, _, form) =>
    answerPage(
      page,
      { text: page.totalCount === 0 ? "No paper was found." : `Found ${page.totalCount}, best match first:` },
      nothing,
      form,
    ),
};

interface RankedEdge {
  rank: number;
}
const ranked = { rank: { type: "integer" } };

interface FeedEdge extends RankedEdge {
  upvotesInPeriod: number;
}
interface QueriedFeed {
  key: string;
  startDate: string;
  endDate: string;
  isFinal: boolean;
  previous: { key: string; startDate: string } | null;
  next: { key: string; startDate: string } | null;
  papers: QueriedPage<FeedEdge>;
}

const day = { type: "string", description: "A day of it: pass it as on." };

export const getFeed: Tool = {
  name: "get_feed",
  title: "Get a feed",
  arguments: {
    period: "The span of the feed; days are UTC.",
    on: "Any day of the period, such as 2026-05-13; latest, or nothing, for the latest period that has papers.",
    filter: FILTER,
    first: FIRST,
    after: AFTER,
  },
  output: {
    properties: {
      key: { type: "string", description: "Its name: 2026-05-13, 2026-W20 or 2026-05." },
      startDate: { type: "string" },
      endDate: { type: "string" },
      isFinal: { type: "boolean", description: "Whether its ranks stay." },
      previous: day,
      next: day,
      ...pageSchema({ ...ranked, upvotesInPeriod: { type: "integer" } }),
    },
    required: ["key", "startDate", "endDate", "isFinal", "total", "papers"],
  },
  variables: ({ on, ...others }) => {
    if (on === undefined || on === "" || on === "latest") return others;
    if (/^\d{4}-\d{2}-\d{2}$/.test(String(on))) return { ...others, on };
    throw badUserInput("on", "on must be a day such as 2026-05-13, or latest.");
  },
  answer({ feed }: { feed: QueriedFeed }, _, form) {
    const { key, startDate, endDate, isFinal, previous, next, papers } = feed;
    const around = [previous && `before: ${previous.startDate}`, next && `after: ${next.startDate}`].filter(
      (each) => each,
    );
    const state = isFinal ? "ranks are final" : "ranks may still change";
    const head = `Feed ${key}, ${papers.totalCount} in all, ${state}${around.length > 0 ? ` (other feeds: ${around.join(", ")})` : ""}:`;
    const fields = {
      key,
      startDate,
      endDate,
      isFinal,
      ...(previous && { previous: previous.startDate }),
      ...(next && { next: next.startDate }),
    };
    return answerPage(
      papers,
      { fields, text: head },
      {
        fields: ({ rank, upvotesInPeriod }) => ({ rank, upvotesInPeriod }),
        words: ({ rank }) => [`rank ${rank}`],
        call: `get_feed with on: ${startDate}`,
      },
      form,
    );
  },
};

export const getTrending: Tool = {
  name: "get_trending",
  title: "Get trending papers",
  arguments: {
    window: "How fast votes fade: half of a vote is left after 12 hours, 2 days, 7 days or 21 days.",
    filter: FILTER,
    first: FIRST,
    after: AFTER,
  },
  output: { properties: pageSchema({ ...ranked, score: { type: "number" } }), required: ["total", "papers"] },
  answer({ trendingPapers: page }: { trendingPapers: QueriedPage<RankedEdge & { score: number }> }, _, form) {
    const rounded = (score: number) => Math.round(score * 10) / 10;
    const head = page.totalCount === 0 ? "No paper trends now." : `Trending: ${page.totalCount} papers.`;
    return answerPage(
      page,
      { text: head },
      {
        fields: ({ rank, score }) => ({ rank, score: rounded(score) }),
        words: ({ rank, score }) => [`rank ${rank}`, `score ${rounded(score)}`],
      },
      form,
    );
  },
};

export const changesSince: Tool = {
  name: "changes_since",
  title: "List changes",
  arguments: {
    since: "A moment such as 2026-05-13T00:00:00Z; keep it the same when you go on.",
    filter: FILTER,
    first: FIRST,
    after: `${AFTER} Keep the last one to ask for later changes.`,
  },
  output: { properties: pageSchema({ updatedAt: { type: "string" } }), required: ["papers"] },
  answer({ paperChanges: page }: { paperChanges: QueriedPage<{ node: { updatedAt: string } }> }, _, form) {
    const head =
      page.edges.length === 0 ? "Nothing has changed: ask again with the same arguments." : "Changed, oldest first:";
    return answerPage(
      page,
      { text: head },
      {
        fields: ({ node: { updatedAt } }) => ({ updatedAt }),
        words: ({ node: { updatedAt } }) => [`content changed ${updatedAt}`],
        grows: true,
      },
      form,
    );
  },
};
