import type { AppOptions } from "../../src/app";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import type { SourceRecord } from "../../src/ingest/source-record";
import { encodeNodeId } from "../../src/nodes/node-id";
import { addressOf, startApi } from "../support/api";
import { settings } from "../support/digests";
import { featured, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const HUB = "https://hub.example/";

/** An entry of a JSON Feed. */
// biome-ignore lint/suspicious/noExplicitAny: its values are compared
export type Item = Record<string, any>;

/** An API with web feeds, and what tests do with them. */
export function useFeeds(options: Partial<AppOptions> = {}) {
  const given = { digests: settings, webFeeds: { hub: HUB, tag: null }, ...options };
  const t = useApi(given);
  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(`http://${addressOf(t.api)}${path}`, { method, headers });
  const text = async (path: string) => (await get(path)).text();
  async function items(path: string): Promise<Item[]> {
    const answer = await text(path);
    return JSON.parse(answer).items ?? Promise.reject(new Error(answer));
  }
  return {
    get api() {
      return t.api;
    },
    get db() {
      return t.db;
    },
    use: t.use,
    /** Another API on the same database. */
    start: async (over: Partial<AppOptions>) => t.use(await startApi(t.db, { ...given, ...over })),
    get,
    text,
    items,
    titles: async (path: string): Promise<string[]> => (await items(path)).map(({ title }) => title),
    /** Imports papers and ranks feeds as they stand at a time. */
    add: async (records: SourceRecord[], now: string): Promise<void> => {
      await importItems(
        t.db,
        records.map((record) => ({ record, notes: [] })),
      );
      await rankFeeds(t.db, new Date(now));
    },
    tagOf: async (title: string): Promise<string> => {
      const [row] = await t.db.run<{ id: number }>("select id from papers where title = $1", [title]);
      return `tag:papers.example,2026:${encodeNodeId("Paper", row!.id)}`;
    },
  };
}

export function paperOf(title: string, day: string, upvotes: number, over: Partial<SourceRecord> = {}): SourceRecord {
  return sourceRecord({ title, upvotes, featured: featured(day), ...over });
}

/** Two papers of a day that is closed, and one of a day that is not, at noon of 14 May 2026. */
export const threePapers = [
  paperOf("Agents & <tools>", "2026-05-12", 9, {
    abstract: "We use $x < y$ & more.",
    url: "https://arxiv.org/abs/2605.00001",
    pdfUrl: "https://arxiv.org/pdf/2605.00001",
    codeUrl: "https://github.com/a/b",
    authors: ["Ada Lovelace", "Alan Turing"],
    authorCount: 2,
    categories: ["cs.CL", "stat.ML"],
    keywords: ["agents"],
  }),
  paperOf("Second of the twelfth", "2026-05-12", 5, { authorCount: 14 }),
  paperOf("First of the thirteenth", "2026-05-13", 3),
];
export const THEN = "2026-05-14T12:00:00Z";
