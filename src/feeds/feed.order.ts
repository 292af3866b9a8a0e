import { dayKey, type Order } from "../db/keyset";
import { sql } from "../db/sql";
import { FeedOrder } from "./feed-order.type";

const id = { column: sql`p.id`, kind: "int" } as const;
const featuredAt = { column: sql`r.featured_at`, kind: "instant" } as const;

/** The orders of a feed, over its ranked entries `r` and papers `p`. */
export const feedOrders: Record<FeedOrder, Order> = {
  [FeedOrder.RANK]: {
    name: FeedOrder.RANK,
    keys: [{ column: sql`(-r.upvotes_in_period)`, kind: "int" }, featuredAt, id],
    direction: "asc",
  },
  [FeedOrder.FEATURED_AT]: { name: FeedOrder.FEATURED_AT, keys: [featuredAt, id], direction: "desc" },
  [FeedOrder.PUBLISHED_AT]: {
    name: FeedOrder.PUBLISHED_AT,
    keys: [{ column: dayKey(sql`p.published_on`), kind: "date" }, id],
    direction: "desc",
  },
  [FeedOrder.COMMENTS]: {
    name: FeedOrder.COMMENTS,
    keys: [{ column: sql`p.comment_count`, kind: "int" }, id],
    direction: "desc",
  },
};
