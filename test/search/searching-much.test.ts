import { Slice } from "../../src/db/keyset";
import { Sql } from "../../src/db/sql";
import { createPaperReader } from "../../src/papers/paper-reader";
import { MAX_RANKED } from "../../src/search/candidates";
import {
  chooseMatching,
  countFound,
  findFirst,
  findPapers,
  type Search,
  searchOrder,
} from "../../src/search/search.service";
import { startApi } from "../support/api";
import { pageFields, walkForward } from "../support/paging";
import { useDatabase } from "../support/use-api";

/** 1200 papers with gauss, the most upvoted ones among them, and 500 of few upvotes with euler; many ties. */
const ARRANGE = `
  insert into papers (title, title_key, upvote_count, search)
  select t.title, t.title, t.upvotes, paper_search(t.title, null, '{}', repeat('gauss ', i % 5))
  from generate_series(1, 1500) i, lateral (select i * 7919 % 150 as upvotes) u, lateral (
    select u.upvotes, 'Paper ' || i || case when i % 5 > 0 then ' gauss' else '' end
      || case when u.upvotes < 50 then ' euler' else '' end as title
  ) t;
  analyze papers`;

describe("a search that more papers match than are ranked", () => {
  const t = useDatabase();
  beforeAll(async () => {
    await t.db.run(ARRANGE);
  });

  /** The whole list, put together of pages. */
  async function walk(search: Search, limit: number): Promise<number[]> {
    const ids: number[] = [];
    let from: number[] | null = null;
    for (;;) {
      const rows = await findPapers(
        createPaperReader(t.db),
        search,
        new Slice(searchOrder(search.matching), { limit, backward: false, from }),
      );
      ids.push(...rows.slice(0, limit).map((row) => row.rowId));
      if (rows.length <= limit) return ids;
      const { key0, key1, key2 } = rows[limit - 1]!;
      from = [key0, key1 as number, key2 as number];
    }
  }

  /** What is to be listed, by the plainest of statements. */
  async function listed(query: string, condition: string, most: number): Promise<number[]> {
    const rows = await t.db.run<{ id: number }>(
      `select id from (
         select * from papers p where search @@ $1::tsquery and ${condition}
         order by upvote_count desc, id desc limit $2
       ) p
       order by ts_rank(search, $1::tsquery)::float8 desc, upvote_count desc, id desc`,
      [query, most],
    );
    return rows.map((row) => row.id);
  }

  test.each([
    ["gauss", "true", 100],
    ["gauss", "p.upvote_count between 5 and 90", 100],
    ["gauss", "p.upvote_count between 3 and 8", 100],
    ["gauss", "p.id % 9 = 0", 100],
    ["gauss", "true", 2000],
    ["euler", "true", 50],
    ["euler", "p.upvote_count < 20", 150],
    ["euler", "true", 450],
    ["euler", "true", 2000],
  ])("%s, %s: the %i most upvoted, best match first, page by page", async (query, condition, maxRanked) => {
    const search: Search = { matching: "MANY", query, condition: new Sql([condition], []), maxRanked };
    const expected = await listed(query, condition, maxRanked);
    expect(expected.length).toBeGreaterThan(40);
    expect(await walk(search, 23)).toEqual(expected);
    expect(await walk(search, 5000)).toEqual(expected);
    expect(await countFound(t.db, search)).toBe(expected.length);
  });

  test.each([
    ["gauss", "true"],
    ["gauss", "p.id % 9 = 0"],
    ["euler", "true"],
    ["gauss euler", "p.upvote_count < 20"],
  ])("%s, %s: also in a table that is large for what may be ranked", async (query, condition) => {
    const words = query.replace(" ", " & ");
    for (const maxRanked of [1, 5, 14]) {
      const search: Search = { matching: "MANY", query, condition: new Sql([condition], []), maxRanked };
      const expected = await listed(words, condition, maxRanked);
      expect(expected).toHaveLength(maxRanked);
      expect(await walk(search, 4)).toEqual(expected);
      expect(await countFound(t.db, search)).toBe(maxRanked);
    }
  });

  test.each([
    ["gauss", 100, 0],
    ["gauss", 10, 0],
    ["euler", 499, 0],
    ["euler", 500, 21],
    ["gauss -paper", 1, 0],
  ])(
    "%s, of which %i may be ranked, has %i on a first page that is no part of more",
    async (query, maxRanked, size) => {
      const slice = new Slice(searchOrder("TEXT"), { limit: 20, backward: false, from: null });
      const search = { query, condition: new Sql(["true"], []), maxRanked };
      expect(await findFirst(createPaperReader(t.db), search, slice)).toHaveLength(size);
    },
  );

  test.each([
    ["gauss", "MANY"],
    ["euler", "MANY"],
    ["gauss -paper", "FUZZY"],
    ["the", "NONE"],
  ])("%s, of which the first page has nothing, matches as %s", async (query, matching) => {
    expect(await chooseMatching(t.db, query)).toBe(matching);
  });

  test("over the API: pages put together are the bounded list, of which totalCount is the size", async () => {
    const api = await startApi(t.db);
    try {
      const query = `query ($first: Int, $after: String) {
        searchPapers(query: "gauss", first: $first, after: $after) { ${pageFields} } }`;
      const forward = await walkForward(api, { query, at: (data) => data.searchPapers }, 100);
      const ids = forward.map((id) => Number(Buffer.from(id, "base64url").toString().split(":")[1]));
      expect(ids).toEqual(await listed("gauss", "true", MAX_RANKED));
      const { searchPapers } = await api.data(query);
      expect(searchPapers.totalCount).toBe(MAX_RANKED);
    } finally {
      await api.close();
    }
  });
});
