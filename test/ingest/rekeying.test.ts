import { RekeyTitles1791830000000 } from "../../migrations/1791830000000-rekey-titles";
import { RekeyNames1791831000000 } from "../../migrations/1791831000000-rekey-names";
import { RekeyTitlesAsShown1791880000000 } from "../../migrations/1791880000000-rekey-titles-as-shown";
import { RekeyNamesAsShown1791881000000 } from "../../migrations/1791881000000-rekey-names-as-shown";
import { RekeyTitlesOfTex1791891000000 } from "../../migrations/1791891000000-rekey-titles-of-tex";
import { RekeyTitlesWithMoreTex1791900000000 } from "../../migrations/1791900000000-rekey-titles-with-more-tex";
import { RekeyNamesWithoutCase1791901000000 } from "../../migrations/1791901000000-rekey-names-without-case";
import { withDataSource } from "../support/data-source";
import { importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const PAPERS = "{ papers(first: 10) { nodes { title authors { edges { name node { id name } } } } } }";

describe("keys of a version before", () => {
  const t = useApi();
  afterEach(() => t.db.reset());
  const run = (migration: RekeyTitles1791830000000 | RekeyNames1791831000000, way: "up" | "down" = "up") =>
    withDataSource(t.db.url, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      await migration[way](runner);
      await runner.release();
    });

  test("of titles get the signs that tell works apart, and no other paper is written", async () => {
    const records = ["Okapi in C++", "Okapi in C#", "R^2", "Plain: a title"].map((title) => sourceRecord({ title }));
    await importRecords(t.db, records);
    const stored = () =>
      t.db.run<{ key: string; xmin: string }>("select title_key as key, xmin::text, revision from papers order by id");
    const after = await stored();
    await run(new RekeyTitles1791830000000(), "down");
    const before = await stored();
    expect(before.map(({ key }) => key)).toEqual(["okapiinc", "okapiinc", "r2", "plainatitle"]);
    await run(new RekeyTitles1791830000000());
    const now = await stored();
    const withoutXmin = (rows: { xmin: string }[]) => rows.map(({ xmin: _, ...row }) => row);
    expect(withoutXmin(now)).toEqual(withoutXmin(after));
    expect(now.map(({ xmin }, i) => xmin !== before[i]!.xmin)).toEqual([true, true, true, false]);
    expect(await importRecords(t.db, records)).toMatchObject({ created: 0, unchanged: 4 });
  });

  test("of names become those of today: authors who are one by them are merged, and what papers print stays", async () => {
    const printed = ["Ada O’Brien", "Ada O'Brien", "Ada O`Brien", 'J{\\"o}rg Example', "Jörg Example*", "Bob"];
    // As the version before kept them: an author for each spelling, by its lower case.
    await importRecords(t.db, [
      sourceRecord({ title: "Whole", authors: printed.map((_, i) => `Name ${"abcdef"[i]}`) }),
    ]);
    await t.db.run(
      `update authors a set name = p.name, key = lower(p.name) from unnest($1::text[]) with ordinality p (name, n)
      where a.name = 'Name ' || substr('abcdef', p.n::int, 1)`,
      [printed],
    );
    await t.db.run("update authorships s set name = a.name from authors a where a.id = s.author_id");
    // Kept in memory with the authors of before.
    const before = (await t.api.data(PAPERS)).papers.nodes[0].authors.edges;
    expect(new Set(before.map((edge: { node: { id: string } }) => edge.node.id)).size).toBe(6);
    const [{ at }] = (await t.db.run("select clock_timestamp() as at")) as [{ at: Date }];
    const isTold = async () => {
      const [touches, changes] = await Promise.all([
        t.db.run("select from paper_touches where not upvotes_changed"),
        t.db.run("select from paper_changes where changed_at > $1", [at]),
      ]);
      return touches.length + changes.length > 0;
    };
    await t.db.run("delete from paper_touches");
    await run(new RekeyNames1791831000000());
    const names = ["Ada O'Brien", "Bob", "Jörg Example"];
    expect(await t.db.run("select name, key from authors order by name")).toEqual(
      names.map((name) => ({ name, key: name.toLowerCase() })),
    );
    const { edges } = (await t.api.data(PAPERS)).papers.nodes[0].authors;
    expect(edges.map((edge: { name: string }) => edge.name)).toEqual(printed);
    expect(edges.map((edge: { node: { name: string } }) => edge.node.name)).toEqual([
      "Ada O'Brien",
      "Ada O'Brien",
      "Ada O'Brien",
      "Jörg Example",
      "Jörg Example",
      "Bob",
    ]);
    expect(await isTold()).toBe(true);
    const stored = () => t.db.run("select *, xmin from authors order by id");
    const once = await stored();
    await run(new RekeyNames1791831000000());
    expect(await stored()).toEqual(once);
  });

  test("of titles are read as they show", async () => {
    const records = ['On Schr\\"{o}dinger', "A ½-approximation", "Cats &amp; dogs"].map((title) =>
      sourceRecord({ title }),
    );
    await importRecords(t.db, records);
    const keys = () => t.db.run<{ key: string }>("select title_key as key from papers order by id");
    const after = await keys();
    expect(after.map(({ key }) => key)).toEqual(["onschrödinger", "a1/2approximation", "catsdogs"]);
    await t.db.run("update papers set title_key = 'before ' || id");
    await run(new RekeyTitlesAsShown1791880000000());
    expect(await keys()).toEqual(after);
  });

  test("of titles are read without TeX's commands, and later imports find the paper", async () => {
    const [record, other] = [
      sourceRecord({ title: "In $\\mathcal{O}(n)$ for $n \\leq m$" }),
      sourceRecord({ title: "C++" }),
    ];
    await importRecords(t.db, [record, other]);
    await t.db.run("update papers set title_key = 'inmathcalo(n)fornleqm' where title_key <> 'c++'");
    const written = () =>
      t.db.run<{ key: string; xmin: string }>("select title_key as key, xmin::text from papers order by id");
    const before = await written();
    await run(new RekeyTitlesOfTex1791891000000());
    const now = await written();
    expect(now.map(({ key }) => key)).toEqual(["inonfornm", "c++"]);
    expect(now.map(({ xmin }, i) => xmin !== before[i]!.xmin)).toEqual([true, false]);
    expect(await importRecords(t.db, [{ ...record, title: "In O(n) for n ≤ m" }])).toMatchObject({ created: 0 });
  });

  test("of names with hyphenated initials and raised marks become one author's", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Whole", authors: ["Name a", "Name b", "Name c"] })]);
    const printed = {
      a: ["J.-P. Serre", "j -p serre"],
      b: ["J-P. Serre", "j-p serre"],
      c: ["O&#39;Brien$^\\dagger$", "x"],
    };
    for (const [letter, [name, key]] of Object.entries(printed)) {
      await t.db.run("update authors set name = $2, key = $3 where name = 'Name ' || $1", [letter, name, key]);
    }
    await run(new RekeyNamesAsShown1791881000000());
    expect(await t.db.run("select name, key from authors order by id")).toEqual([
      { name: "J-P. Serre", key: "j-p serre" },
      { name: "O'Brien", key: "o'brien" },
    ]);
  });

  test("of names that differ in capitals of ß alone, or in TeX that was not read, become one author's", async () => {
    const printed = { a: "Ada Weiß", b: "ADA WEISS", c: "\\textcommabelow{S}tefan", d: "Ștefan", e: "Weissß" };
    const names = Object.keys(printed).map((letter) => `Name ${letter}`);
    await importRecords(t.db, [sourceRecord({ title: "Whole", authors: names, authorCount: names.length })]);
    for (const [letter, name] of Object.entries(printed)) {
      await t.db.run("update authors set name = $2, key = $3 where name = 'Name ' || $1", [
        letter,
        name,
        name.toLowerCase(),
      ]);
    }
    await run(new RekeyNamesWithoutCase1791901000000());
    expect(await t.db.run("select name, key from authors order by id")).toEqual([
      { name: "ADA WEISS", key: "ada weiss" },
      { name: "Ștefan", key: "ștefan" },
      { name: "Weissß", key: "weissss" },
    ]);
    const { edges } = (await t.api.data(PAPERS)).papers.nodes[0].authors;
    expect(edges.map((edge: { node: { name: string } }) => edge.node.name)).toEqual([
      "ADA WEISS",
      "ADA WEISS",
      "Ștefan",
      "Ștefan",
      "Weissß",
    ]);
  });

  test("of titles in which more of TeX is read become those of today, and no paper is made twice", async () => {
    const records = ["On \\textcommabelow{S}tef", "Th\\h{a}o"].map((title) => sourceRecord({ title }));
    await importRecords(t.db, records);
    await t.db.run("update papers set title_key = 'before ' || id");
    await run(new RekeyTitlesWithMoreTex1791900000000());
    const keys = await t.db.run<{ key: string }>("select title_key as key from papers order by id");
    expect(keys.map(({ key }) => key)).toEqual(["onștef", "thảo"]);
    expect(await importRecords(t.db, records)).toMatchObject({ created: 0, unchanged: 2 });
  });
});
