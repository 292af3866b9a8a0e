import { setTimeout as sleep } from "node:timers/promises";
import { importRecords, sourceRecord } from "../support/factories";
import { pageFields, walkForward } from "../support/paging";
import { useApi } from "../support/use-api";

const AUTHORS = `query ($name: String!, $first: Int, $after: String) {
  authors(name: $name, first: $first, after: $after) { ${pageFields} edges { cursor node { name } } }
}`;

describe("authors", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const named = (names: string[], over = {}) => sourceRecord({ authors: names, authorCount: names.length, ...over });
  const found = async (name: string) => {
    const { authors } = await t.api.data(AUTHORS, { name });
    expect(authors.totalCount).toBe(authors.edges.length);
    return authors.edges.map((edge: { node: { name: string } }) => edge.node.name);
  };

  test("are found by a part of the name, best first, whatever the case, accents or a typo", async () => {
    await importRecords(t.db, [named(["Florian Tramèr", "Ashish Vaswani", "Ash Vaswani Kumar", "Oh", "Yann LeCun"])]);
    expect(await found("tramer")).toEqual(["Florian Tramèr"]);
    expect(await found("Ashish Vaswani")).toEqual(["Ashish Vaswani", "Ash Vaswani Kumar"]);
    expect(await found("vaswanni")).toEqual(["Ashish Vaswani", "Ash Vaswani Kumar"]);
    expect(await found("oh")).toEqual(["Oh"]);
    expect(await found("nobody at all")).toEqual([]);
    expect(await found("100%")).toEqual([]);
  });

  test.each([
    ["apostrophes", ["Ada O'Brien", "Ada O’Brien", "Ada OʼBrien", "Ada O`Brien"]],
    ["hyphens", ["Jean-Paul Oh", "Jean\u2010Paul Oh", "Jean\u2011Paul Oh", "Jean\u2013Paul Oh", "Jean\u00adPaul Oh"]],
    ["invisible signs", ["Ada Example", "Ada Example\u200e", "Ada\u200b Example", "\u202aAda Example\u202c"]],
    ["TeX and marks", ["Jörg Example", 'J{\\"o}rg Example', "Jörg Example*", "Jörg Example†"]],
    ["fonts", ["Ada Example", "\\textbf{Ada} Example", "{\\bf Ada} Example", "Ada \\emph{Example}"]],
    ["generations", ["Ada Example Jr.", "Ada Example Jr", "Ada Example, Jr."]],
  ])("are one whatever the %s", async (_, names) => {
    await importRecords(
      t.db,
      names.map((name) => named([name])),
    );
    expect(await t.db.run("select name from authors")).toEqual([{ name: names[0] }]);
  });

  test("are found by names in any script, by whole words where there are no trigrams of it", async () => {
    await importRecords(t.db, [named(["张伟", "王 伟", "Łukasz Kaiser", "J.Smith", "Jürgen Schmidhuber"])]);
    expect(await found("张伟")).toEqual(["张伟"]);
    expect(await found("伟 王")).toEqual(["王 伟"]);
    expect(await found("lukas")).toEqual(["Łukasz Kaiser"]);
    expect(await found("smith")).toEqual(["J.Smith"]);
    expect(await found("Jurgen Schmithuber")).toEqual(["Jürgen Schmidhuber"]);
  });

  test("are found by a name as it was pasted: with invisible characters, TeX, HTML or full-width letters", async () => {
    await importRecords(t.db, [named(["Jörg Example", "Ada Sample", "Wei Zhang"])]);
    for (const pasted of ['J{\\"o}rg', 'J\\"org Example', "J&ouml;rg", "Ｊｏｒｇ", "\\textbf{Jörg} Example"])
      expect(await found(pasted)).toEqual(["Jörg Example"]);
    for (const pasted of ["a\u200bda", "Ada Sam\u00adple", "\u202aada\u202c"])
      expect(await found(pasted)).toEqual(["Ada Sample"]);
    const { errors } = await t.api.ask(AUTHORS, { name: "\u200b" });
    expect(errors).toMatchObject([{ message: "name must have 1 to 200 characters." }]);
  });

  test("with common words are compared up to a bound, those that have all words first", async () => {
    const many = (given: string) => Array.from({ length: 250 }, (_, i) => `${given} Zhang ${"abcdefghij"[i % 10]}${i}`);
    await importRecords(t.db, [named([...many("Bo"), ...many("Wei")])]);
    const { authors } = await t.api.data(AUTHORS, { name: "wei zhang", first: 100 });
    expect(authors.totalCount).toBe(200);
    for (const { node } of authors.edges) expect(node.name).toMatch(/^Wei Zhang/);
  });

  test("with the very words are found before those with words spelt alike, however many these are", async () => {
    const many = Array.from({ length: 250 }, (_, i) => `${"abcdefghij"[i % 10]}${i} Wang`);
    await importRecords(t.db, [named(many)]);
    await importRecords(t.db, [named(["Bo Wanga", "Wanga"])]);
    const { authors } = await t.api.data(AUTHORS, { name: "wanga", first: 100 });
    expect(authors.totalCount).toBe(200);
    const [first, second] = authors.edges;
    expect([first.node.name, second.node.name]).toEqual(["Wanga", "Bo Wanga"]);
  });

  test("with the very name come first, however many names have it as a word", async () => {
    await importRecords(t.db, [named(Array.from({ length: 250 }, (_, i) => `${"abcdefghij"[i % 10]}${i} Liu`))]);
    await importRecords(t.db, [named(["Liu"])]);
    const { authors } = await t.api.data(AUTHORS, { name: "liu", first: 1 });
    expect(authors.edges[0].node.name).toBe("Liu");
  });

  test("with one of the words are compared only where few have all", async () => {
    const same = (count: number) => Array.from({ length: count }, (_, i) => `Yann LeCun ${"abcdefghij"[i]}${i}`);
    await importRecords(t.db, [named(["Yannick LeCun", ...same(9)])]);
    expect(await found("yann lecun")).toContain("Yannick LeCun");
    await importRecords(t.db, [named(same(10))]);
    expect((await found("yann lecun")).sort()).toEqual(same(10));
  });

  test("whose papers are all gone, or print others now, are in no list and no count", async () => {
    const over = { arxivId: "2601.00001" };
    await importRecords(t.db, [
      named(["Ada Example", "Bo Example"], over),
      named(["Cy Example"]),
      named(["Di Example"]),
    ]);
    const observedAt = new Date("2026-01-12T00:00:00Z");
    await importRecords(t.db, [named(["Bo Example"], { ...over, observedAt })]);
    await t.db.run("delete from papers where id in (select paper_id from authorships where name = 'Cy Example')");
    expect((await found("example")).sort()).toEqual(["Bo Example", "Di Example"]);
    expect(await found("Ada Example")).not.toContain("Ada Example");
    expect(await t.db.run("select name from authors where paper_count = 0 order by name")).toEqual([
      { name: "Ada Example" },
      { name: "Cy Example" },
    ]);
  });

  test("pages of found authors put together are the whole list, with ties", async () => {
    await importRecords(t.db, [
      named(Array.from({ length: 30 }, (_, i) => `Wei Zhang ${String.fromCharCode(65 + i)}`)),
    ]);
    const walk = { query: AUTHORS, at: (data: { authors: unknown }) => data.authors, variables: { name: "wei zhang" } };
    const forward = await walkForward(t.api, walk, 7);
    expect(new Set(forward).size).toBe(30);
    expect(await walkForward(t.api, walk, 100)).toEqual(forward);
  });

  test.each(["", "   ", "x".repeat(201)])("the name %j is BAD_USER_INPUT", async (name) => {
    const { errors } = await t.api.ask(AUTHORS, { name });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "name" } }]);
  });

  test("have their papers, newest first, each once also when it prints the name twice", async () => {
    await importRecords(t.db, [
      named(["Ada", "Ada"], { title: "Older", publishedOn: "2026-01-01" }),
      named(["Bob", "ADA"], { title: "Newer", publishedOn: "2026-01-03" }),
      named(["Ada"], { title: "Undated", publishedOn: undefined }),
    ]);
    const { authors } = await t.api.data(
      '{ authors(name: "ada") { nodes { id name papers { totalCount nodes { title } } } } }',
    );
    expect(authors.nodes).toMatchObject([
      { name: "Ada", papers: { totalCount: 3, nodes: [{ title: "Newer" }, { title: "Older" }, { title: "Undated" }] } },
    ]);
    const query = `query ($id: ID!, $first: Int, $after: String) { author(id: $id) { papers(first: $first, after: $after) { ${pageFields} } } }`;
    const walk = {
      query,
      at: (data: { author: { papers: unknown } }) => data.author.papers,
      variables: { id: authors.nodes[0].id },
    };
    expect(await walkForward(t.api, walk, 1)).toEqual(await walkForward(t.api, walk, 10));
  });

  test("author(id:) is null where unknown, BAD_USER_INPUT for another thing's id", async () => {
    const query = "query ($id: ID!) { author(id: $id) { name } }";
    expect(await t.api.data(query, { id: Buffer.from("Author:77").toString("base64url") })).toEqual({ author: null });
    const { errors } = await t.api.ask(query, { id: Buffer.from("Paper:77").toString("base64url") });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "id" } }]);
  });

  test("asked for with a bad cursor leave no failure that nobody hears of, whatever else is asked of the papers", async () => {
    // What one paper says of its organization has to be read, and another has none.
    await importRecords(t.db, [
      sourceRecord({ title: "without", publishedOn: "2025-01-01" }),
      sourceRecord({ title: "with", publishedOn: "2025-01-02", organization: { key: "lab", name: "Lab" } }),
    ]);
    const unheard: unknown[] = [];
    const note = (reason: unknown) => unheard.push(reason);
    process.on("unhandledRejection", note);
    const query = '{ papers { nodes { organization { name } authors(after: "bad") { nodes { name } } } } }';
    expect((await t.api.ask(query)).errors).toMatchObject([
      { extensions: { code: "BAD_USER_INPUT", argument: "after" } },
    ]);
    await sleep(20);
    process.off("unhandledRejection", note);
    expect(unheard).toEqual([]);
  });

  test("of a paper come in printed order, page by page, and totalCount counts the names held", async () => {
    const names = Array.from({ length: 25 }, (_, i) => `Author ${String.fromCharCode(97 + (24 - i))}`);
    await importRecords(t.db, [sourceRecord({ arxivId: "2601.00001", authors: names, authorCount: 27 })]);
    const query = `query ($first: Int, $after: String) {
      paper(arxivId: "2601.00001") { authorCount authorsComplete authors(first: $first, after: $after) { ${pageFields} edges { position name } } }
    }`;
    const { paper } = await t.api.data(query, { first: 100 });
    expect(paper).toMatchObject({ authorCount: 27, authorsComplete: false, authors: { totalCount: 25 } });
    expect(paper.authors.edges).toEqual(names.map((name, i) => ({ position: i + 1, name })));
    const walk = { query, at: (data: { paper: { authors: unknown } }) => data.paper.authors };
    expect(await walkForward(t.api, walk, 7)).toEqual(paper.authors.nodes.map((node: { id: string }) => node.id));
    const { errors } = await t.api.ask(query, { first: 101 });
    expect(errors).toMatchObject([{ path: ["paper", "authors"], extensions: { code: "BAD_USER_INPUT" } }]);
  });

  test("a paper known only from a listing has a count and no names", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Listed", authorCount: 14 })]);
    const { papers } = await t.api.data(
      "{ papers { nodes { authorCount authorsComplete authors { totalCount nodes { name } } } } }",
    );
    expect(papers.nodes).toEqual([{ authorCount: 14, authorsComplete: false, authors: { totalCount: 0, nodes: [] } }]);
  });
});
