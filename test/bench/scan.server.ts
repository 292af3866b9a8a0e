import { createServer } from "node:http";
import { createReader } from "../../src/db/pipelined-reader";
import { sql } from "../../src/db/sql";
import { defaultTimeouts } from "../../src/db/timeouts";
import { defaultModel } from "../../src/meaning/default-model";
import type { Meaning } from "../../src/meaning/model";
import { readVector } from "../../src/meaning/serving-model";
import { fuse, MAX_OF_ARM } from "../../src/search/fusion";

/**
 * The floor of what compares papers: node:http over an exhaustive scan of all vectors in a typed array, one product after the
 * other. It knows the operations by name and gives the same answers as the API.
 */
const db = createReader(process.env.DATABASE_URL!, defaultTimeouts);

const PAGE = 20;
const id = (key: number) => Buffer.from(`Paper:${key}`).toString("base64url");
const keyOf = (nodeId: string) => Number(Buffer.from(nodeId, "base64url").toString().split(":")[1]);

interface Near {
  paperId: number;
  likeness: number;
}

let ids: number[] = [];
let scales: number[] = [];
let values = new Int8Array();

async function load(): Promise<void> {
  const rows = await db.query<{ paperId: number; vector: Buffer }>(sql`
    select paper_id as "paperId", vector from paper_vectors where length(vector) > 0 order by paper_id`);
  const meanings = rows.map(({ vector }) => readVector(vector)!);
  ids = rows.map(({ paperId }) => paperId);
  scales = meanings.map(({ scale }) => scale);
  values = new Int8Array(meanings.length * (meanings[0]?.values.length ?? 0));
  meanings.forEach((each, i) => {
    values.set(each.values, i * each.values.length);
  });
}

function scan(meaning: Meaning, count: number, leftOut?: number): Near[] {
  const { length } = meaning.values;
  const found = ids.map((paperId, row): Near => {
    let sum = 0;
    for (let i = 0, at = row * length; i < length; i++, at++) sum += meaning.values[i]! * values[at]!;
    return { paperId, likeness: Math.round(sum * meaning.scale * scales[row]! * 1e6) / 1e6 };
  });
  found.sort((a, b) => b.likeness - a.likeness || b.paperId - a.paperId);
  return found.filter(({ paperId }) => paperId !== leftOut).slice(0, count);
}

async function titlesOf(paperIds: number[]): Promise<Map<number, string>> {
  const rows = await db.query<{ id: number; title: string }>(sql`
    select p.id, p.title from papers p where p.id = any(${paperIds}::int[])`);
  return new Map(rows.map((row) => [row.id, row.title]));
}

const answers: Record<string, (variables: Record<string, string>) => Promise<object>> = {
  async Similar({ to }) {
    const row = ids.indexOf(keyOf(to!));
    const length = values.length / ids.length;
    const meaning = { values: values.subarray(row * length, (row + 1) * length), scale: scales[row]! };
    const near = scan(meaning, PAGE, keyOf(to!));
    const titles = await titlesOf(near.map(({ paperId }) => paperId));
    const nodes = near.map(({ paperId }) => ({ id: id(paperId), title: titles.get(paperId) }));
    return { similarPapers: { nodes } };
  },

  async Hybrid({ query }) {
    const matches = db.query<{ id: number }>(sql`
      select p.id from websearch_to_tsquery('paper_text', ${query}) q, papers p where p.search @@ q
      order by ts_rank(p.search, q)::float8 desc, p.upvote_count desc, p.id desc limit ${MAX_OF_ARM}::int`);
    const meaning = defaultModel().embed(query!);
    const near = meaning ? scan(meaning, MAX_OF_ARM) : [];
    const arms = { keyword: (await matches).map((row) => row.id), meaning: near.map(({ paperId }) => paperId) };
    const fused = fuse(arms).slice(0, PAGE);
    const titles = await titlesOf(fused.map(({ paperId }) => paperId));
    const edges = fused.map(({ paperId, foundBy }) => ({
      foundBy,
      node: { id: id(paperId), title: titles.get(paperId) },
    }));
    return { searchPapers: { edges } };
  },
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString());
    const data = await answers[/query (\w+)/.exec(query)![1]!]!(variables);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data }));
  });
});

void load().then(() => {
  server.listen(0, "127.0.0.1", () => process.send!((server.address() as { port: number }).port));
});
