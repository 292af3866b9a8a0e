import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { createReader } from "../../src/db/pipelined-reader";
import { sql } from "../../src/db/sql";
import { defaultTimeouts } from "../../src/db/timeouts";

/**
 * The floor: what answers from bytes. What does not change of each paper is held as encoded JSON; order and counts come
 * from one prepared statement on pipelined connections, and node:http sends both, one behind the other.
 */
const db = createReader(process.env.DATABASE_URL!, defaultTimeouts);

const id = (type: string, key: number) => Buffer.from(`${type}:${key}`).toString("base64url");
const keyOf = (nodeId: string) => Number(Buffer.from(nodeId, "base64url").toString().split(":")[1]);
/** The fields of an object, as they stand in a longer one. */
const fieldsOf = (object: object) => Buffer.from(JSON.stringify(object).slice(1, -1));

interface Author {
  id: number;
  name: string;
  position: number;
}

/** What is held of a paper: what stands before and behind its count of upvotes, for each operation. */
interface Held {
  feed: [Buffer, Buffer];
  detail: [Buffer, Buffer];
  author: [Buffer, Buffer];
}

const held = new Map<number, Held>();
const nameOf = new Map<number, string>();

async function hold(): Promise<void> {
  const papers = await db.query<{
    id: number;
    title: string;
    abstract: string;
    publishedOn: string;
    authorCount: number;
    authors: Author[];
  }>(
    sql`
    select p.id, p.title, p.abstract, p.published_on as "publishedOn", p.author_count as "authorCount", (
      select json_agg(json_build_object('id', a.id, 'name', a.name, 'position', s.position) order by s.position)
      from authorships s join authors a on a.id = s.author_id where s.paper_id = p.id
    ) as authors from papers p`.long,
  );
  for (const { id: key, title, abstract, publishedOn, authorCount, authors } of papers) {
    const nodes = authors.slice(0, 10).map((author) => ({ id: id("Author", author.id), name: author.name }));
    const edges = authors
      .slice(0, 20)
      .map(({ id: authorId, name, position }) => ({ position, name, node: { id: id("Author", authorId) } }));
    const before = fieldsOf({ id: id("Paper", key), title, abstract, publishedOn });
    held.set(key, {
      feed: [before, fieldsOf({ authorCount, authors: { nodes } })],
      detail: [before, fieldsOf({ authorCount, authors: { edges } })],
      author: [fieldsOf({ id: id("Paper", key), title, publishedOn }), fieldsOf({ authors: { nodes } })],
    });
    for (const author of authors) nameOf.set(author.id, author.name);
  }
}

type Piece = string | Buffer;

/** A paper: what is held of it around what is not. */
function* paperOf([before, behind]: [Buffer, Buffer], upvoteCount: number, more = ""): Generator<Piece> {
  yield "{";
  yield before;
  yield `,"upvoteCount":${upvoteCount},`;
  yield behind;
  yield `${more}}`;
}

const answers: Record<string, (variables: Record<string, string>) => Promise<Iterable<Piece>>> = {
  async Feed({ on }) {
    const rows = await db.query<{ id: number; rank: number; upvotesInPeriod: number; upvoteCount: number }>(sql`
      select p.id, r.rank, r.upvotes_in_period as "upvotesInPeriod", p.upvote_count as "upvoteCount"
      from feed_ranks r join papers p on p.id = r.paper_id
      where r.ranking_id = (
        select max(g.id) from feed_rankings g where g.period = 'DAY' and g.start_date = ${on}::date
      )
      order by r.rank limit 50`);
    return (function* () {
      let before = '{"data":{"feed":{"papers":{"edges":[';
      for (const { id: key, rank, upvotesInPeriod, upvoteCount } of rows) {
        yield `${before}{"rank":${rank},"upvotesInPeriod":${upvotesInPeriod},"node":`;
        yield* paperOf(held.get(key)!.feed, upvoteCount);
        before = "},";
      }
      yield "}]}}}}\n";
    })();
  },

  async Detail(variables) {
    const key = keyOf(variables.id!);
    const rows = await db.query<{ upvoteCount: number; upvotedAt: Date | null; id: number; username: string }>(sql`
      select p.upvote_count as "upvoteCount", v."upvotedAt", v.id, v.username
      from papers p left join lateral (
        select u.created_at as "upvotedAt", w.id, w.username from upvotes u join users w on w.id = u.user_id
        where u.paper_id = p.id order by u.created_at desc, u.user_id desc limit 20
      ) v on true
      where p.id = ${key}::int`);
    const edges = rows
      .filter(({ upvotedAt }) => upvotedAt !== null)
      .map(({ upvotedAt, id: user, username }) => ({ upvotedAt, node: { id: id("User", user), username } }));
    return (function* () {
      yield '{"data":{"paper":';
      yield* paperOf(held.get(key)!.detail, rows[0]!.upvoteCount, `,"upvoters":{"edges":${JSON.stringify(edges)}}`);
      yield "}}\n";
    })();
  },

  async Author(variables) {
    const key = keyOf(variables.id!);
    const rows = await db.query<{ id: number; upvoteCount: number }>(sql`
      select p.id, p.upvote_count as "upvoteCount" from papers p
      where p.id in (select s.paper_id from authorships s where s.author_id = ${key}::int)
      order by p.published_on desc nulls last, p.id desc limit 20`);
    return (function* () {
      let before = `{"data":{"author":{"id":"${variables.id}","name":${JSON.stringify(nameOf.get(key))},"papers":{"nodes":[`;
      for (const { id: paper, upvoteCount } of rows) {
        yield before;
        yield* paperOf(held.get(paper)!.author, upvoteCount);
        before = ",";
      }
      yield "]}}}}\n";
    })();
  },
};

const INITIAL = 1024 * 1024;
const MOST_BYTES_PER_UNIT = 3;
let bytes = Buffer.allocUnsafe(INITIAL);

function join(pieces: Iterable<Piece>): Buffer {
  let length = 0;
  for (const piece of pieces) {
    const needed = length + MOST_BYTES_PER_UNIT * piece.length;
    if (needed > bytes.length) bytes = Buffer.concat([bytes.subarray(0, length)], 2 * needed);
    length += typeof piece === "string" ? bytes.write(piece, length) : piece.copy(bytes, length);
  }
  return Buffer.from(bytes.subarray(0, length));
}

async function answer(query: string, variables: Record<string, string>): Promise<Buffer> {
  return join(await answers[/(?:query|mutation) (\w+)/.exec(query)![1]!]!(variables));
}

/** The one persisted query is the feed; its answers are held whole, compressed as the API's are. */
const whole = new Map<string, Buffer>();

async function persisted(url: string): Promise<Buffer> {
  if (!whole.has(url)) {
    const { searchParams } = new URL(url, "http://localhost");
    whole.set(url, gzipSync(await answer("query Feed", JSON.parse(searchParams.get("variables")!))));
  }
  return whole.get(url)!;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    response.setHeader("content-type", "application/json");
    if (request.method === "GET") {
      response.setHeader("content-encoding", "gzip");
      return response.end(await persisted(request.url!));
    }
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString());
    response.end(await answer(query, variables));
  });
});
void hold().then(() => server.listen(0, "127.0.0.1", () => process.send!((server.address() as { port: number }).port)));
