import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { addDays } from "date-fns/addDays";
import Parser from "rss-parser";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import { addressOf, testLimits } from "../support/api";
import { settings } from "../support/digests";
import { useApi } from "../support/use-api";
import { testWithTools } from "../web-feeds/tools";
import { paperOf } from "../web-feeds/use-feeds";

const run = promisify(execFile);
/** `npm run soak` takes a month. */
const DAYS = process.env.SOAK ? 30 : 4;
const PAPERS_A_DAY = 4;

/** A feed reader that looks at a feed now and then; gives the titles of what is new to it, each as often as it is new. */
interface FeedReader {
  look(url: string): Promise<string[]>;
}

// Without a cache: weeks pass within its seconds.
const t = useApi({ digests: settings, limits: { ...testLimits, CACHE_MAX_AGE_SECONDS: 0 } });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "readers-"));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => t.db.reset());

const env = { ...process.env, LANG: "C.UTF-8", LC_ALL: "C.UTF-8" };
const python = async (script: string, ...args: string[]) =>
  JSON.parse((await run("/usr/bin/python3", ["-c", script, ...args], { env })).stdout);

/** Its cache holds an item once for each id. */
async function newsboat(): Promise<FeedReader> {
  const own = path.join(folder, "newsboat");
  await mkdir(own);
  const file = (name: string) => path.join(own, name);
  await writeFile(file("config"), "");
  let seen = 0;
  return {
    async look(url) {
      await writeFile(file("urls"), `${url}\n`);
      const files = ["-u", file("urls"), "-c", file("cache.db"), "-C", file("config")];
      await run("newsboat", [...files, "-x", "reload"], { env: { ...env, HOME: own } });
      const script =
        "import sqlite3, sys, json; print(json.dumps([r[0] for r in sqlite3.connect(sys.argv[1]).execute('select title from rss_item order by id')]))";
      const titles: string[] = await python(script, file("cache.db"));
      const found = titles.slice(seen);
      seen = titles.length;
      return found;
    },
  };
}

/** Mails each entry that is new, here into a file. */
async function rss2email(): Promise<FeedReader> {
  const own = path.join(folder, "rss2email");
  const mails = path.join(own, "mails");
  await mkdir(mails, { recursive: true });
  const sendmail = path.join(own, "sendmail");
  await writeFile(sendmail, `#!/bin/sh\ncat > "$(mktemp ${mails}/XXXXXXXXXX)"\n`, { mode: 0o755 });
  const files = ["-c", path.join(own, "config"), "-d", path.join(own, "data.json")];
  const r2e = (...args: string[]) => run("r2e", [...files, ...args], { env: { ...env, HOME: own } });
  await r2e("new", "ada@example.org");
  const config = await readFile(path.join(own, "config"), "utf8");
  await writeFile(path.join(own, "config"), config.replace(/^sendmail = .*$/m, `sendmail = ${sendmail}`));
  let isAdded = false;
  return {
    async look(url) {
      if (!isAdded) await r2e("add", "papers", url);
      isAdded = true;
      await r2e("run");
      const titles: string[] = [];
      for (const name of await readdir(mails)) {
        const mail = await readFile(path.join(mails, name), "utf8");
        titles.push(/^Subject: (.*)$/m.exec(mail)![1]!);
        await rm(path.join(mails, name));
      }
      return titles;
    },
  };
}

/** Asks with the ETag and the time of the last answer, and knows entries by their ids. */
async function feedparser(): Promise<FeedReader> {
  const script = `import feedparser, sys, json
d = feedparser.parse(sys.argv[1], etag=sys.argv[2] or None, modified=sys.argv[3] or None)
print(json.dumps({"status": d.status, "bozo": bool(d.bozo), "etag": d.get("etag", ""), "modified": d.get("modified", ""), "entries": [[e.id, e.title] for e in d.entries]}))`;
  const known = new Set<string>();
  let last = { etag: "", modified: "" };
  return {
    async look(url) {
      const { status, bozo, entries, ...own } = await python(script, url, last.etag, last.modified);
      expect([200, 304]).toContain(status);
      expect(bozo).toBe(false);
      if (status === 200) last = own;
      const found = (entries as [string, string][]).filter(([id]) => !known.has(id));
      for (const [id] of found) known.add(id);
      return found.map(([, title]) => title);
    },
  };
}

/** Knows entries by their ids, too. */
async function rssParser(): Promise<FeedReader> {
  const known = new Set<string>();
  return {
    async look(url) {
      const { items } = await new Parser().parseString(await (await fetch(url)).text());
      const found = items.filter((item) => !known.has((item.guid ?? item.id)!));
      for (const item of found) known.add((item.guid ?? item.id)!);
      return found.map(({ title }) => title!);
    },
  };
}

/** Lets a reader look twice a day for some weeks, while votes come in, and tells what was new to it. */
async function readFor(reader: FeedReader, file: string): Promise<{ seen: string[]; expected: string[] }> {
  const url = `http://${addressOf(t.api)}/feeds/${file}`;
  const seen: string[] = [];
  const expected: string[] = [];
  for (let i = 0; i < DAYS; i++) {
    const day = addDays(new Date("2026-05-01T00:00:00Z"), i).toISOString().slice(0, 10);
    const titles = Array.from({ length: PAPERS_A_DAY }, (_, n) => `Paper ${n + 1} of ${day} & <more>`);
    const records = titles.map((title, n) => paperOf(title, day, 100 - n, { abstract: `An abstract of ${title}.` }));
    await importItems(
      t.db,
      records.map((record) => ({ record, notes: [] })),
    );
    await rankFeeds(t.db, addDays(new Date(`${day}T00:01:00Z`), 2));
    expected.push(...titles);
    seen.push(...(await reader.look(url)));
    await t.db.run("update papers set upvote_count = upvote_count + id % 7, comment_count = comment_count + 1");
    seen.push(...(await reader.look(url)));
  }
  return { seen, expected };
}

const eachOnce = async (open: () => Promise<FeedReader>, file: string) => {
  const { seen, expected } = await readFor(await open(), file);
  expect(seen.sort()).toEqual(expected.sort());
};

describe("each paper of some weeks is new once, and none is missed", () => {
  const minutes = 15 * 60_000;
  testWithTools(["newsboat", "python3-feedparser"], "to newsboat", () => eachOnce(newsboat, "day.atom"), minutes);
  testWithTools(["r2e"], "to rss2email", () => eachOnce(rss2email, "day.rss"), minutes);
  testWithTools(["python3-feedparser"], "to feedparser", () => eachOnce(feedparser, "day.atom?top=100"), minutes);
  test("to rss-parser", () => eachOnce(rssParser, "new.rss?top=100"), minutes);
});
