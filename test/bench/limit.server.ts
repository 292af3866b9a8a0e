import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { createReader } from "../../src/db/pipelined-reader";
import { sql } from "../../src/db/sql";
import { defaultTimeouts } from "../../src/db/timeouts";

/**
 * The limit: what answers at best, with node:http, rows of prepared statements on pipelined connections, and
 * JSON.stringify. It knows the operations by name and gives the same answers as the API.
 */
const db = createReader(process.env.DATABASE_URL!, defaultTimeouts);
/** Whoever commits holds up what is behind it: votes have as many connections of their own as the API has. */
const writer = createReader(process.env.DATABASE_URL!, defaultTimeouts, 5);

const id = (type: string, key: number) => Buffer.from(`${type}:${key}`).toString("base64url");
const keyOf = (nodeId: string) => Number(Buffer.from(nodeId, "base64url").toString().split(":")[1]);

interface Row {
  id: number;
  title: string;
  abstract: string;
  publishedOn: string;
  upvoteCount: number;
  authorCount: number;
}

async function authorsOf(paperIds: number[]) {
  const rows = await db.query<{ paperId: number; id: number; name: string }>(sql`
    select s.paper_id as "paperId", a.id, a.name
    from unnest(${paperIds}::int[]) k (id)
    cross join lateral (select * from authorships s where s.paper_id = k.id order by s.position limit 10) s
    join authors a on a.id = s.author_id
    order by s.paper_id, s.position`);
  const byPaper = new Map(paperIds.map((paperId) => [paperId, [] as { id: string; name: string }[]]));
  for (const row of rows) byPaper.get(row.paperId)!.push({ id: id("Author", row.id), name: row.name });
  return byPaper;
}

const answers: Record<string, (variables: Record<string, string>, token?: string) => Promise<object>> = {
  async Feed({ on }) {
    const rows = await db.query<Row & { rank: number; upvotesInPeriod: number }>(sql`
      select p.id, p.title, p.abstract, p.published_on as "publishedOn", p.upvote_count as "upvoteCount",
        p.author_count as "authorCount", r.upvotes_in_period as "upvotesInPeriod", r.rank
      from feed_ranks r join papers p on p.id = r.paper_id
      where r.ranking_id = (
        select max(g.id) from feed_rankings g where g.period = 'DAY' and g.start_date = ${on}::date
      )
      order by r.rank limit 50`);
    const authors = await authorsOf(rows.map((row) => row.id));
    const edges = rows.map(({ rank, upvotesInPeriod, ...row }) => {
      const { title, abstract, publishedOn, upvoteCount, authorCount } = row;
      const node = { id: id("Paper", row.id), title, abstract, publishedOn, upvoteCount, authorCount };
      return { rank, upvotesInPeriod, node: { ...node, authors: { nodes: authors.get(row.id)! } } };
    });
    return { feed: { papers: { edges } } };
  },

  async Detail(variables) {
    const key = keyOf(variables.id!);
    const [[paper], authors, upvoters] = await Promise.all([
      db.query<Row>(sql`
        select p.id, p.title, p.abstract, p.published_on as "publishedOn", p.upvote_count as "upvoteCount",
          p.author_count as "authorCount" from papers p where p.id = ${key}::int`),
      db.query<{ position: number; name: string; authorId: number }>(sql`
        select s.position, s.name, s.author_id as "authorId" from authorships s
        where s.paper_id = ${key}::int order by s.position limit 20`),
      db.query<{ upvotedAt: Date; id: number; username: string }>(sql`
        select u.created_at as "upvotedAt", w.id, w.username from upvotes u join users w on w.id = u.user_id
        where u.paper_id = ${key}::int order by u.created_at desc, u.user_id desc limit 20`),
    ]);
    const { id: _, ...columns } = paper!;
    return {
      paper: {
        id: variables.id,
        ...columns,
        authors: {
          edges: authors.map(({ position, name, authorId }) => ({
            position,
            name,
            node: { id: id("Author", authorId) },
          })),
        },
        upvoters: {
          edges: upvoters.map((voter) => ({
            upvotedAt: voter.upvotedAt,
            node: { id: id("User", voter.id), username: voter.username },
          })),
        },
      },
    };
  },

  async Author(variables) {
    const key = keyOf(variables.id!);
    const [[author], papers] = await Promise.all([
      db.query<{ name: string }>(sql`select a.name from authors a where a.id = ${key}::int`),
      db.query<Row>(sql`
        select p.id, p.title, p.published_on as "publishedOn", p.upvote_count as "upvoteCount" from papers p
        where p.id in (select s.paper_id from authorships s where s.author_id = ${key}::int)
        order by p.published_on desc nulls last, p.id desc limit 20`),
    ]);
    const authors = await authorsOf(papers.map((paper) => paper.id));
    const nodes = papers.map(({ id: paperId, ...columns }) => ({
      id: id("Paper", paperId),
      ...columns,
      authors: { nodes: authors.get(paperId)! },
    }));
    return { author: { id: variables.id, name: author!.name, papers: { nodes } } };
  },

  async Upvote({ paperId }, token) {
    const secretHash = createHash("sha256").update(token!).digest();
    const [viewer] = await db.query<{ id: number }>(sql`
      select t.user_id as id from access_tokens t where t.secret_hash = ${secretHash} and t.revoked_at is null`);
    const [paper] = await writer.query<{ upvoteCount: number }>(sql`
      with cast_now as (
        insert into upvotes (user_id, paper_id) values (${viewer!.id}::int, ${keyOf(paperId!)}::int)
        on conflict do nothing returning paper_id
      ), counted as (
        update papers p set upvote_count = upvote_count + 1 from cast_now c where p.id = c.paper_id
        returning p.upvote_count
      )
      select coalesce((select upvote_count from counted), p.upvote_count) as "upvoteCount"
      from papers p where p.id = ${keyOf(paperId!)}::int`);
    return { upvotePaper: { paper: { id: paperId, ...paper } } };
  },

  async Search({ query }) {
    const rows = await db.query<{ score: number; id: number; title: string; upvoteCount: number }>(sql`
      select ts_rank(p.search, q)::float8 as score, p.id, p.title, p.upvote_count as "upvoteCount"
      from websearch_to_tsquery('paper_text', ${query}) q, papers p where p.search @@ q
      order by 1 desc, p.upvote_count desc, p.id desc limit 20`);
    const edges = rows.map(({ score, id: paperId, title, upvoteCount }) => ({
      score,
      node: { id: id("Paper", paperId), title, upvoteCount },
    }));
    return { searchPapers: { edges } };
  },
};

/** The one persisted query is the feed. */
function persisted(url: string) {
  const { searchParams } = new URL(url, "http://localhost");
  return { query: "query Feed", variables: JSON.parse(searchParams.get("variables")!) };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const { query, variables } =
      request.method === "GET" ? persisted(request.url!) : JSON.parse(Buffer.concat(chunks).toString());
    const data = await answers[/(?:query|mutation) (\w+)/.exec(query)![1]!]!(
      variables,
      request.headers.authorization?.slice(7),
    );
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data }));
  });
});
server.listen(0, "127.0.0.1", () => process.send!((server.address() as { port: number }).port));
