import { ExpectedError } from "../../src/config/expected-error";
import { lockImports } from "../../src/db/locks";
import { sql } from "../../src/db/sql";
import { countPaperCountMismatches } from "../../src/facets/count-mismatches";
import { runPaperCommand } from "../../src/papers/paper-command";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

describe("npm run papers -- delete", () => {
  const t = useApi();
  beforeEach(() =>
    importRecords(
      t.db,
      ["2605.16363", "2605.16364", "2605.16365"].map((arxivId) =>
        sourceRecord({
          title: `About ${arxivId}`,
          arxivId,
          keywords: ["LLM"],
          authors: ["Ada"],
          authorCount: 1,
          featured: featured("2026-01-02"),
        }),
      ),
    ),
  );
  afterEach(() => t.db.reset());

  const remove = (...references: string[]) => runPaperCommand(t.db, ["delete", ...references]);
  const left = async () => {
    const rows = (await t.db.run("select right(arxiv_id, 2) as last from papers order by id")) as { last: string }[];
    return rows.map(({ last }) => last);
  };

  test("takes papers out of lists and counts, and says which", async () => {
    expect(await remove("2605.16363", "2605.16364")).toBe(
      "Deleted 2605.16363: About 2605.16363\nDeleted 2605.16364: About 2605.16364",
    );
    expect(await left()).toEqual(["65"]);
    expect(await countPaperCountMismatches(t.db)).toEqual({});
    const { feed } = await t.api.data('{ feed(on: "2026-01-02") { papers { totalCount nodes { arxivId } } } }');
    expect(feed.papers).toEqual({ totalCount: 1, nodes: [{ arxivId: "2605.16365" }] });
  });

  test("finds them by global id, DOI and address, one paper only once", async () => {
    await t.db.run("update papers set doi = '10.1000/X', arxiv_id = null where arxiv_id = '2605.16365'");
    const { paper } = await t.api.data('{ paper(by: { arxivId: "2605.16363" }) { id } }');
    const { paper: withDoi } = await t.api.data('{ paper(by: { doi: "10.1000/x" }) { id } }');
    expect(await remove(paper.id, "https://arxiv.org/abs/2605.16364v2", "arXiv:2605.16364", "doi:10.1000/x")).toBe(
      [
        "Deleted 2605.16363: About 2605.16363",
        "Deleted 2605.16364: About 2605.16364",
        `Deleted ${withDoi.id}: About 2605.16365`,
      ].join("\n"),
    );
    expect(await left()).toEqual([]);
  });

  test("names what is no paper, or no longer, and deletes the others", async () => {
    await expect(remove("2605.16363", "2605.99999")).rejects.toThrow(
      new ExpectedError("Deleted 2605.16363: About 2605.16363\nThere is no paper 2605.99999."),
    );
    await expect(remove("2605.16363", "UGFwZXI6OTk5OTk5")).rejects.toThrow(
      new ExpectedError("There is no paper 2605.16363, UGFwZXI6OTk5OTk5."),
    );
    expect(await left()).toEqual(["64", "65"]);
  });

  test.each([
    [[], "delete needs ID....\nUsage:"],
    [["2605.16363", "QXV0aG9yOjE"], '"QXV0aG9yOjE" is neither the id of a paper, nor an arXiv id, a DOI or'],
    [Array.from({ length: 501 }, () => "2605.16363"), "delete takes at most 500 papers at a time, not 501."],
  ])("refuses %j, and deletes nothing", async (references, message) => {
    await expect(remove(...references)).rejects.toThrow(message);
    await expect(remove(...references)).rejects.toBeInstanceOf(ExpectedError);
    expect(await left()).toEqual(["63", "64", "65"]);
  });

  test("waits for an import that goes on, before it locks what that may change", async () => {
    let deleting: Promise<unknown> | undefined;
    await t.db.transaction(async (tx) => {
      await lockImports(tx);
      deleting = remove("2605.16363", "2605.16364");
      await t.db.lockWait();
      await tx.query(sql`update papers set comment_count = 7`);
    });
    await deleting;
    expect(await t.db.run("select arxiv_id, comment_count from papers")).toEqual([
      { arxiv_id: "2605.16365", comment_count: 7 },
    ]);
  });
});
