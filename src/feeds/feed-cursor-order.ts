import { dayKey, type Order } from "../db/keyset";
import { sql } from "../db/sql";
import type { PaperFilter } from "../papers/paper-filter.input";
import { FeedOrder } from "./feed-order.type";
import type { Span } from "./period";

// The orders in which clients may read a feed (`orderBy`). How its papers are ranked is in rank-formula.ts.

// All pages after a first one read the same ranking, so a cursor begins with its id.
const ranking = { column: sql`r.ranking_id`, kind: "int" } as const;
const id = { column: sql`p.id`, kind: "int" } as const;
const featuredAt = { column: sql`r.featured_at`, kind: "instant" } as const;

const byDay: Order = {
  // The old name, to which cursors are bound, so that clients' cursors stay valid under either name.
  name: FeedOrder.PUBLISHED_AT,
  keys: [ranking, { column: dayKey(sql`p.published_on`), kind: "date" }, id],
  direction: "desc",
};

/** The orders of a feed, over its ranked entries `r` and papers `p`. */
export const feedOrders: Record<FeedOrder, Order> = {
  [FeedOrder.RANK]: {
    name: FeedOrder.RANK,
    keys: [ranking, { column: sql`r.rank`, kind: "int" }],
    direction: "asc",
  },
  [FeedOrder.FEATURED_AT]: { name: FeedOrder.FEATURED_AT, keys: [ranking, featuredAt, id], direction: "desc" },
  [FeedOrder.PUBLISHED_ON]: byDay,
  [FeedOrder.PUBLISHED_AT]: byDay,
  [FeedOrder.COMMENTS]: {
    name: FeedOrder.COMMENTS,
    keys: [ranking, { column: sql`p.comment_count`, kind: "int" }, id],
    direction: "desc",
  },
};

/** The list to which cursors into a feed's papers are bound. */
export function feedPapersBinding(feed: Pick<Span, "key">, order: FeedOrder, filter: PaperFilter | null): string {
  return JSON.stringify(["Feed.papers", feed.key, feedOrders[order].name, filter]);
}
