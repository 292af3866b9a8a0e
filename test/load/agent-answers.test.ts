import { importInBulk, importItems } from "../../src/ingest/importer";
import type { ImportItem } from "../../src/ingest/source-record";
import { readHuggingFaceFiles } from "../../src/ingest/sources/huggingface.source";
import { useAgents } from "../agents/use-agents";
import { describeWithSharedData, sharedData } from "../support/shared-data";

jest.setTimeout(1_800_000);

const SOAK = Boolean(process.env.SOAK);
/** `npm run soak` reads all of the items, `npm test` one in twenty of so many, and the one with the most authors of all. */
const STEP = SOAK ? 1 : 20;
const READ = SOAK ? 8689 : 2600;

/** What every answer is compared with is in `callMethod`. */
describeWithSharedData(`answers of 20 kB at most, of ${SOAK ? "all" : "one in twenty of"} ${READ} real items`, () => {
  const { t, ask } = useAgents();
  let most = 0;
  beforeAll(async () => {
    const all: ImportItem[] = [];
    for await (const item of readHuggingFaceFiles([sharedData.items], async () => new Date()))
      if (all.push(item) === READ) break;
    const authorsOf = (item: ImportItem) => ("record" in item ? (item.record.authors?.length ?? 0) : 0);
    most = Math.max(...all.map(authorsOf));
    const items = all.filter((item, i) => i % STEP === 0 || authorsOf(item) === most);
    await importInBulk(t.db, () => importItems(t.db, items));
  });

  const walk = async (tool: string, args: object, see: (papers: { id: string; authorCount: number }[]) => void) => {
    let after: string | undefined;
    do {
      const page = await ask(tool, { ...args, first: 50, after });
      see(page.papers);
      after = page.papers.length > 0 ? page.nextCursor : undefined;
    } while (after !== undefined);
  };

  test("every paper is listed among the changes, and has an answer of its own, whole or cut", async () => {
    const ids: string[] = [];
    let mostSeen = 0;
    await walk("changes_since", {}, (papers) => {
      ids.push(...papers.map(({ id }) => id));
      mostSeen = Math.max(mostSeen, ...papers.map(({ authorCount }) => authorCount));
    });
    const [stored] = await t.db.run<{ count: number }>("select count(*)::int from papers");
    expect(new Set(ids).size).toBe(stored!.count);
    expect(mostSeen).toBe(most);
    const answered = new Set<string>();
    for (let i = 0; i < ids.length; i += 20) {
      let left = ids.slice(i, i + 20);
      while (left.length > 0) {
        const answer = await ask("get_paper", { papers: left, cite: true });
        expect(answer.papers.length).toBeGreaterThan(0);
        for (const { id } of answer.papers) answered.add(id);
        ({ left } = answer);
      }
    }
    expect(answered.size).toBe(ids.length);
  });

  test("every month is listed whole", async () => {
    let on: string | undefined = "2026-05-13";
    const seen = new Set<string>();
    while (on !== undefined) {
      const args: object = { period: "MONTH", on };
      await walk("get_feed", args, (papers) => {
        for (const { id } of papers) seen.add(id);
      });
      on = (await ask("get_feed", { ...args, first: 1 })).previous;
    }
    const [stored] = await t.db.run<{ count: number }>("select count(distinct paper_id)::int from feed_entries");
    expect(seen.size).toBe(stored!.count);
  });
});
