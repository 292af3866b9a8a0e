import { createLog } from "../../src/log";
import { defaultModelName } from "../../src/meaning/default-model";
import { DatabaseIndex } from "../../src/meaning/index/database-index";
import { MemoryIndex } from "../../src/meaning/index/memory-index";
import { addVectorColumn } from "../../src/meaning/index/vector-column";
import { VectorIndexes } from "../../src/meaning/vector-indexes";
import { importRecords, sourceRecord } from "../support/factories";
import { openPglite } from "../support/pgvector/pglite";
import { until } from "../support/until";
import { useOpened } from "../support/use-api";

describe("the column in which pgvector compares", () => {
  const t = useOpened(openPglite);
  let logged: string[] = [];
  const log = createLog("info", { write: (line) => logged.push(JSON.parse(line).msg) });
  const add = async (): Promise<string[]> => {
    logged = [];
    await addVectorColumn(t.db, log);
    return logged;
  };
  beforeAll(() => importRecords(t.db, [sourceRecord({ title: "Coloring graphs" })]));
  /** A process follows when it is next asked. */
  const follows = (indexes: VectorIndexes, place: typeof MemoryIndex | typeof DatabaseIndex) =>
    until(async () => (await indexes.serving()) instanceof place);
  const compared = async (indexes: VectorIndexes) => {
    const [paper] = await t.db.run<{ id: number }>("select max(id) as id from papers");
    const index = await indexes.serving();
    await index.refresh();
    return (await index.nearest((await index.meanOf([paper!.id]))!, 20)).length;
  };
  const ABOUT = "papers are compared in the database, by pgvector";

  test("is made where the extension is, not before, once, and holds what was and what is written", async () => {
    const indexes = new VectorIndexes(t.db.primary, "auto", 0);
    expect(await add()).toEqual([]);
    await follows(indexes, MemoryIndex);
    expect(await compared(indexes)).toBe(1);
    await t.db.run("create extension vector");
    await follows(indexes, MemoryIndex);
    expect(await add()).toEqual([ABOUT]);
    expect(await add()).toEqual([ABOUT]);
    await follows(indexes, DatabaseIndex);
    expect(await indexes.of(defaultModelName())).toBeInstanceOf(DatabaseIndex);
    await importRecords(t.db, [sourceRecord({ title: "Coloring trees" })]);
    expect(await compared(indexes)).toBe(2);
    await follows(new VectorIndexes(t.db.primary, "memory", 0), MemoryIndex);
    await indexes.close();
  });

  test("goes with the extension, and papers are imported and compared on", async () => {
    const indexes = new VectorIndexes(t.db.primary, "auto", 0);
    await follows(indexes, DatabaseIndex);
    await t.db.run("drop extension vector cascade");
    await importRecords(t.db, [sourceRecord({ title: "Coloring maps" })]);
    await follows(indexes, MemoryIndex);
    expect(await compared(indexes)).toBe(3);
    await t.db.run("create extension vector");
    expect(await add()).toEqual([ABOUT]);
    await follows(indexes, DatabaseIndex);
    expect(await compared(indexes)).toBe(3);
    await indexes.close();
  });

  test("is not made, and the log says so, where it cannot be used", async () => {
    await t.db.run("drop extension vector cascade");
    await t.db.run("create schema elsewhere");
    await t.db.run("create extension vector schema elsewhere");
    expect(await add()).toEqual([
      "pgvector is older than 0.7 or not in the search_path: papers are compared in memory",
    ]);
    await t.db.run("set search_path = public, elsewhere");
    await t.db.run("alter table paper_vectors add column meaning text");
    expect(await add()).toEqual(["pgvector cannot be used: papers are compared in memory"]);
    await follows(new VectorIndexes(t.db.primary, "auto", 0), MemoryIndex);
  });
});
