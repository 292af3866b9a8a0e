import { withDataSource } from "../support/data-source";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const t = useApi();

test("a database that held votes before trending came gets the same scores from the migration", async () => {
  await importRecords(t.db, [
    sourceRecord({ title: "a", upvotes: 4, featured: featured("2026-01-06") }),
    sourceRecord({ title: "b", upvotes: 2 }),
  ]);
  const { id } = (await t.api.data("{ papers { nodes { id } } }")).papers.nodes[0];
  await t.api.data(
    "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }",
    { id },
    await signIn(t.db, "ada"),
  );
  const scores = () => t.db.run("select * from trending_scores order by paper_id");
  const before = await scores();
  await withDataSource(t.db.url, async (dataSource) => {
    for (const _ of dataSource.migrations.slice(1)) await dataSource.undoLastMigration();
    await dataSource.runMigrations({ transaction: "each" });
  });
  const after = await scores();
  expect(after).toHaveLength(2);
  expect(JSON.stringify(after)).toBe(JSON.stringify(before));
});
