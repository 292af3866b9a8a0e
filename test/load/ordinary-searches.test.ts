import { type Sql, sql } from "../../src/db/sql";
import { importInBulk, importItems } from "../../src/ingest/importer";
import { readHuggingFaceFiles } from "../../src/ingest/sources/huggingface.source";
import { wordsOf } from "../../src/search/words";
import { describeWithSharedData, sharedData } from "../support/shared-data";
import { useDatabase } from "../support/use-api";

jest.setTimeout(180_000);

const PAGE = 10;

/** What readers of the field ask for. */
const QUERIES = `
  large language models; reinforcement learning; diffusion models; image generation; video generation; vision language models
  multimodal reasoning; chain of thought; code generation; retrieval augmented generation; agents; tool use; web agents
  gaussian splatting; 3D reconstruction; 3D gaussian splatting; text to image; text-to-image; text-to-video; world models
  robot manipulation; vision language action; imitation learning; preference optimization; reward models; alignment; safety
  jailbreak; hallucination; benchmark; evaluation; long context; attention; linear attention; state space models; mamba
  mixture of experts; quantization; pruning; knowledge distillation; speculative decoding; inference efficiency; kv cache
  fine tuning; low rank adaptation; lora; instruction tuning; synthetic data; data curation; pretraining; pre-training
  tokenization; embeddings; information retrieval; question answering; summarization; machine translation; multilingual
  speech recognition; text to speech; audio generation; music generation; talking head; face; human motion; avatars
  object detection; segmentation; segment anything; depth estimation; optical flow; tracking; super resolution; inpainting
  image editing; style transfer; personalization; controllable generation; autoregressive image generation; flow matching
  consistency models; gan; transformer; neural networks; graph neural networks; time series; tabular data; recommendation
  medical imaging; biology; protein; chemistry; materials; math reasoning; theorem proving; scientific discovery; survey
  self-supervised learning; contrastive learning; unlearning; privacy; watermark; interpretability; sparse autoencoders
  scaling laws; test-time compute; "reinforcement learning" -robot; diffusion or flow; open source; dataset; games
`
  .split(/[;\n]/)
  .map((query) => query.trim())
  .filter(Boolean);

/** Pages with papers that were not on them before, and the word that these are now found by: a part of what is printed. */
const OTHERS: Record<string, RegExp> = {
  "3D reconstruction": /Difix3D|SF3D|SPAR3D/,
  "code generation": /Paper2Code/,
  "video generation": /Paper2Video/,
  games: /Game4Loc/,
  lora: /LoRA\.rar|LoRAs/,
  mamba: /2Mamba2Furious/,
  tracking: /Track4(Gen|World)/,
  // Parts of Face2Face, Safety4M and an address in their abstracts.
  face: /Face/,
  jailbreak: /Jailbreaking/,
  safety: /LLM Safety/,
};

/** To read all of the real file takes half a minute: `npm run soak`. */
const describeInSoak = process.env.SOAK ? describeWithSharedData : describe.skip;

describeInSoak(`the first pages of ${QUERIES.length} ordinary searches of real papers`, () => {
  const t = useDatabase();
  beforeAll(async () => {
    await importInBulk(t.db, () =>
      importItems(
        t.db,
        readHuggingFaceFiles([sharedData.items], async () => new Date()),
      ),
    );
    // As texts were read before; and as they would be without compounds, which stood between their parts.
    await t.db.run(`
      create text search configuration with_compounds (copy = english);
      alter text search configuration with_compounds alter mapping for hword, hword_part, word with unaccent, english_stem;
      create text search configuration in_parts (copy = paper_text);`);
    for (const reading of ["with_compounds", "in_parts"]) {
      await t.db.run(`
        create or replace function plain(value text) returns tsvector language sql immutable
          return to_tsvector('${reading}', translate(replace(coalesce(value, ''), '</', '<<'), '<>&', '   '));
        create table papers_${reading} as
          select p.id, p.upvote_count, setweight(plain(p.title), 'A') || setweight(plain(n.names), 'B')
            || setweight(plain(array_to_string(p.keywords, ' ; ')), 'C') || setweight(plain(p.abstract), 'D') as search
          from papers p left join lateral (
            select string_agg(a.name, ', ' order by a.position) as names from authorships a where a.paper_id = p.id
          ) n on true`);
    }
  });

  const page = async (words: Sql, table: Sql) => {
    const rows = await t.db.query<{ title: string }>(sql`
      select (select o.title from papers o where o.id = p.id) as title
      from ${words} q, ${table} p
      where p.search @@ q order by ts_rank(p.search, q) desc, p.upvote_count desc, p.id desc limit ${PAGE}::int`);
    return rows.map(({ title }) => title);
  };
  const now = (query: string) => page(wordsOf(query), sql`papers`);

  /** What stands on the first pages that did not before, and how many of all did. */
  async function compare(before: (query: string) => Promise<string[]>) {
    const others: Record<string, string[]> = {};
    let kept = 0;
    let all = 0;
    for (const query of QUERIES) {
      const [old, titles] = [await before(query), await now(query)];
      expect(titles.length).toBeGreaterThan(0);
      const added = titles.filter((title) => !old.includes(title));
      if (added.length > 0) others[query] = added;
      all += titles.length;
      kept += titles.length - added.length;
    }
    if (process.env.REPORT) console.log(JSON.stringify({ others, kept, all }, null, 1));
    return { others, share: kept / all };
  }

  test("have the papers that they would have if words were as they are read plainly", async () => {
    const { others } = await compare((query) =>
      page(sql`websearch_to_tsquery('in_parts', ${query})`, sql`papers_in_parts`),
    );
    expect(Object.keys(others).sort()).toEqual(Object.keys(OTHERS).sort());
    for (const [query, titles] of Object.entries(others)) {
      for (const title of titles) expect(title).toMatch(OTHERS[query]!);
    }
  });

  test("have nearly all of the papers that they had with compounds: words stand nearer to each other without these", async () => {
    const { share } = await compare((query) =>
      page(sql`websearch_to_tsquery('with_compounds', ${query})`, sql`papers_with_compounds`),
    );
    expect(share).toBeGreaterThan(0.95);
  });
});
