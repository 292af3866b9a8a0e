import { featured, importRecords, sourceRecord } from "../support/factories";
import { pageFields, walkBackward, walkForward } from "../support/paging";
import { useApi } from "../support/use-api";

const LIST = `query ($filter: PaperFilter, $orderBy: PaperOrder, $first: Int, $after: String, $last: Int, $before: String) {
  papers(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    ${pageFields} edges { cursor node { title } }
  }
}`;

describe("papers", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  describe("paging", () => {
    // Few distinct values, so that every order is full of ties and unknown days.
    const arrange = () =>
      importRecords(
        t.db,
        Array.from({ length: 60 }, (_, i) =>
          sourceRecord({
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
        const forward = await walkForward(t.api, walk, 7);
        expect(new Set(forward).size).toBe(60);
        expect(await walkForward(t.api, walk, 100)).toEqual(forward);
        expect(await walkBackward(t.api, walk, 7)).toEqual(forward);
        const opposite = { field, direction: direction === "ASC" ? "DESC" : "ASC" };
        expect(await walkForward(t.api, { ...walk, variables: { orderBy: opposite } }, 13)).toEqual(
          [...forward].reverse(),
        );
      },
    );

    test("papers without a publication day come last when the newest come first", async () => {
      await importRecords(t.db, [
        sourceRecord({ title: "Dated" }),
        sourceRecord({ title: "Undated", publishedOn: undefined }),
      ]);
      const { papers } = await t.api.data("{ papers { nodes { title publishedOn } } }");
      expect(papers.nodes).toEqual([
        { title: "Dated", publishedOn: "2026-01-05" },
        { title: "Undated", publishedOn: null },
      ]);
    });

    test("totalCount counts the filtered list, not the page", async () => {
      await arrange();
      const { papers } = await t.api.data(LIST, { filter: { minUpvotes: 4 }, first: 2 });
      expect(papers).toMatchObject({ totalCount: 12, nodes: { length: 2 } });
    });

    test("an empty list has a page that says so", async () => {
      const { papers } = await t.api.data(LIST);
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
      const { errors } = await t.api.ask(LIST, variables);
      expect(errors).toMatchObject([
        { message: expect.stringContaining(message), extensions: { code: "BAD_USER_INPUT", argument } },
      ]);
    });

    test("a cursor is good only with the order and the filter that made it, and undamaged", async () => {
      await arrange();
      const { papers } = await t.api.data(LIST, { first: 3 });
      const cursor: string = papers.pageInfo.endCursor;
      const isRefused = async (variables: object) => {
        const { errors } = await t.api.ask(LIST, variables);
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
      await t.api.data(LIST, { after: cursor });
    });
  });

  describe("look-up", () => {
    const PAPER = "query ($id: ID, $arxivId: String) { paper(id: $id, arxivId: $arxivId) { id title source arxivId } }";

    test("one paper by its id, by any form of its arXiv id, or null", async () => {
      await importRecords(t.db, [sourceRecord({ title: "Found", arxivId: "2409.04828" })]);
      const { paper } = await t.api.data(PAPER, { arxivId: "https://arxiv.org/pdf/2409.04828v2" });
      expect(paper).toMatchObject({ title: "Found", source: "ARXIV", arxivId: "2409.04828" });
      expect(await t.api.data(PAPER, { id: paper.id })).toEqual({ paper });
      expect(await t.api.data(PAPER, { arxivId: "2409.00000" })).toEqual({ paper: null });
      expect(await t.api.data(PAPER, { id: Buffer.from("Paper:2147483647").toString("base64url") })).toEqual({
        paper: null,
      });
    });

    test.each([
      [{}, "by", "exactly one"],
      [{ id: "x", arxivId: "2409.04828" }, "by", "exactly one"],
      [{ id: "x" }, "id", "not the id of a Paper"],
      [{ id: Buffer.from("Author:1").toString("base64url") }, "id", "not the id of a Paper"],
      [{ id: Buffer.from("Paper:99999999999").toString("base64url") }, "id", "not the id of a Paper"],
      [{ arxivId: "hello" }, "arxivId", "not an arXiv id"],
      [
        { arxivId: "https://www.alphaxiv.org/abs/2409.04828" },
        "arxivId",
        "arxiv.org or huggingface.co, or its arXiv DOI",
      ],
    ])("paper(%j) is BAD_USER_INPUT", async (variables, argument, message) => {
      const { errors } = await t.api.ask(PAPER, variables);
      expect(errors).toMatchObject([
        { message: expect.stringContaining(message), extensions: { code: "BAD_USER_INPUT", argument } },
      ]);
    });

    test("many papers by arXiv id come in the asked order, null where unknown, repeated where repeated", async () => {
      await importRecords(t.db, [sourceRecord({ arxivId: "2601.00001" }), sourceRecord({ arxivId: "2601.00002" })]);
      const query = "query ($ids: [String!]!) { papersByArxivId(arxivIds: $ids) { arxivId } }";
      const { papersByArxivId } = await t.api.data(query, {
        ids: ["2601.00002v3", "9999.99999", "what", "2601.00001", "2601.00002"],
      });
      expect(papersByArxivId).toEqual([
        { arxivId: "2601.00002" },
        null,
        null,
        { arxivId: "2601.00001" },
        { arxivId: "2601.00002" },
      ]);
      const { errors } = await t.api.ask(query, { ids: Array(101).fill("2601.00001") });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "arxivIds" } }]);
    });

    test("node and nodes find everything by its global id, null where unknown", async () => {
      await importRecords(t.db, [
        sourceRecord({
          title: "P",
          authors: ["Ada"],
          authorCount: 1,
          organization: { key: "lab", name: "Lab" },
          featured: featured("2026-01-06"),
        }),
      ]);
      await t.db.run("insert into users (username) values ('ada')");
      await t.db.run("insert into upvotes (user_id, paper_id) select u.id, p.id from users u, papers p");
      const { papers, feed } = await t.api.data(
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
      const { nodes } = await t.api.data(query, { ids: [...unknown, ...ids] });
      expect(nodes).toEqual([
        ...unknown.map(() => null),
        { __typename: "Paper", id: ids[0], title: "P" },
        { __typename: "Author", id: ids[1], name: "Ada" },
        { __typename: "Organization", id: ids[2], label: "Lab" },
        { __typename: "User", id: ids[3], username: "ada" },
        { __typename: "Feed", id: ids[4], key: "2026-W02" },
      ]);
      expect(await t.api.data("query ($id: ID!) { node(id: $id) { id } }", { id: ids[1] })).toEqual({
        node: { id: ids[1] },
      });
    });
  });
});
