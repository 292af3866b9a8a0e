import { importItems } from "../../../src/ingest/importer";
import type { SourceRecord } from "../../../src/ingest/source-record";
import { createRandom, type Random } from "../../fuzz/random";
import { importRecords, sourceRecord } from "../../support/factories";
import { useDatabase } from "../../support/use-api";

const at = (day: number) => new Date(Date.UTC(2026, 0, day));
const versions = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ number: i + 1, submittedAt: at(i + 1) }));

/** Some of what a source may say of a paper, at a time that others may share. */
function randomRecord(random: Random, arxivId: string, day: number, timeOf: (day: number) => number): SourceRecord {
  const source = random.pick([undefined, undefined, "arxiv", "editor"] as const);
  const text = `by ${source ?? "a listing"} on day ${day}`;
  const maybe = <T>(value: T) => (random.chance(0.6) ? value : undefined);
  const names = Array.from({ length: random.int(1, 3) }, (_, i) => `Name ${i} ${text}`);
  return sourceRecord({
    arxivId,
    source,
    observedAt: at(timeOf(day)),
    title: `Title of ${arxivId} ${text}`,
    publishedOn: maybe(`2026-01-0${random.int(1, 9)}`),
    abstract: maybe(`Abstract ${text}`),
    summary: maybe(`Summary ${text}`),
    keywords: maybe([text]),
    url: maybe(random.pick([`https://arxiv.org/abs/${arxivId}`, `https://x.test/${day}`])),
    codeUrl: maybe(`https://x.test/code/${day}`),
    organization: maybe({ key: `lab ${day}`, name: `Lab ${day}` }),
    authors: maybe(names),
    authorCount: maybe(names.length + random.int(0, 1)),
    ...(source && {
      categories: maybe(["cs.CL", `cs.${random.pick(["AI", "AR", "CC", "CE", "CG", "CR"])}`]),
      doi: maybe(random.pick([null, `10.1000/${day}`])),
      arxivComment: maybe(`Comment ${text}`),
      licenseUrl: maybe(`https://x.test/license/${day}`),
    }),
    ...(source === "arxiv" && {
      versions: maybe(versions(random.int(1, 4))),
      withdrawnAt: maybe(random.pick([null, at(day)])),
    }),
  });
}

describe("of what several sources say of one paper", () => {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  /** All that is known of the papers, but what tells when it came. */
  const known = () =>
    t.db.run<{ paper: object; authors: string[] }>(`
      select to_jsonb(p) - '{id,created_at,updated_at,revision,organization_id}'::text[] as paper, o.key as organization,
        array(select a.name from authorships a where a.paper_id = p.id order by a.position) as authors,
        array(select row (v.number, v.submitted_at)::text from paper_versions v where v.paper_id = p.id order by 1) as versions
      from papers p left join organizations o on o.id = p.organization_id order by p.arxiv_id`);
  const importAll = (records: SourceRecord[]) =>
    importItems(
      t.db,
      records.map((record) => ({ record, notes: [] })),
    );
  const base = { arxivId: "2601.00001", title: "T" };
  /** The paper after each record was imported, in this order and in the other. */
  const merged = async (...records: Partial<SourceRecord>[]) => {
    for (const each of records) await importAll([sourceRecord({ ...base, ...each })]);
    const [first] = await known();
    await t.db.reset();
    for (const each of [...records].reverse()) await importAll([sourceRecord({ ...base, ...each })]);
    expect(await known()).toEqual([first]);
    return { ...first!, ...first!.paper };
  };

  const SEED = 20;
  test.each([
    ["each of a time of its own", (day: number) => day],
    ["two of each time", (day: number) => Math.ceil(day / 2)],
    ["all of the same time", () => 1],
  ])(`any order gives the same, and again changes nothing: %s (seed ${SEED})`, async (_, timeOf) => {
    const random = createRandom(SEED);
    const days = Array.from({ length: 8 }, (_, i) => i + 1);
    const papers = Array.from({ length: 40 }, (_, i) => {
      const arxivId = `2601.0${String(i).padStart(4, "0")}`;
      const records = days.map((day) => randomRecord(random, arxivId, day, timeOf));
      const shuffled = records.map((record) => ({ record, by: random.int(0, 1e6) })).sort((a, b) => a.by - b.by);
      return { records, shuffled: shuffled.map(({ record }) => record) };
    });
    // One record of each paper in each batch.
    const rounds = (order: "records" | "shuffled") => days.flatMap((_, i) => papers.map((paper) => paper[order][i]!));
    await importAll(rounds("records"));
    const inOrder = await known();
    await t.db.reset();
    await importAll(rounds("shuffled"));
    expect(await known()).toEqual(inOrder);
    expect(await importAll(rounds("records"))).toMatchObject({ created: 0, updated: 0, unchanged: 320 });
  });

  test("arXiv's word stays against a newer listing's, which fills in what arXiv does not say", async () => {
    expect(
      await merged(
        {
          source: "arxiv",
          observedAt: at(1),
          abstract: "arXiv's",
          categories: ["cs.CL"],
          authors: ["Ada", "Bob"],
          authorCount: 2,
        },
        {
          observedAt: at(2),
          title: "The listing's",
          abstract: "The listing's",
          summary: "Short",
          keywords: ["a"],
          authors: ["A. D. A."],
        },
      ),
    ).toMatchObject({ title: "T", abstract: "arXiv's", summary: "Short", keywords: ["a"], authors: ["Ada", "Bob"] });
  });

  test("arXiv's newer word replaces its older one: DOI and journal are gone when it says so, and stay when it does not say", async () => {
    const older = { doi: "10.1000/1", journalReference: "J", arxivComment: "C", licenseUrl: "https://x.test/l" };
    expect(
      await merged(
        { source: "arxiv", observedAt: at(1), ...older, categories: ["cs.CL"], versions: versions(3) },
        { source: "arxiv", observedAt: at(2), doi: null, journalReference: null, arxivComment: "D" },
        { source: "arxiv", observedAt: at(3), title: "New", categories: ["cs.AI"] },
      ),
    ).toMatchObject({
      title: "New",
      title_key: "new",
      doi: null,
      journal_reference: null,
      arxiv_comment: "D",
      license_url: "https://x.test/l",
      categories: ["cs.AI"],
      versions: [expect.stringMatching(/^\(1,/), expect.stringMatching(/^\(2,/), expect.stringMatching(/^\(3,/)],
    });
  });

  test("of two words of arXiv of the same time the one that says more counts, whichever comes first", async () => {
    const same = { source: "arxiv", observedAt: at(1) } as const;
    const submitted = { arxivComment: "Submitted to ACL", doi: null, categories: ["cs.CL", "cs.AI"] };
    const accepted = { arxivComment: "Accepted at ACL 2023", journalReference: "ACL 2023", doi: "10.1000/1" };
    expect(
      await merged(
        { ...same, ...submitted, versions: versions(2), authors: ["Ada", "Bob"] },
        { ...same, ...accepted, versions: versions(1), withdrawnAt: null },
        { ...same, withdrawnAt: at(1), authors: ["Ada"] },
      ),
    ).toMatchObject({
      arxiv_comment: "Accepted at ACL 2023",
      journal_reference: "ACL 2023",
      doi: "10.1000/1",
      categories: ["cs.CL", "cs.AI"],
      withdrawn_at: "2026-01-01T00:00:00+00:00",
      versions: [expect.stringMatching(/^\(1,/), expect.stringMatching(/^\(2,/)],
      authors: ["Ada", "Bob"],
    });
    await t.db.reset();
    const asLong = [{ arxivComment: "Accepted at ACL" }, { arxivComment: "Accepted at EMN" }] as const;
    expect(await merged({ ...same, ...asLong[0] }, { ...same, ...asLong[1] })).toMatchObject({
      arxiv_comment: "Accepted at EMN",
    });
    await t.db.reset();
    const newer = { ...same, observedAt: at(2), arxivComment: "-" };
    expect(await merged({ ...same, ...asLong[0] }, newer)).toMatchObject({ arxiv_comment: "-" });
  });

  test("an editor's word stays against newer ones of arXiv and listings, and gives way to a newer editor's", async () => {
    const editor: Partial<SourceRecord> = { source: "editor", title: "Edited", doi: "10.1000/2", authors: ["Ada"] };
    expect(
      await merged(
        { ...editor, observedAt: at(1), codeUrl: "https://x.test/mine" },
        { source: "arxiv", observedAt: at(2), abstract: "arXiv's", authors: ["Ada", "Bob"], doi: "10.1000/3" },
        { observedAt: at(3), title: "The listing's", codeUrl: "https://x.test/listed" },
        { ...editor, observedAt: at(4), title: "Edited again" },
      ),
    ).toMatchObject({
      title: "Edited again",
      doi: "10.1000/2",
      abstract: "arXiv's",
      authors: ["Ada"],
      code_url: "https://x.test/mine",
    });
  });

  test("names win over an editor's mere count", async () => {
    expect(
      await merged(
        { source: "editor", observedAt: at(2), authorCount: 7 },
        { source: "arxiv", observedAt: at(1), authors: ["Ada", "Bob"] },
      ),
    ).toMatchObject({ author_count: 2, authors_complete: true, authors: ["Ada", "Bob"] });
  });

  test("a paper is no longer withdrawn when arXiv says so, and stays as it is when arXiv does not say", async () => {
    const said = (day: number, withdrawnAt?: Date | null) =>
      ({ source: "arxiv", observedAt: at(day), withdrawnAt }) as const;
    expect(await merged(said(1, at(1)), said(2))).toMatchObject({ withdrawn_at: "2026-01-01T00:00:00+00:00" });
    expect(await merged(said(1, at(1)), said(2, null), said(3))).toMatchObject({ withdrawn_at: null });
  });

  test("a new version is a change, and fewer versions of a newer record replace more", async () => {
    const say = async (day: number, count: number) => {
      const record = sourceRecord({ ...base, source: "arxiv", observedAt: at(day), versions: versions(count) });
      const { updated } = await importRecords(t.db, [record]);
      const [{ updatedAt, count: stored }] = (await t.db.run(`
        select updated_at as "updatedAt", (select count(*)::int from paper_versions) as count from papers`)) as [
        { updatedAt: Date; count: number },
      ];
      return { updated, updatedAt, stored };
    };
    const first = await say(1, 2);
    const second = await say(2, 3);
    expect(second).toMatchObject({ updated: 1, stored: 3 });
    expect(second.updatedAt.getTime()).toBeGreaterThan(first.updatedAt.getTime());
    expect(await say(3, 3)).toEqual({ ...second, updated: 0 });
    expect(await say(4, 1)).toMatchObject({ updated: 1, stored: 1 });
  });

  test("what came before words were kept counts as a listing's", async () => {
    await importAll([sourceRecord({ ...base, observedAt: at(5), abstract: "Old", authors: ["Ada"] })]);
    await t.db.run("update paper_looks set said = '{}'");
    await importAll([
      sourceRecord({ ...base, observedAt: at(4), title: "Older", summary: "Fills in", authors: ["Bob"] }),
    ]);
    await importAll([sourceRecord({ ...base, source: "arxiv", observedAt: at(1), abstract: "arXiv's" })]);
    const [found] = await known();
    expect({ ...found!.paper, authors: found!.authors }).toMatchObject({
      title: "T",
      abstract: "arXiv's",
      summary: "Fills in",
      authors: ["Ada"],
    });
  });
});
