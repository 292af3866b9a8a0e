import { AccessTokenScope } from "../../src/users/access-token.entity";
import { startApi } from "../support/api";
import { withDataSource } from "../support/data-source";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { useDatabase } from "../support/use-api";

describe("the words of titles and names", () => {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  const words = async () =>
    (await t.db.run<{ word: string }>("select word from words order by word")).map((row) => row.word);

  test("are added by an import, folded, each once, without punctuation", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "GPT-4: Poincaré's maps (part 2)", authors: ["J.Müller", "张伟"], authorCount: 2 }),
      sourceRecord({ title: "Maps of maps", abstract: "Something else", keywords: ["cartography"] }),
    ]);
    expect(await words()).toEqual(["2", "4", "gpt", "j", "maps", "muller", "of", "part", "poincare", "s", "张伟"]);
  });

  test("are parted by each sign of ASCII", async () => {
    const signs = [...`!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`];
    const rows = await t.db.run<{ words: string[] }>(
      "select tsvector_to_array(words_of('a' || sign || 'b1' || sign)) as words from unnest($1::text[]) sign",
      [signs],
    );
    expect(signs).toHaveLength(32);
    expect(rows.filter(({ words }) => words.join() !== "a,b1")).toEqual([]);
  });

  test("are added when a later import changes a title or a name", async () => {
    const arxivId = "2601.00001";
    await importRecords(t.db, [sourceRecord({ arxivId, title: "First", authors: ["Ada"], authorCount: 1 })]);
    const observedAt = new Date("2026-02-01T00:00:00Z");
    await importRecords(t.db, [
      sourceRecord({ arxivId, title: "Second", authors: ["Grace"], authorCount: 1, observedAt }),
    ]);
    expect(await words()).toEqual(["ada", "first", "grace", "second"]);
  });

  test("are added again with the next record, should they be missing", async () => {
    const one = sourceRecord({ title: "First", authors: ["Ada"], authorCount: 1 });
    await importRecords(t.db, [one]);
    await t.db.run("delete from words");
    expect(await importRecords(t.db, [one])).toMatchObject({ unchanged: 1 });
    expect(await words()).toEqual(["ada", "first"]);
  });

  test("are added by upsertPapers", async () => {
    const api = await startApi(t.db);
    try {
      const token = await signIn(t.db, "ada", [AccessTokenScope.PAPERS_WRITE]);
      const upsert = `mutation { upsertPapers(input: { papers: [{ title: "Sent", authors: ["Alan"] }] }) { created } }`;
      expect(await api.data(upsert, {}, token)).toEqual({ upsertPapers: { created: 1 } });
      expect(await words()).toEqual(["alan", "sent"]);
    } finally {
      await api.close();
    }
  });

  test("may be added by imports at the same time", async () => {
    const imports = Array.from({ length: 4 }, (_, n) =>
      Array.from({ length: 60 }, (_, i) => sourceRecord({ title: `shared${(i * (n + 1)) % 61} own${n}x${i}` })),
    );
    await Promise.all(imports.map((records) => importRecords(t.db, records, 7)));
    expect((await words()).filter((word) => /^\dx\d+$/.test(word))).toHaveLength(240);
  });

  test("may be as long as a title", async () => {
    await importRecords(t.db, [sourceRecord({ title: "é".repeat(2000), authors: ["㎏".repeat(500)], authorCount: 1 })]);
    expect(await t.db.run("select from papers")).toHaveLength(1);
  });

  test("of what was there are added by the migration", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Before all", authors: ["Émile"], authorCount: 1 })]);
    await withDataSource(t.db.url, async (dataSource) => {
      await dataSource.undoLastMigration({ transaction: "each" });
      await dataSource.runMigrations({ transaction: "each" });
    });
    expect(await words()).toEqual(["all", "before", "emile"]);
  });
});
