import "reflect-metadata";
import { upsertPapers } from "../../src/ingest/upsert.service";
import { defaultModelName } from "../../src/meaning/default-model";
import { compareInBackground } from "../../src/meaning/meaning.worker";
import { wantedModel } from "../../src/meaning/models.service";
import { embedPaper } from "../../src/meaning/serving-model";
import { VectorIndexes } from "../../src/meaning/vector-indexes";
import { embedMissing } from "../../src/meaning/vectors.service";
import { ensureUser } from "../../src/users/user.service";
import { readableLog } from "../support/digests";
import { importRecords, sourceRecord } from "../support/factories";
import { until } from "../support/until";
import { useDatabase } from "../support/use-api";

const early = new Date("2026-01-10T00:00:00Z");
const late = new Date("2026-01-20T00:00:00Z");

interface Row {
  paper_id: number;
  title: string;
  abstract: string | null;
  model: string;
  vector: Buffer;
  written_in: string;
}

describe("the vectors of papers", () => {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  const rows = () =>
    t.db.run<Row>(
      "select v.*, p.title, p.abstract from papers p left join paper_vectors v on v.paper_id = p.id order by p.id",
    );
  const backlog = async () =>
    (await t.db.run<{ paper_id: number }>("delete from neighbor_backlog returning paper_id")).map(
      (row) => row.paper_id,
    );

  /** Each paper has the one vector of its texts. */
  const expectAll = async (count: number) => {
    const found = await rows();
    expect(found).toHaveLength(count);
    for (const { title, abstract, vector, model } of found) {
      expect({ title, vector, model }).toEqual({
        title,
        vector: embedPaper(title, abstract),
        model: defaultModelName(),
      });
    }
    return found;
  };

  const base = { arxivId: "2601.00001" };
  const old = sourceRecord({ ...base, observedAt: early, title: "Graph networks", abstract: "We study molecules." });
  const renamed = sourceRecord({ ...base, observedAt: late, title: "Transformers for proteins" });
  const rewritten = sourceRecord({
    ...base,
    observedAt: late,
    title: "Graph networks",
    abstract: "We study language.",
  });
  const other = sourceRecord({ title: "Diffusion models" });

  test.each([
    ["one after the other", [[old], [renamed], [other]]],
    ["the newer first", [[renamed], [other], [old]]],
    ["at once", [[old, renamed, other]]],
    ["again and again", [[old], [old, other], [renamed], [old], [renamed, other]]],
    ["with another abstract", [[old, other], [rewritten]]],
    ["with another abstract, the newer first", [[rewritten], [old, other]]],
  ])("are those of what they say at last, when it is imported %s", async (_, imports) => {
    for (const records of imports) await importRecords(t.db, records);
    const [first] = await expectAll(2);
    expect(first!.vector).toHaveLength(128);
    expect(await backlog()).toEqual(expect.arrayContaining((await rows()).map((row) => row.paper_id)));
  });

  test("are written again only when title or abstract change, and neighbors are found then", async () => {
    await importRecords(t.db, [old, other]);
    const [before, others] = await rows();
    expect((await backlog()).sort()).toEqual([before!.paper_id, others!.paper_id]);
    await importRecords(t.db, [
      { ...old, observedAt: late, upvotes: 7, codeUrl: "https://x.test/a", authors: ["Ada"] },
    ]);
    expect(await rows()).toEqual([before, others]);
    expect(await backlog()).toEqual([]);
    await importRecords(t.db, [{ ...rewritten, observedAt: new Date("2026-01-21T00:00:00Z") }]);
    const [after] = await expectAll(2);
    expect(after!.vector).not.toEqual(before!.vector);
    expect(BigInt(after!.written_in)).toBeGreaterThan(BigInt(before!.written_in));
    expect(await backlog()).toEqual([after!.paper_id]);
  });

  test("come with papers of the mutation, and of another paper with a known title", async () => {
    const { rowId } = await ensureUser(t.db, "editor");
    await upsertPapers(t.db, rowId, [
      { title: "Graph networks", abstract: "We study molecules.", authors: ["Ada Lovelace"] },
    ]);
    await upsertPapers(t.db, rowId, [
      { title: "Graph networks", abstract: "We study traffic.", authors: ["Grace Hopper"] },
    ]);
    const [first, second] = await expectAll(2);
    expect(first!.vector).not.toEqual(second!.vector);
  });

  test("are empty when no word is known, and remain so", async () => {
    await importRecords(t.db, [sourceRecord({ title: "大规模语言模型" }), sourceRecord({ title: "☃", abstract: "" })]);
    const found = await expectAll(2);
    expect(found.map(({ vector }) => vector.length)).toEqual([0, 0]);
    await t.db.bulk((tx) => embedMissing(tx, 2 ** 31 - 1));
    expect(await rows()).toEqual(found);
  });

  test("that a version before did not write are added from the newest paper on; what was written meanwhile stays", async () => {
    await importRecords(
      t.db,
      Array.from({ length: 25 }, () => sourceRecord({ abstract: "We study molecules." })),
    );
    const ids = (await rows()).map((row) => row.paper_id);
    await t.db.run("delete from paper_vectors where paper_id % 5 <> 0");
    await backlog();
    const kept = await t.db.run("select * from paper_vectors order by paper_id");
    const missing = ids.filter((id) => id % 5 !== 0);
    const step = (below: number) => t.db.bulk((tx) => embedMissing(tx, below, 10));
    const first = await step(2 ** 31 - 1);
    expect(first).toBe(ids.at(-10));
    expect((await backlog()).sort((a, b) => a - b)).toEqual(missing.filter((id) => id >= first!));
    // A process that is lost leaves nothing half done: another one begins at the newest again.
    for (let below: number | null = 2 ** 31 - 1; below !== null; below = await step(below));
    await expectAll(25);
    expect((await backlog()).sort((a, b) => a - b)).toEqual(missing.filter((id) => id < first!));
    expect(await t.db.run("select * from paper_vectors where paper_id % 5 = 0 order by paper_id")).toEqual(kept);
  });

  test("of another model are announced in the log, with how many are missing, whenever a worker begins or goes on", async () => {
    await importRecords(t.db, [old, other]);
    const { model } = wantedModel("small");
    for (const papers of [2, 1]) {
      if (papers === 1)
        await t.db.run("insert into paper_vectors (paper_id, model, vector) select min(id), $1, '' from papers", [
          model,
        ]);
      const { lines, log } = readableLog();
      const stop = new AbortController();
      const indexes = new VectorIndexes(t.db.primary);
      const working = compareInBackground(t.db, indexes, log, stop.signal, wantedModel("small"), 50);
      await until(async () => lines.length > 0);
      stop.abort();
      await working;
      await indexes.close();
      expect(lines.map((line) => JSON.parse(line))).toMatchObject([
        {
          level: 30,
          msg: "papers are embedded by another model, which serves once all are",
          from: defaultModelName(),
          to: model,
          papers,
        },
      ]);
    }
  });
});
