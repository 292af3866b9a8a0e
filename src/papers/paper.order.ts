import { dayKey, type Order } from "../db/keyset";
import { sql } from "../db/sql";
import { OrderDirection, type PaperOrder, PaperOrderField } from "./paper-order.input";

const id = { column: sql`p.id`, kind: "int" } as const;

const firstKeys = {
  [PaperOrderField.PUBLISHED_ON]: { column: dayKey(sql`p.published_on`), kind: "date" },
  [PaperOrderField.FEATURED_ON]: { column: dayKey(sql`p.featured_on`), kind: "date" },
  [PaperOrderField.UPVOTES]: { column: sql`p.upvote_count`, kind: "int" },
  [PaperOrderField.COMMENTS]: { column: sql`p.comment_count`, kind: "int" },
  [PaperOrderField.UPDATED_AT]: { column: sql`p.updated_at`, kind: "instant" },
} as const;

/** The requested order of papers `p`. */
export function paperOrder({ field, direction }: PaperOrder): Order {
  return {
    name: `${field} ${direction}`,
    keys: [firstKeys[field], id],
    direction: direction === OrderDirection.ASC ? "asc" : "desc",
  };
}

/** Newest publication first: the order of lists that offer no other. */
export const newestFirst = paperOrder({ field: PaperOrderField.PUBLISHED_ON, direction: OrderDirection.DESC });
