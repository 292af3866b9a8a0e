import type { Client } from "pg";
import type { Database } from "../../../src/db/database";
import { rankFeeds } from "../../../src/feeds/rank-feeds.service";
import { AUTHORS, CHANCE, CHANGES, FEED_DAYS, FEED_ENTRIES, PAPERS, SCORES, UPVOTES, USERS, WORDS } from "./grow.sql";
import { withoutIndexes } from "./indexes";

/** Papers, and in proportion all else, that one statement makes: bounds what PostgreSQL holds in memory. */
const BATCH = 50_000;
const FILLED = ["papers", "authors", "authorships", "upvotes", "feed_entries", "trending_scores", "paper_changes"];

/**
 * Adds papers until there are `to`. Each further paper is older than all before, so that what is of today stays as much;
 * with it come 1.5 authors, 5 authorships and 10 upvotes on average, and everything that is derived from them.
 */
export async function grow(client: Client, db: Database, from: number, to: number): Promise<void> {
  // No foreign key is checked row by row: the statements keep them.
  await client.query(
    "set session_replication_role = replica; set maintenance_work_mem = '512MB'; set work_mem = '128MB'",
  );
  await client.query(CHANCE);
  await client.query(USERS, [to]);
  await withoutIndexes(client, FILLED, async () => {
    for (let first = from + 1; first <= to; first += BATCH) {
      const range = [first, Math.min(first + BATCH - 1, to)];
      for (const statement of [AUTHORS, PAPERS, WORDS, UPVOTES, FEED_DAYS, FEED_ENTRIES, CHANGES]) {
        await client.query(statement, range);
      }
    }
  });
  await client.query(SCORES, [from + 1, to]);
  await client.query("reset session_replication_role");
  await client.query("select setval(pg_get_serial_sequence('papers', 'id'), max(id)) from papers");
  await client.query("select setval(pg_get_serial_sequence('authors', 'id'), max(id)) from authors");
  await rankFeeds(db, new Date());
  await client.query("vacuum analyze");
}
