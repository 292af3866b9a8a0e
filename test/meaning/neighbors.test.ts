import path from "node:path";
import { importItems } from "../../src/ingest/importer";
import type { ImportItem, SourceRecord } from "../../src/ingest/source-record";
import { readHuggingFaceFiles } from "../../src/ingest/sources/huggingface.source";
import { createLog } from "../../src/log";
import { defaultModelName } from "../../src/meaning/default-model";
import { MemoryIndex } from "../../src/meaning/index/memory-index";
import { compareInBackground } from "../../src/meaning/meaning.worker";
import type { Meaning } from "../../src/meaning/model";
import { findNeighbors } from "../../src/meaning/neighbors.service";
import { readVector } from "../../src/meaning/serving-model";
import { VectorIndexes } from "../../src/meaning/vector-indexes";
import { root } from "../../src/root";
import { comparePapers } from "../support/compare-papers";
import type { TestDatabase } from "../support/database";
import { importRecords, sourceRecord } from "../support/factories";
import { describeByPlace } from "../support/pgvector/places";
import { useDatabase, useOpened } from "../support/use-api";

const SAMPLE = path.join(root, "sample/huggingface-daily-papers.jsonl.gz");
const LATER = new Date("2026-06-20T00:00:00Z");

interface Listed {
  id: number;
  likeness: number;
}

function cosine(a: Meaning, b: Meaning): number {
  let sum = 0;
  for (let i = 0; i < a.values.length; i++) sum += a.values[i]! * b.values[i]!;
  return sum * a.scale * b.scale;
}

async function readSample(): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const item of readHuggingFaceFiles([SAMPLE], async () => LATER))
    if ("record" in item) records.push(item.record);
  return records;
}

function openNeighbors(t: { db: TestDatabase }) {
  const importAll = (records: readonly SourceRecord[]) =>
    importItems(
      t.db,
      records.map((record): ImportItem => ({ record, notes: [] })),
    );

  /** The twenty nearest of each paper, by comparing all with all. */
  const scan = async (): Promise<Map<number, Listed[]>> => {
    const rows = await t.db.run<{ id: number; vector: Buffer }>(
      "select paper_id as id, vector from paper_vectors order by 1",
    );
    const meanings = rows.map(({ id, vector }) => ({ id, meaning: readVector(vector)! }));
    const listOf = (own: (typeof meanings)[0]) =>
      meanings
        .filter(({ id }) => id !== own.id)
        .map(({ id, meaning }) => ({ id, likeness: cosine(own.meaning, meaning) }))
        .filter(({ likeness }) => likeness > 0)
        .sort((a, b) => b.likeness - a.likeness)
        .slice(0, 20);
    return new Map(meanings.map((own) => [own.id, listOf(own)]));
  };
  const stored = async (): Promise<Map<number, Listed[]>> => {
    const rows = await t.db.run<Listed & { paper: number }>(`
      select paper_id as paper, neighbor_id as id, likeness from paper_neighbors order by likeness desc, neighbor_id`);
    const lists = new Map<number, Listed[]>();
    for (const row of rows) lists.set(row.paper, [...(lists.get(row.paper) ?? []), row]);
    return lists;
  };
  const expectExact = async (count: number) => {
    const [found, expected] = [await stored(), await scan()];
    expect(expected.size).toBe(count);
    // Which papers, as far as single precision tells those apart that are as alike.
    const differences = [...expected].flatMap(([paper, list]) => {
      const own = found.get(paper) ?? [];
      const isSame =
        own.length === list.length && list.every((each, i) => Math.abs(own[i]!.likeness - each.likeness) < 1e-6);
      return isSame ? [] : [{ paper, list, own }];
    });
    expect(differences).toEqual([]);
    expect(await t.db.run("select from neighbor_backlog")).toEqual([]);
  };
  return { importAll, stored, expectExact };
}

let sample: SourceRecord[];
beforeAll(async () => {
  sample = await readSample();
});

describeByPlace("neighbors", (place) => {
  const t = useOpened(place.open);
  const { importAll, stored, expectExact } = openNeighbors(t);
  const open = () => place.index(t.db.primary, defaultModelName());
  afterEach(() => t.db.reset());

  test("of 120 papers are those of an exhaustive scan, however they came, and after abstracts changed", async () => {
    await importAll(sample.slice(0, 50));
    await comparePapers(t.db, open());
    await importAll(sample.slice(50, 65));
    await importAll(sample.slice(65, 120));
    await comparePapers(t.db, open());
    await expectExact(120);
    const changed = sample.slice(0, 20).map((record, i) => ({
      ...record,
      observedAt: new Date(LATER.getTime() + 1000),
      abstract: sample[100 + i]!.abstract,
    }));
    await importAll(changed);
    await comparePapers(t.db, open());
    await expectExact(120);
  });

  test("are never papers that were deleted, not even while they are found", async () => {
    await importAll(sample.slice(0, 40));
    const index = open();
    await index.refresh();
    await t.db.run("delete from papers where id in (select id from papers order by id limit 10)");
    await comparePapers(t.db, index);
    await expectExact(30);
  });

  test("of two papers are each other, and of one alone none", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Graph networks" })]);
    await comparePapers(t.db, open());
    await expectExact(1);
    await importRecords(t.db, [sourceRecord({ title: "Graph transformers" })]);
    await comparePapers(t.db, open());
    expect((await stored()).size).toBe(2);
    await expectExact(2);
  });
});

describe("neighbors that several processes write", () => {
  const t = useDatabase();
  const { importAll, stored, expectExact } = openNeighbors(t);
  afterEach(() => t.db.reset());

  test("are found once by two workers, and by another one when the first is lost", async () => {
    await importAll(sample.slice(0, 120));
    const index = new MemoryIndex(t.db, defaultModelName());
    const lost = t.db.bulk(async (tx) => {
      await findNeighbors(tx, index);
      await tx.query({
        text: "select pg_terminate_backend(pg_backend_pid())",
        values: [],
        planning: "anew",
        isLong: false,
      });
    });
    await expect(lost).rejects.toThrow();
    expect(await stored()).toEqual(new Map());
    await t.db.run("delete from paper_vectors where paper_id % 2 = 0");
    const stop = new AbortController();
    const workers = [1, 2].map(() =>
      compareInBackground(t.db, new VectorIndexes(t.db.primary), createLog("silent"), stop.signal),
    );
    const left =
      "select from neighbor_backlog union all select from papers where id not in (select paper_id from paper_vectors)";
    while ((await t.db.run(left)).length > 0);
    stop.abort();
    await Promise.all(workers);
    await expectExact(120);
  });

  test("of a paper whose abstract changes while they are found are found once more", async () => {
    await importAll(sample.slice(0, 30));
    await comparePapers(t.db);
    const change = (abstract: string, seconds: number) =>
      importAll([{ ...sample[0]!, abstract, observedAt: new Date(LATER.getTime() + 1000 * seconds) }]);
    await change("Proteins fold.", 1);
    class Interrupted extends MemoryIndex {
      override async refresh(): Promise<void> {
        await super.refresh();
        await change("Robots walk.", 2);
      }
    }
    expect(await t.db.bulk((tx) => findNeighbors(tx, new Interrupted(t.db, defaultModelName())))).toBe(true);
    const waiting = await t.db.run<{ title: string }>(
      "select title from neighbor_backlog b join papers p on p.id = b.paper_id",
    );
    expect(waiting).toContainEqual({ title: sample[0]!.title });
    await comparePapers(t.db);
    await expectExact(30);
  });
});
