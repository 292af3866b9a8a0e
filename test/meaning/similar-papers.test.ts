import { createPaperReaders } from "../../src/content/paper-content";
import { Slice } from "../../src/db/keyset";
import { all, sql } from "../../src/db/sql";
import { MemoryIndex } from "../../src/meaning/index/memory-index";
import { type Meaning, toMeaning } from "../../src/meaning/model";
import { countNearest, listNearest, type NearestQuery, nearestKeys } from "../../src/meaning/nearest-papers.service";
import type { Alike, Search, VectorIndex } from "../../src/meaning/vector-index";
import { encodeNodeId } from "../../src/nodes/node-id";
import type { PaperFilter } from "../../src/papers/paper-filter.input";
import type { PaperSources } from "../../src/papers/paper-reader";
import { importRecords, sourceRecord } from "../support/factories";
import { pageFields, walkForward } from "../support/paging";
import { describeByPlace } from "../support/pgvector/places";
import { useApiOn, useOpened } from "../support/use-api";

const SIMILAR = `query ($to: [ID!]!, $filter: PaperFilter, $first: Int, $after: String) {
  similarPapers(to: $to, filter: $filter, first: $first, after: $after) { ${pageFields} edges { likeness node { id title } } }
}`;

interface Edge {
  likeness: number;
  node: { id: string; title: string };
}

describeByPlace("papers that are like others", (place) => {
  const t = useApiOn(place.open);
  const idOf = async (title: string): Promise<string> => {
    const [row] = await t.db.run<{ id: number }>("select id from papers where title = $1", [title]);
    return encodeNodeId("Paper", row!.id);
  };
  const similarTo = async (titles: string[], filter?: PaperFilter): Promise<Edge[]> => {
    const to = await Promise.all(titles.map(idOf));
    const { similarPapers } = await t.api.data(SIMILAR, { to, filter });
    expect(similarPapers.totalCount).toBe(similarPapers.edges.length);
    return similarPapers.edges;
  };
  const titlesLike = async (titles: string[], filter?: PaperFilter) =>
    (await similarTo(titles, filter)).map(({ node }) => node.title);

  const CODES = "Quantum error correction codes";
  const QUBITS = "Fault-tolerant logical qubits on a surface code";
  const NEWS = "Recommending news to readers";
  const CLICKS = "Click prediction for articles in recommender systems";
  const UNKNOWN = "大规模语言模型";
  beforeAll(async () => {
    await importRecords(t.db, [
      sourceRecord({ title: CODES, abstract: "Logical qubits of a surface code.", keywords: ["qubits"] }),
      sourceRecord({ title: QUBITS, codeUrl: "https://x.test/qubits" }),
      sourceRecord({ title: "Quantum walks on graphs" }),
      sourceRecord({ title: NEWS, abstract: "Personalized ranking of news articles." }),
      sourceRecord({ title: CLICKS, codeUrl: "https://x.test/clicks" }),
      sourceRecord({ title: UNKNOWN }),
    ]);
  });

  test("come nearest first, without themselves, as far as they have words that are known", async () => {
    const edges = await similarTo([CODES]);
    expect(edges.map(({ node }) => node.title).slice(0, 2)).toEqual([QUBITS, "Quantum walks on graphs"]);
    expect(edges).toHaveLength(4);
    const likenesses = edges.map(({ likeness }) => likeness);
    expect(likenesses).toEqual([...likenesses].sort((a, b) => b - a));
    expect(likenesses[0]).toBeGreaterThan(0.5);
    for (const likeness of likenesses) expect(likeness >= 0 && likeness <= 1).toBe(true);
    expect(await titlesLike([UNKNOWN])).toEqual([]);
  });

  test("are near to all that are given, whose order does not matter", async () => {
    const title = "Recommending articles on quantum error correction to readers of news";
    await importRecords(t.db, [sourceRecord({ title })]);
    expect((await titlesLike([title])).slice(0, 3)).toContain(NEWS);
    const both = await similarTo([CODES, NEWS]);
    expect(both[0]!.node.title).toBe(title);
    expect(both[0]!.likeness).toBeGreaterThan(
      (await similarTo([CODES])).find(({ node }) => node.title === title)!.likeness,
    );
    expect(await similarTo([NEWS, CODES, NEWS])).toEqual(both);
    expect(await titlesLike([NEWS, UNKNOWN])).toEqual(await titlesLike([NEWS]));
    await t.db.run("delete from papers where title = $1", [title]);
  });

  test("pass the filter; a withdrawn paper is not listed, but others may be like it", async () => {
    expect(await titlesLike([CODES], { hasCode: true })).toEqual([QUBITS, CLICKS]);
    expect(await titlesLike([CODES], { keywords: ["nothing of the kind"] })).toEqual([]);
    await t.db.run("update papers set withdrawn_at = now() where title = $1", [QUBITS]);
    expect(await titlesLike([CODES])).not.toContain(QUBITS);
    expect((await titlesLike([QUBITS]))[0]).toBe(CODES);
    await t.db.run("update papers set withdrawn_at = null");
  });

  test("are found for a paper that has just come", async () => {
    await similarTo([CODES]);
    const title = "Surface codes with fewer logical qubits";
    await importRecords(t.db, [sourceRecord({ title })]);
    expect((await titlesLike([title])).slice(0, 2).sort()).toEqual([CODES, QUBITS].sort());
    await t.db.run("delete from papers where title = $1", [title]);
    expect(await titlesLike([CODES])).toHaveLength(4);
  });

  test("are paged, by a cursor that is bound to papers and filter", async () => {
    const to = [await idOf(CODES)];
    const walk = { query: SIMILAR, at: (data: { similarPapers: object }) => data.similarPapers, variables: { to } };
    const edges = await similarTo([CODES]);
    expect(await walkForward(t.api, walk, 1)).toEqual(edges.map(({ node }) => node.id));
    const { similarPapers } = await t.api.data(SIMILAR, { to, first: 1 });
    for (const other of [{ to: [await idOf(NEWS)] }, { to, filter: { hasCode: true } }]) {
      const { errors } = await t.api.ask(SIMILAR, { ...other, after: similarPapers.pageInfo.endCursor });
      expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT", argument: "after" } });
    }
  });

  test("need 1 to 20 ids of papers", async () => {
    const refused = async (to: string[]) => (await t.api.ask(SIMILAR, { to })).errors![0]!;
    const paper = await idOf(CODES);
    expect((await refused([])).message).toBe("to takes 1 to 20 ids of papers, not 0.");
    expect((await refused(Array(21).fill(paper))).message).toBe("to takes 1 to 20 ids of papers, not 21.");
    expect(await refused([paper, encodeNodeId("Author", 1)])).toMatchObject({
      message: "to[1] is not the id of a Paper.",
      extensions: { code: "BAD_USER_INPUT", argument: "to.1" },
    });
    const nowhere = encodeNodeId("Paper", 2 ** 31 - 1);
    for (const to of [
      [paper, nowhere],
      [await idOf(UNKNOWN), nowhere],
    ])
      expect(await refused(to)).toMatchObject({
        message: "to[1] is not the id of a Paper.",
        extensions: { code: "BAD_USER_INPUT", argument: "to.1" },
      });
  });
});

describeByPlace("the nearest that pass a filter", (place) => {
  const t = useOpened(place.open);
  const PAPERS = 60;
  const meaning = toMeaning(Float64Array.from([1, 0]))!;
  const turn = { key: "somebody", until: Number.POSITIVE_INFINITY };
  let ids: number[];
  /** Each paper is a little less near than the one before. */
  beforeAll(async () => {
    await importRecords(
      t.db,
      Array.from({ length: PAPERS }, (_, i) =>
        sourceRecord({ codeUrl: i >= 30 ? "https://x.test/a" : undefined, upvotes: i }),
      ),
    );
    ids = (await t.db.run<{ id: number }>("select id from papers order by id")).map(({ id }) => id);
    for (const [i, id] of ids.entries()) {
      const vector = toMeaning(Float64Array.from([Math.cos(i / 50), Math.sin(i / 50)]))!;
      await t.db.run("insert into paper_vectors (paper_id, model, vector) values ($1, 'made', $2)", [
        id,
        vector.values,
      ]);
    }
  });

  /** Misses a part of the papers, another one at each depth, unless it compares all; as an index of many papers may. */
  class MissingSome extends MemoryIndex {
    override async nearest(meaning: Meaning, count: number, search: Search = {}): Promise<Alike[]> {
      const found = await super.nearest(meaning, search.among ? count : PAPERS, search);
      if (search.among || count >= PAPERS) return found;
      return found.filter(({ paperId }) => paperId % 7 !== count % 7).slice(0, count);
    }
  }

  test.each<[string, PaperFilter, number, number]>([
    ["few", { hasCode: false }, 100, 38],
    ["many", { minUpvotes: 2 }, 30, 38],
    ["many, to be compared all", { minUpvotes: 2 }, 40, 25],
  ])("are as many as are counted, in their order, whatever the index misses: %s", async (_, filter, most, more) => {
    const index = new MissingSome(t.db, "made");
    const sources = { db: t.db, papers: createPaperReaders(1, t.db)(t.db) };
    const every = { condition: all([]), conditionOfAll: all([]), mayBeFew: true, turn };
    const query = { meaning, filter: { filter, near: null }, ...every, leftOut: [], most };
    const found = await walk(sources, index, query, { page: 15, first: 15, narrow: 40, more });
    expect(found).toHaveLength(await countNearest(t.db, index, query));
    expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
  });

  test.each<[string, PaperFilter | null, (i: number) => boolean]>([
    ["all", null, () => true],
    ["half of them, the farther ones", { hasCode: true }, (i) => i >= 30],
    ["few, the farthest", { minUpvotes: 57 }, (i) => i >= 57],
    ["none", { minUpvotes: 1000 }, () => false],
  ])("are found however deep they are: %s", async (_, filter, passes) => {
    const index = place.index(t.db, "made");
    // As the API reads papers: the rows of other things it would leave out.
    const sources = { db: t.db, papers: createPaperReaders(1, t.db)(t.db) };
    const expected = ids.filter((_, i) => passes(i) && i !== 1);
    for (const most of [12, 100]) {
      const every = { condition: all([]), conditionOfAll: all([]), mayBeFew: filter !== null, turn };
      const query = { meaning, filter: filter && { filter, near: null }, ...every, leftOut: [ids[1]!], most };
      expect(await countNearest(t.db, index, query)).toBe(Math.min(most, expected.length));
      for (const depths of [
        { page: 100, first: 100, narrow: 100, more: 100 },
        { page: 3, first: 8, narrow: 100, more: 100 },
        { page: 3, first: 8, narrow: 2, more: 40 },
        { page: 8, first: 8, narrow: 1, more: 20 },
      ]) {
        const found = await walk(sources, index, query, depths);
        expect(found).toEqual(expected.slice(0, most));
      }
    }
    expect(await t.db.query(sql`select from paper_vectors where model = 'made'`)).toHaveLength(PAPERS);
  });
});

/** The ids of the whole list, page by page. */
async function walk(...[sources, index, query, depths]: WalkArgs): Promise<number[]> {
  const order = { name: "test", keys: nearestKeys, direction: "desc" } as const;
  const found: number[] = [];
  for (let from: [number, number] | null = null, isMore = true; isMore; ) {
    const slice = new Slice(order, { limit: 5, backward: false, from });
    const rows = await listNearest<{ rowId: number }>(sources, index, query, slice, 5, depths);
    isMore = rows.length > 5;
    found.push(...rows.slice(0, 5).map(({ rowId }) => rowId));
    const last = rows[4];
    if (last) from = [Number(last.key0), Number(last.key1)];
  }
  return found;
}

type WalkArgs = [
  PaperSources,
  VectorIndex,
  NearestQuery,
  { page: number; first: number; narrow: number; more: number },
];
