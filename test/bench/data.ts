import { createReadStream, existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { Database } from "../../src/db/database";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import type { ImportItem } from "../../src/ingest/source-record";
import { root } from "../../src/root";
import { TOKEN_PREFIX } from "../../src/users/access-token.service";
import type { Known } from "./cases";

const ARXIV = path.join(root, "../shared/data/arxiv/arxiv-papers.jsonl.gz");
const PAPERS_A_DAY = 50;

/** More than vote for one paper in a round. */
const VOTERS = 50_000;
/** Papers for which a crowd votes. */
const HOT = 50;

/** What a paper is made of. */
export interface Source {
  title: string;
  abstract: string;
  authors: string[];
}

/** Fills an empty database: real titles, abstracts and names where they are at hand, else made ones. */
export async function makeData(db: Database, papers: number, voters = VOTERS): Promise<Known> {
  await importItems(db, records(papers));
  await db.pool.query(`insert into users (username) select 'user' || i from generate_series(1, 2000) i`);
  // A heavy tail: the paper of rank r gets about 1/r of the first one's votes, 20 a paper in all.
  await db.pool.query(`
    insert into upvotes (user_id, paper_id, created_at)
    select u.id, p.id, (p.featured_on + interval '1 second' * ((u.id * 7919 + p.id) % 86400))
    from papers p join users u on u.id <= least(2000, 4 + 60000 / (10 + (p.id * 48271) % 20011))`);
  await db.pool.query(`
    update papers p set upvote_count = imported_upvotes + v.votes
    from (select paper_id, count(*) as votes from upvotes group by 1) v where v.paper_id = p.id`);
  await makeVoters(db, voters);
  await rankFeeds(db, new Date());
  await db.pool.query("analyze");
  return readKnown(db, voters);
}

/** Users with a token each who have not voted yet. */
async function makeVoters(db: Database, voters: number): Promise<void> {
  await db.pool.query("insert into users (username) select 'voter' || i from generate_series(1, $1::int) i", [voters]);
  await db.pool.query(
    `insert into access_tokens (user_id, name, scopes, secret_hash)
     select id, 'bench', '{UPVOTES_WRITE}', sha256(($1 || username)::bytea) from users where username like 'voter%'`,
    [TOKEN_PREFIX],
  );
}

async function readKnown(db: Database, voters: number): Promise<Known> {
  const column = async <T>(text: string): Promise<T[]> =>
    (await db.pool.query(text)).rows.map((row: { value: T }) => row.value);
  return {
    tokens: Array.from({ length: voters }, (_, i) => `${TOKEN_PREFIX}voter${i + 1}`),
    votePaperIds: await column(`select id as value from papers order by md5(id::text) limit 5000 offset ${HOT}`),
    hotPaperIds: await column(`select id as value from papers order by md5(id::text) limit ${HOT}`),
    days: await column("select day as value from feed_days order by md5(day::text)"),
    paperIds: await column("select id as value from papers order by md5(id::text) limit 5000"),
    authorIds: await column(
      `select author_id as value from authorships group by 1 having count(*) >= 5 order by md5(author_id::text) limit 1000`,
    ),
    // As they are searched for: "parameter" would find what has "paramet".
    words: await column(`
      select word as value from ts_stat('select search from papers where id <= 2000')
      where ndoc between 20 and 60 and length(word) > 4 and word ~ '^[a-z]+$'
        and websearch_to_tsquery('paper_text', word)::text = quote_literal(word)
      order by md5(word) limit 60`),
  };
}

/** Records of papers of arXiv, or made ones: 50 a day, each featured on the day of its publication. */
export async function* records(papers: number): AsyncGenerator<ImportItem> {
  let n = 0;
  for await (const source of sources().list) {
    if (n === papers) return;
    const on = new Date(Date.UTC(2024, 0, 1) + Math.floor(n / PAPERS_A_DAY) * 86_400_000).toISOString().slice(0, 10);
    const record = {
      location: `item ${n}`,
      observedAt: new Date(`${on}T12:00:00Z`),
      arxivId: `2401.${String(n).padStart(5, "0")}`,
      title: `${source.title} (${n})`,
      abstract: source.abstract,
      publishedOn: on,
      featured: { on, at: new Date(`${on}T00:00:00Z`) },
      authors: source.authors,
      authorCount: source.authors.length,
      upvotes: n % 17,
    };
    yield { record, notes: [] };
    n++;
  }
}

/** Real papers where they are at hand; else made ones, without an end. */
export function sources(): { list: AsyncIterable<Source> | Iterable<Source>; isReal: boolean } {
  const isReal = existsSync(ARXIV);
  return { list: isReal ? realSources() : madeSources(), isReal };
}

async function* realSources(): AsyncGenerator<Source> {
  const lines = createInterface({ input: createReadStream(ARXIV).pipe(createGunzip()) });
  for await (const line of lines) {
    const { title, abstract, authors }: Source = JSON.parse(line);
    const names = authors.filter((name) => name.trim() !== "").slice(0, 500);
    if (names.length > 0) yield { title, abstract, authors: names };
  }
}

function* madeSources(): Generator<Source> {
  // A linear congruential generator: the same words in every run.
  let state = 1;
  const next = (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % limit;
  };
  const word = () => `w${"aeiou"[next(5)]}${next(4000).toString(26).replace(/\d/g, "q")}`;
  const words = (count: number) => Array.from({ length: count }, word).join(" ");
  for (;;) {
    yield {
      title: words(9),
      abstract: words(180),
      authors: Array.from({ length: 1 + next(9) }, () => `Name ${next(60_000)}`),
    };
  }
}
