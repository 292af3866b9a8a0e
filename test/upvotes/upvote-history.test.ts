import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";
import { REMOVE, UPVOTE } from "./use-voting";

const HISTORY = `query ($from: Date, $to: Date) { papers(orderBy: { field: UPVOTES, direction: DESC }) { nodes {
  id title upvoteCount upvoteHistory(from: $from, to: $to) { date upvoteCount } } } }`;

interface Listed {
  id: string;
  title: string;
  upvoteCount: number;
  upvoteHistory: { date: string; upvoteCount: number }[];
}

describe("upvoteHistory", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const papers = async (variables: object = {}): Promise<Listed[]> =>
    (await t.api.data(HISTORY, variables)).papers.nodes;
  const history = async (variables: object = {}) =>
    (await papers(variables))[0]!.upvoteHistory.map(({ date, upvoteCount }) => [date, upvoteCount]);
  const look = (upvotes: number, observedAt: string) =>
    importRecords(t.db, [
      sourceRecord({
        arxivId: "2601.00001",
        title: "Counted",
        upvotes,
        observedAt: new Date(observedAt),
        featured: featured("2026-01-06"),
      }),
    ]);
  const refusal = async (variables: object) => (await t.api.ask(HISTORY, variables)).errors![0]!;

  test("is the count at the end of each UTC day with new votes, which are dated as in trending", async () => {
    await look(5, "2026-01-08T03:00:00Z");
    await look(7, "2026-01-08T23:59:59.999Z");
    await look(9, "2026-01-09T00:00:00Z");
    await look(9, "2026-01-10T00:00:00Z");
    expect(await history()).toEqual([
      ["2026-01-06", 5],
      ["2026-01-08", 7],
      ["2026-01-09", 9],
    ]);
  });

  test("ends with upvoteCount, our users' votes included, and without those taken back since", async () => {
    await look(5, "2026-01-08T03:00:00Z");
    const today = new Date().toISOString().slice(0, 10);
    const [{ id }] = (await papers()) as [Listed];
    const [ada, bob] = [await signIn(t.db, "ada"), await signIn(t.db, "bob")];
    for (const token of [ada, bob]) await t.api.data(UPVOTE, { id }, token);
    await t.db.run(
      "update upvotes set created_at = '2026-01-07T12:00:00Z' where user_id = (select min(id) from users)",
    );
    expect(await history({ to: "2026-01-31" })).toEqual([
      ["2026-01-06", 5],
      ["2026-01-07", 6],
    ]);
    const [paper] = await papers();
    expect(paper!.upvoteHistory.at(-1)!.upvoteCount).toBe(paper!.upvoteCount);
    expect(paper!.upvoteHistory.at(-1)!.date >= today).toBe(true);
    await t.api.data(REMOVE, { id }, ada);
    await t.api.data(REMOVE, { id }, bob);
    await look(3, "2026-01-09T03:00:00Z");
    expect(await history()).toEqual([["2026-01-06", 3]]);
  });

  test("counts votes before its range, lists only days in it, and is empty for a paper without votes", async () => {
    await look(5, "2026-01-08T03:00:00Z");
    await look(7, "2026-01-09T03:00:00Z");
    await look(8, "2026-01-10T03:00:00Z");
    await importRecords(t.db, [sourceRecord({ title: "None" })]);
    expect(await history({ from: "2026-01-07", to: "2026-01-09" })).toEqual([["2026-01-09", 7]]);
    expect(await history({ from: "2026-01-09" })).toEqual([
      ["2026-01-09", 7],
      ["2026-01-10", 8],
    ]);
    expect(await history({ from: "2999-01-01" })).toEqual([]);
    expect((await papers())[1]).toMatchObject({ title: "None", upvoteHistory: [] });
  });

  test("has the latest 400 points up to `to` when it has no `from`", async () => {
    await look(0, "2026-01-08T03:00:00Z");
    await t.db.run(`
      with votes as (
        insert into imported_votes select p.id, '2024-01-01T12:00:00Z'::timestamptz + i * interval '1 day', 1
        from papers p, generate_series(0, 499) i returning 1
      )
      update papers set imported_upvotes = 500, upvote_count = 500`);
    const all = await history();
    expect([all.length, all[0], all.at(-1)]).toEqual([400, ["2024-04-10", 101], ["2025-05-14", 500]]);
    const before = await history({ to: "2025-05-13" });
    expect([before.length, before[0], before.at(-1)]).toEqual([400, ["2024-04-09", 100], ["2025-05-13", 499]]);
    expect(await history({ from: "2024-04-10", to: "2025-05-14" })).toEqual(all);
  });

  test("refuses a range that is reversed or longer than 400 days, with what would be right", async () => {
    await look(1, "2026-01-08T03:00:00Z");
    expect(await refusal({ from: "2026-01-02", to: "2026-01-01" })).toMatchObject({
      message: "from (2026-01-02) must not be after to (2026-01-01).",
      extensions: { code: "BAD_USER_INPUT", argument: "from" },
    });
    expect(await refusal({ from: "2024-04-09", to: "2025-05-14" })).toMatchObject({
      message:
        'from (2024-04-09) to to (2025-05-14) is 401 days, but at most 400 can be asked for at once: begin with from: "2024-04-10", or leave out from for the latest 400 entries.',
      extensions: { code: "BAD_USER_INPUT", argument: "from" },
    });
    expect((await refusal({ from: "2020-01-01" })).message).toMatch(/^from \(2020-01-01\) to today \(/);
  });

  test("of many papers is one statement, and costs as many points as it may have", async () => {
    await importRecords(
      t.db,
      [1, 2, 3].map((upvotes) => sourceRecord({ upvotes })),
    );
    await papers();
    t.db.takeStatements();
    expect((await papers()).map(({ upvoteHistory }) => upvoteHistory.at(-1)!.upvoteCount)).toEqual([3, 2, 1]);
    expect(t.db.takeStatements().filter((text) => text.includes("imported_votes"))).toHaveLength(1);
    const costOf = async (args: string) => {
      const { rateLimit } = await t.api.data(
        `{ rateLimit { cost } papers(first: 1) { nodes { upvoteHistory${args} { date } } } }`,
      );
      return rateLimit.cost as number;
    };
    const day = await costOf('(from: "2026-01-01", to: "2026-01-01")');
    expect((await costOf('(from: "2026-01-01", to: "2026-01-11")')) - day).toBe(10);
    expect((await costOf('(from: null, to: "2026-01-11")')) - day).toBe(399);
  });
});
