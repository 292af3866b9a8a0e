import { importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

export const UPVOTE = `mutation ($id: ID!) { vote: upvotePaper(input: { paperId: $id }) {
  changed paper { title upvoteCount viewerHasUpvoted } userErrors { code message path } } }`;
export const REMOVE = UPVOTE.replace("upvotePaper", "removePaperUpvote");

/** An API whose votes are found to add up after each test. */
export function useVoting() {
  const t = useApi();
  afterEach(async () => {
    // Always: the stored count is the imported number plus the rows.
    const wrong = await t.db.run(`select id from papers p
      where upvote_count <> imported_upvotes + (select count(*) from upvotes u where u.paper_id = p.id)`);
    expect(wrong).toEqual([]);
    await t.db.reset();
  });

  const paperIds = async (): Promise<string[]> =>
    (await t.api.data("{ papers(first: 100) { nodes { id } } }")).papers.nodes.map((node: { id: string }) => node.id);
  const arrange = async (...titles: string[]) => {
    await importRecords(
      t.db,
      titles.map((title) => sourceRecord({ title, upvotes: 5 })),
    );
    return paperIds();
  };
  return { t, paperIds, arrange };
}
