import "reflect-metadata";
import { importRecords, sourceRecord } from "../support/factories";
import { useDatabase } from "../support/use-api";

describe("what follows an import", () => {
  const t = useDatabase();
  /** As many papers as PostgreSQL's statistics tell. */
  const known = async () => {
    const rows = await t.db.run<{ papers: number }>(
      "select greatest(reltuples, 0)::int as papers from pg_class where oid = 'papers'::regclass",
    );
    return rows[0]!.papers;
  };
  const importPapers = (papers: number) =>
    importRecords(
      t.db,
      Array.from({ length: papers }, () => sourceRecord({ abstract: "Words of a paper. ".repeat(20) })),
    );

  test("statistics are renewed for tables that grew by more than a tenth, and are left after a few papers", async () => {
    await importPapers(3);
    expect(await known()).toBe(0);
    await importPapers(300);
    expect(await known()).toBe(303);
    await importPapers(3);
    expect(await known()).toBe(303);
    await importPapers(300);
    expect(await known()).toBe(606);
  });
});
