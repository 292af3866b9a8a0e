import { readFileSync } from "node:fs";
import path from "node:path";
import { lockImports } from "../../src/db/locks";
import { sql } from "../../src/db/sql";
import { countPaperCountMismatches } from "../../src/facets/count-mismatches";
import { root } from "../../src/root";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

/** The statement of README. */
const [, DELETE = ""] =
  /```sql\n(delete from papers [^;]+;)/.exec(readFileSync(path.join(root, "README.md"), "utf8")) ?? [];

describe("papers that are deleted by hand", () => {
  const t = useApi();
  beforeEach(() =>
    importRecords(
      t.db,
      ["2605.16363", "2605.16364", "2605.16365"].map((arxivId) =>
        sourceRecord({
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

  test("are gone from lists and counts, by README's statement", async () => {
    await t.db.run(DELETE);
    expect(await t.db.run("select arxiv_id from papers")).toEqual([{ arxiv_id: "2605.16365" }]);
    expect(await countPaperCountMismatches(t.db)).toEqual({});
    const { feed } = await t.api.data('{ feed(on: "2026-01-02") { papers { totalCount nodes { arxivId } } } }');
    expect(feed.papers).toEqual({ totalCount: 1, nodes: [{ arxivId: "2605.16365" }] });
  });

  test("wait for an import that goes on, before they lock what it may change", async () => {
    let deleting: Promise<unknown> | undefined;
    await t.db.transaction(async (tx) => {
      await lockImports(tx);
      deleting = t.db.run(DELETE);
      await t.db.lockWait();
      await tx.query(sql`update papers set comment_count = 7`);
    });
    await deleting;
    expect(await t.db.run("select arxiv_id, comment_count from papers")).toEqual([
      { arxiv_id: "2605.16365", comment_count: 7 },
    ]);
  });
});
