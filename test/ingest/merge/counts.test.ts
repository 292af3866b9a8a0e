import type { SourceRecord } from "../../../src/ingest/source-record";
import { featured, importRecords, sourceRecord } from "../../support/factories";
import { useDatabase } from "../../support/use-api";

/** What moves when the paper or its feed does, and a mark in place of what is searched in it. */
interface Marks {
  title: string;
  updatedAt: Date;
  revision: string;
  search: string;
  feedChangedAt: Date;
}

describe("a look at a paper that is known", () => {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  let hour = 0;
  const look = (over: Partial<SourceRecord> = {}) =>
    sourceRecord({
      arxivId: "2601.00001",
      title: "Counted",
      observedAt: new Date(Date.UTC(2026, 0, 10, hour++)),
      featured: featured("2026-01-06"),
      upvotes: 1,
      comments: 1,
      codeStars: 1,
      ...over,
    });
  /** Imports a first look; gives its marks. */
  async function arrange(): Promise<Marks> {
    await importRecords(t.db, [look()]);
    await t.db.run("update papers set search = 'mark', updated_at = '2026-01-01T00:00:00Z'");
    await t.db.run("update feed_days set updated_at = '2026-01-01T00:00:00Z'");
    await t.db.run("delete from paper_touches");
    return marks();
  }
  const marks = async () =>
    (
      await t.db.run<Marks>(`
        select p.title, p.updated_at as "updatedAt", p.revision, p.search, d.updated_at as "feedChangedAt"
        from papers p, feed_days d`)
    )[0]!;
  const touches = () => t.db.run("select upvotes_changed as votes from paper_touches");
  const counts = async () =>
    (
      await t.db.run(
        'select upvote_count as "upvoteCount", comment_count as "commentCount", code_stars as "codeStars" from papers',
      )
    )[0];

  test.each<[what: string, over: Partial<SourceRecord>]>([
    ["comments", { comments: 7 }],
    ["stars", { codeStars: 7 }],
    ["fewer of both", { comments: 0, codeStars: 0 }],
  ])("with new numbers of %s changes these, and nothing else of the paper or its feeds", async (_, over) => {
    const before = await arrange();
    expect(await importRecords(t.db, [look(over)])).toMatchObject({ updated: 1 });
    expect(await marks()).toEqual(before);
    expect(await touches()).toEqual([{ votes: false }]);
    const { comments = 1, codeStars = 1 } = over;
    expect(await counts()).toEqual({ upvoteCount: 1, commentCount: comments, codeStars });
  });

  test("with new upvotes changes what ranks the paper, but not what it says", async () => {
    const { feedChangedAt, ...before } = await arrange();
    expect(await importRecords(t.db, [look({ upvotes: 9, comments: 9 })])).toMatchObject({ updated: 1 });
    const after = await marks();
    expect(after).toMatchObject(before);
    expect(after.feedChangedAt.getTime()).toBeGreaterThan(feedChangedAt.getTime());
    expect(await touches()).toEqual([{ votes: true }]);
    expect(await counts()).toEqual({ upvoteCount: 9, commentCount: 9, codeStars: 1 });
  });

  test("with another title and new counts is one change, and makes anew what is searched", async () => {
    const before = await arrange();
    await importRecords(t.db, [look({ title: "Renamed", upvotes: 9, comments: 9 })]);
    const after = await marks();
    expect(after).toMatchObject({ title: "Renamed", search: expect.not.stringContaining("mark") });
    expect(after.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
    expect(BigInt(after.revision)).toBeGreaterThan(BigInt(before.revision));
    expect(await touches()).toEqual([{ votes: true }]);
    expect(await counts()).toMatchObject({ upvoteCount: 9, commentCount: 9 });
  });

  test("with another title alone leaves its feeds as they are", async () => {
    const before = await arrange();
    await importRecords(t.db, [look({ title: "Renamed" })]);
    expect((await marks()).feedChangedAt).toEqual(before.feedChangedAt);
    expect(await touches()).toEqual([{ votes: false }]);
  });

  test("that is imported again, or is older, changes nothing", async () => {
    await arrange();
    const older = look({ comments: 5 });
    const newest = look({ upvotes: 9, comments: 9, codeStars: 9 });
    await importRecords(t.db, [newest]);
    const before = [await marks(), await counts(), await touches()];
    for (const again of [newest, older]) {
      expect(await importRecords(t.db, [again])).toMatchObject({ updated: 0, unchanged: 1 });
      expect([await marks(), await counts(), await touches()]).toEqual(before);
    }
  });
});
