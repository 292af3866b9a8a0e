import { AccessTokenScope } from "../src/users/access-token.entity";
import { startApi } from "./support/api";
import { withDataSource } from "./support/data-source";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { importLooks, look, signIn } from "./support/factories";

describe("the words of titles and names", () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterEach(() => db.reset());
  afterAll(() => db.close());

  const words = async () =>
    (await db.run<{ word: string }>("select word from words order by word")).map((row) => row.word);

  test("are added by an import, folded, each once, without punctuation", async () => {
    await importLooks(db, [
      look({ title: "GPT-4: Poincaré's maps (part 2)", authors: ["J.Müller", "张伟"], authorCount: 2 }),
      look({ title: "Maps of maps", abstract: "Something else", keywords: ["cartography"] }),
    ]);
    expect(await words()).toEqual(["2", "4", "gpt", "j", "maps", "muller", "of", "part", "poincare", "s", "张伟"]);
  });

  test("are added when a later import changes a title or a name", async () => {
    const arxivId = "2601.00001";
    await importLooks(db, [look({ arxivId, title: "First", authors: ["Ada"], authorCount: 1 })]);
    const seenAt = new Date("2026-02-01T00:00:00Z");
    await importLooks(db, [look({ arxivId, title: "Second", authors: ["Grace"], authorCount: 1, seenAt })]);
    expect(await words()).toEqual(["ada", "first", "grace", "second"]);
  });

  test("are added again with the next look, should they be missing", async () => {
    const one = look({ title: "First", authors: ["Ada"], authorCount: 1 });
    await importLooks(db, [one]);
    await db.run("delete from words");
    expect(await importLooks(db, [one])).toMatchObject({ unchanged: 1 });
    expect(await words()).toEqual(["ada", "first"]);
  });

  test("are added by upsertPapers", async () => {
    const api = await startApi(db);
    try {
      const token = await signIn(db, "ada", [AccessTokenScope.PAPERS_WRITE]);
      const upsert = `mutation { upsertPapers(input: { papers: [{ title: "Sent", authors: ["Alan"] }] }) { created } }`;
      expect(await api.data(upsert, {}, token)).toEqual({ upsertPapers: { created: 1 } });
      expect(await words()).toEqual(["alan", "sent"]);
    } finally {
      await api.close();
    }
  });

  test("may be added by imports at the same time", async () => {
    const imports = Array.from({ length: 4 }, (_, n) =>
      Array.from({ length: 60 }, (_, i) => look({ title: `shared${(i * (n + 1)) % 61} own${n}x${i}` })),
    );
    await Promise.all(imports.map((looks) => importLooks(db, looks, 7)));
    expect((await words()).filter((word) => word.startsWith("own"))).toHaveLength(240);
  });

  test("may be as long as a title", async () => {
    await importLooks(db, [look({ title: "é".repeat(2000), authors: ["㎏".repeat(500)], authorCount: 1 })]);
    expect(await db.run("select from papers")).toHaveLength(1);
  });

  test("of what was there are added by the migration", async () => {
    await importLooks(db, [look({ title: "Before all", authors: ["Émile"], authorCount: 1 })]);
    await withDataSource(db.url, async (dataSource) => {
      await dataSource.undoLastMigration({ transaction: "each" });
      await dataSource.runMigrations({ transaction: "each" });
    });
    expect(await words()).toEqual(["all", "before", "emile"]);
  });
});
