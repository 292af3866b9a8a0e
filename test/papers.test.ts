import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { featured, importLooks, look } from "./support/factories";
import { pageFields, walkBackward, walkForward } from "./support/paging";

const LIST = `query ($filter: PaperFilter, $orderBy: PaperOrder, $first: Int, $after: String, $last: Int, $before: String) {
  papers(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    ${pageFields} edges { cursor node { title } }
  }
}`;
const TITLES = "query ($filter: PaperFilter) { papers(filter: $filter, first: 100) { totalCount nodes { title } } }";

describe("papers", () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db);
  });
  afterEach(() => db.reset());
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const titles = async (filter: object) => {
    const { papers } = await api.data(TITLES, { filter });
    expect(papers.totalCount).toBe(papers.nodes.length);
    return papers.nodes.map((node: { title: string }) => node.title).sort();
  };

  describe("paging", () => {
    // Few distinct values, so that every order is full of ties and unknown days.
    const arrange = () =>
      importLooks(
        db,
        Array.from({ length: 60 }, (_, i) =>
          look({
            publishedOn: i % 4 === 0 ? undefined : `2026-01-0${1 + (i % 3)}`,
            upvotes: i % 5,
            comments: i % 2,
            featured: i % 3 === 0 ? undefined : featured(`2026-01-1${i % 2}`),
          }),
        ),
      );

    test.each(
      ["PUBLISHED_ON", "FEATURED_ON", "UPVOTES", "COMMENTS", "UPDATED_AT"].flatMap((field) => [
        [field, "ASC"],
        [field, "DESC"],
      ]),
    )(
      "%s %s: pages put together, both ways, are the whole list, and ASC is DESC turned round",
      async (field, direction) => {
        await arrange();
        const walk = {
          query: LIST,
          at: (data: { papers: unknown }) => data.papers,
          variables: { orderBy: { field, direction } },
        };
        const forward = await walkForward(api, walk, 7);
        expect(new Set(forward).size).toBe(60);
        expect(await walkForward(api, walk, 100)).toEqual(forward);
        expect(await walkBackward(api, walk, 7)).toEqual(forward);
        const opposite = { field, direction: direction === "ASC" ? "DESC" : "ASC" };
        expect(await walkForward(api, { ...walk, variables: { orderBy: opposite } }, 13)).toEqual(
          [...forward].reverse(),
        );
      },
    );

    test("papers without a publication day come last when the newest come first", async () => {
      await importLooks(db, [look({ title: "Dated" }), look({ title: "Undated", publishedOn: undefined })]);
      const { papers } = await api.data("{ papers { nodes { title publishedOn } } }");
      expect(papers.nodes).toEqual([
        { title: "Dated", publishedOn: "2026-01-05" },
        { title: "Undated", publishedOn: null },
      ]);
    });

    test("totalCount counts the filtered list, not the page", async () => {
      await arrange();
      const { papers } = await api.data(LIST, { filter: { minUpvotes: 4 }, first: 2 });
      expect(papers).toMatchObject({ totalCount: 12, nodes: { length: 2 } });
    });

    test("an empty list has a page that says so", async () => {
      const { papers } = await api.data(LIST);
      expect(papers).toEqual({
        nodes: [],
        edges: [],
        totalCount: 0,
        pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      });
    });

    test.each([
      [{ first: 0 }, "first", "first must be between 1 and 100, not 0."],
      [{ first: 101 }, "first", "first must be between 1 and 100, not 101."],
      [{ first: -1 }, "first", "first must be between 1 and 100, not -1."],
      [{ last: 1000 }, "last", "last must be between 1 and 100, not 1000."],
      [{ first: 5, last: 5 }, "last", "Use first with after, or last with before, not both."],
      [{ first: 5, before: "x" }, "before", "Use first with after, or last with before, not both."],
      [{ after: "not a cursor" }, "after", "after is not a cursor of this list"],
      [{ before: "W10" }, "before", "before is not a cursor of this list"],
      [{ after: "" }, "after", "after is not a cursor of this list"],
    ])("%j is BAD_USER_INPUT that says what would be right", async (variables, argument, message) => {
      const { errors } = await api.ask(LIST, variables);
      expect(errors).toMatchObject([
        { message: expect.stringContaining(message), extensions: { code: "BAD_USER_INPUT", argument } },
      ]);
    });

    test("a cursor is good only with the order and the filter that made it, and undamaged", async () => {
      await arrange();
      const { papers } = await api.data(LIST, { first: 3 });
      const cursor: string = papers.pageInfo.endCursor;
      const isRefused = async (variables: object) => {
        const { errors } = await api.ask(LIST, variables);
        expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "after" } }]);
      };
      await isRefused({ after: cursor, orderBy: { field: "UPVOTES" } });
      await isRefused({ after: cursor, orderBy: { direction: "ASC" } });
      await isRefused({ after: cursor, filter: { minUpvotes: 0 } });
      await isRefused({ after: cursor.slice(0, -1) });
      await isRefused({ after: `${cursor}A` });
      await isRefused({ after: [...cursor].reverse().join("") });
      for (let i = 0; i < cursor.length; i++) {
        const other = cursor[i] === "A" ? "B" : "A";
        await isRefused({ after: cursor.slice(0, i) + other + cursor.slice(i + 1) });
      }
      await api.data(LIST, { after: cursor });
    });
  });

  describe("filters", () => {
    test("keywords match words and phrases in title, abstract or keywords, not author names", async () => {
      await importLooks(db, [
        look({ title: "Diffusion models" }),
        look({ title: "In the abstract", abstract: "We diffuse a model." }),
        look({ title: "In the keywords", keywords: ["Diffusion"] }),
        look({ title: "By an author", authors: ["Rosa Diffusion"], authorCount: 1 }),
        look({ title: "Models of diffusion" }),
      ]);
      expect(await titles({ keywords: ["diffusion"] })).toEqual([
        "Diffusion models",
        "In the abstract",
        "In the keywords",
        "Models of diffusion",
      ]);
      expect(await titles({ keywords: ["diffusion models"] })).toEqual(["Diffusion models"]);
      expect(await titles({ keywords: ["diffusion models", "keyword"] })).toEqual([
        "Diffusion models",
        "In the keywords",
      ]);
      expect(await titles({ keywords: ["diffusion"], excludeKeywords: ["models"] })).toEqual(["In the keywords"]);
      expect(await titles({ keywords: ["the"] })).toEqual([]);
    });

    test("authors, organizations, upvotes, code and featuring narrow the list", async () => {
      await importLooks(db, [
        look({
          title: "A",
          authors: ["Ada", "Bob"],
          authorCount: 2,
          upvotes: 3,
          codeUrl: "https://x.test/a",
          featured: featured("2026-01-06"),
        }),
        look({ title: "B", authors: ["Bob"], authorCount: 1, upvotes: 2, organization: { key: "lab", name: "Lab" } }),
        look({ title: "C", publishedOn: undefined }),
      ]);
      const { papers } = await api.data(
        "{ papers { nodes { title organization { id } authors { nodes { id name } } } } }",
      );
      const bob = papers.nodes
        .flatMap((p: { authors: { nodes: { name: string; id: string }[] } }) => p.authors.nodes)
        .find((a: { name: string }) => a.name === "Bob");
      const lab = papers.nodes.find((p: { title: string }) => p.title === "B").organization;
      expect(await titles({ authorIds: [bob.id] })).toEqual(["A", "B"]);
      expect(await titles({ organizationIds: [lab.id] })).toEqual(["B"]);
      expect(await titles({ authorIds: [bob.id], organizationIds: [lab.id] })).toEqual(["B"]);
      expect(await titles({ minUpvotes: 3 })).toEqual(["A"]);
      expect(await titles({ hasCode: true })).toEqual(["A"]);
      expect(await titles({ hasCode: false })).toEqual(["B", "C"]);
      expect(await titles({ featured: true })).toEqual(["A"]);
      expect(await titles({ featured: false })).toEqual(["B", "C"]);
      expect(await titles({ publishedFrom: "2026-01-05", publishedTo: "2026-01-05" })).toEqual(["A", "B"]);
      expect(await titles({ publishedFrom: "2026-01-06" })).toEqual([]);
    });

    test("featuredFrom and featuredTo ask for any feed day, not only the latest", async () => {
      const base = { arxivId: "2601.00001", title: "Twice" };
      await importLooks(db, [
        look({ ...base, featured: featured("2026-01-06") }),
        look({ ...base, featured: featured("2026-01-16") }),
      ]);
      expect(await titles({ featuredTo: "2026-01-10" })).toEqual(["Twice"]);
      expect(await titles({ featuredFrom: "2026-01-10" })).toEqual(["Twice"]);
      expect(await titles({ featuredFrom: "2026-01-07", featuredTo: "2026-01-15" })).toEqual([]);
    });

    test.each([
      [{ featuredFrom: "2026-01-02", featuredTo: "2026-01-01" }, "filter.featuredFrom"],
      [{ publishedFrom: "2026-01-02", publishedTo: "2026-01-01" }, "filter.publishedFrom"],
      [{ minUpvotes: -1 }, "filter.minUpvotes"],
      [{ keywords: [""] }, "filter.keywords"],
      [{ keywords: Array(21).fill("a") }, "filter.keywords"],
      [{ excludeKeywords: ["x".repeat(101)] }, "filter.excludeKeywords"],
      [{ authorIds: ["nonsense"] }, "filter.authorIds.0"],
      [{ organizationIds: [Buffer.from("Author:1").toString("base64url")] }, "filter.organizationIds.0"],
    ])("%j is BAD_USER_INPUT naming the field", async (filter, argument) => {
      const { errors } = await api.ask(TITLES, { filter });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument } }]);
    });

    test.each(["2026-02-30", "infinity", "now", "10000-01-01", "2026-1-1", ""])(
      "the day %j is refused",
      async (day) => {
        const { errors } = await api.ask(TITLES, { filter: { publishedFrom: day } });
        expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
      },
    );

    test("NUL in a text is BAD_USER_INPUT, not a failure", async () => {
      const { errors } = await api.ask(TITLES, { filter: { keywords: ["a\u0000b"] } });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
      expect(api.logged).toEqual([]);
    });
  });

  describe("look-up", () => {
    const PAPER = "query ($id: ID, $arxivId: String) { paper(id: $id, arxivId: $arxivId) { id title source arxivId } }";

    test("one paper by its id, by any form of its arXiv id, or null", async () => {
      await importLooks(db, [look({ title: "Found", arxivId: "2409.04828" })]);
      const { paper } = await api.data(PAPER, { arxivId: "https://arxiv.org/pdf/2409.04828v2" });
      expect(paper).toMatchObject({ title: "Found", source: "ARXIV", arxivId: "2409.04828" });
      expect(await api.data(PAPER, { id: paper.id })).toEqual({ paper });
      expect(await api.data(PAPER, { arxivId: "2409.00000" })).toEqual({ paper: null });
      expect(await api.data(PAPER, { id: Buffer.from("Paper:2147483647").toString("base64url") })).toEqual({
        paper: null,
      });
    });

    test.each([
      [{}, "id", "exactly one"],
      [{ id: "x", arxivId: "2409.04828" }, "id", "exactly one"],
      [{ id: "x" }, "id", "not the id of a Paper"],
      [{ id: Buffer.from("Author:1").toString("base64url") }, "id", "not the id of a Paper"],
      [{ id: Buffer.from("Paper:99999999999").toString("base64url") }, "id", "not the id of a Paper"],
      [{ arxivId: "hello" }, "arxivId", "no arXiv id"],
    ])("paper(%j) is BAD_USER_INPUT", async (variables, argument, message) => {
      const { errors } = await api.ask(PAPER, variables);
      expect(errors).toMatchObject([
        { message: expect.stringContaining(message), extensions: { code: "BAD_USER_INPUT", argument } },
      ]);
    });

    test("many papers by arXiv id come in the asked order, null where unknown, repeated where repeated", async () => {
      await importLooks(db, [look({ arxivId: "2601.00001" }), look({ arxivId: "2601.00002" })]);
      const query = "query ($ids: [String!]!) { papersByArxivId(arxivIds: $ids) { arxivId } }";
      const { papersByArxivId } = await api.data(query, {
        ids: ["2601.00002v3", "9999.99999", "what", "2601.00001", "2601.00002"],
      });
      expect(papersByArxivId).toEqual([
        { arxivId: "2601.00002" },
        null,
        null,
        { arxivId: "2601.00001" },
        { arxivId: "2601.00002" },
      ]);
      const { errors } = await api.ask(query, { ids: Array(101).fill("2601.00001") });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "arxivIds" } }]);
    });

    test("node and nodes find everything by its global id, null where unknown", async () => {
      await importLooks(db, [
        look({
          title: "P",
          authors: ["Ada"],
          authorCount: 1,
          organization: { key: "lab", name: "Lab" },
          featured: featured("2026-01-06"),
        }),
      ]);
      await db.run("insert into users (username) values ('ada')");
      await db.run("insert into upvotes (user_id, paper_id) select u.id, p.id from users u, papers p");
      const { papers, feed } = await api.data(
        '{ papers { nodes { id authors { nodes { id } } organization { id } upvoters { nodes { id } } } } feed(period: WEEK, on: "2026-01-06") { id } }',
      );
      const [paper] = papers.nodes;
      const ids = [paper.id, paper.authors.nodes[0].id, paper.organization.id, paper.upvoters.nodes[0].id, feed.id];
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
        ... on Paper { title } ... on Author { name } ... on Organization { label: name } ... on User { username } ... on Feed { key } } }`;
      const unknown = [
        "garbage",
        Buffer.from("Paper:123456").toString("base64url"),
        Buffer.from("Feed:2026-W99").toString("base64url"),
        Buffer.from("Feed:9999-W53").toString("base64url"),
      ];
      const { nodes } = await api.data(query, { ids: [...unknown, ...ids] });
      expect(nodes).toEqual([
        ...unknown.map(() => null),
        { __typename: "Paper", id: ids[0], title: "P" },
        { __typename: "Author", id: ids[1], name: "Ada" },
        { __typename: "Organization", id: ids[2], label: "Lab" },
        { __typename: "User", id: ids[3], username: "ada" },
        { __typename: "Feed", id: ids[4], key: "2026-W02" },
      ]);
      expect(await api.data("query ($id: ID!) { node(id: $id) { id } }", { id: ids[1] })).toEqual({
        node: { id: ids[1] },
      });
    });
  });
});
