import { KeepSalientWords1792780000000 } from "../../migrations/1792780000000-keep-salient-words";
import { Slice } from "../../src/db/keyset";
import { sql } from "../../src/db/sql";
import { createPaperReader } from "../../src/papers/paper-reader";
import { reindexNext } from "../../src/search/reindexing.service";
import { findFirst, findPapers, searchOrder } from "../../src/search/search.service";
import { withDataSource } from "../support/data-source";
import { importRecords, sourceRecord } from "../support/factories";
import { createSampleDatabase } from "../support/sample";
import { useDatabase } from "../support/use-api";

/** As asked, and what of it ts_rank compares papers with. */
const QUERIES: [query: string, wanted: string][] = [
  ["diffusion", "'diffus'"],
  ["strong", "'strong'"],
  ["wang", "'wang'"],
  ["models models", "'model' & 'model'"],
  ["language models", "'languag' & 'model'"],
  ["efficient strong reasoning", "'effici' & 'strong' & 'reason'"],
  ['"language models"', "'languag' <-> 'model'"],
  ['"reinforcement learning" agents', "'reinforc' <-> 'learn' & 'agent'"],
  ["fine-tuning", "'fine' <-> 'tune'"],
  ["diffusion -image", "'diffus'"],
  ["language models -image", "'languag' & 'model'"],
  ["strong or weak", "'strong' | 'weak'"],
  ["diffusion or language models", "'diffus' | 'languag' & 'model'"],
  ["diffusion or -models", "'diffus'"],
  ["-models", ""],
];

describe("papers found by words", () => {
  const t = useDatabase(createSampleDatabase);

  const slice = new Slice(searchOrder("TEXT"), { limit: 5000, backward: false, from: null });
  const condition = sql`true`;
  const ranked = async (query: string, find: typeof findPapers | typeof findFirst) => {
    const search = { matching: "TEXT" as const, query, condition, maxRanked: 5000 };
    return (await find(createPaperReader(t.db), search, slice)).map(({ rowId, key0 }) => ({ id: rowId, rank: key0 }));
  };
  /** By all their words, which is slow. */
  const rankedPlainly = (query: string, wanted: string) =>
    t.db.run<{ id: number; rank: number }>(
      `select id, ts_rank(search, $2::tsquery)::float8 as rank from papers
       where search @@ websearch_to_tsquery('paper_text', searchable($1)) order by rank desc, upvote_count desc, id desc`,
      [query, wanted],
    );

  test.each(QUERIES)("%s are ranked as ts_rank does by all their words", async (query, wanted) => {
    const expected = await rankedPlainly(query, wanted);
    expect(expected.length).toBeGreaterThan(3);
    expect(await ranked(query, findPapers)).toEqual(expected);
    expect(await ranked(query, findFirst)).toEqual(expected);
  });

  test("are ranked the same while a version before has written some of them", async () => {
    await t.db.run("update papers set salient_words = null where id % 2 = 0");
    for (const [query, wanted] of QUERIES) {
      expect(await ranked(query, findPapers)).toEqual(await rankedPlainly(query, wanted));
    }
  });
});

describe("salient words", () => {
  const t = useDatabase();
  beforeEach(async () => {
    await t.db.reset();
    await importRecords(t.db, [
      sourceRecord({
        title: "Gauss",
        authors: ["Euler"],
        keywords: ["Noether"],
        abstract: "Hilbert and Cantor and Cantor, Gauss.",
      }),
    ]);
  });

  const salient = async () =>
    (await t.db.run<{ words: string }>("select salient_words::text as words from papers"))[0]!.words;
  const WORDS = "'cantor':6,8 'euler':2B 'gauss':1A,9 'noether':3C";

  test("are those of title, authors and keywords, and those that the abstract has several times", async () => {
    expect(await salient()).toBe(WORDS);
  });

  test("change with what is searched, whoever writes it", async () => {
    await t.db.run("update papers set search = paper_search('Hilbert', null, '{}', null)");
    expect(await salient()).toBe("'hilbert':1A");
  });

  test("are added in the background to papers of a version before, in which all else stays", async () => {
    const stored = () => t.db.run("select search::text, revision, updated_at from papers");
    const before = await stored();
    await withDataSource(t.db.url, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      const migration = new KeepSalientWords1792780000000();
      await migration.down(runner);
      await migration.up(runner);
      await runner.release();
    });
    expect(await salient()).toBeNull();
    while (await reindexNext(t.db));
    expect(await salient()).toBe(WORDS);
    expect(await stored()).toEqual(before);
  });
});
