import "reflect-metadata";
import type { Db, Transaction } from "../../src/db/database";
import { sql } from "../../src/db/sql";
import { MemoryIndex } from "../../src/meaning/index/memory-index";
import { type Alike, nearest, nearestAmong } from "../../src/meaning/index/nearest";
import { VectorBlock } from "../../src/meaning/index/vector-block";
import { type Meaning, toMeaning } from "../../src/meaning/model";
import { randomFrom } from "../../src/meaning/train/random";
import { importRecords, sourceRecord } from "../support/factories";
import { useDatabase } from "../support/use-api";

const DIMENSIONS = 128;
const random = randomFrom(1);
const anyVector = () => Float64Array.from({ length: DIMENSIONS }, () => random() + random() + random() - 1.5);
const near = (center: Float64Array) => toMeaning(anyVector().map((value, i) => value + center[i]!))!;

describe("the nearest of many papers", () => {
  const centers = Array.from({ length: 50 }, anyVector);
  const meanings = new Map(Array.from({ length: 12_000 }, (_, i) => [3 * i + 1, near(centers[i % centers.length]!)]));
  const blocks = new Map<number, VectorBlock>();
  let held = 0;
  for (const [paperId, { values }] of meanings) {
    const number = VectorBlock.numberOf(paperId);
    const block = blocks.get(number) ?? new VectorBlock(number * VectorBlock.ids, DIMENSIONS);
    blocks.set(number, block);
    held += block.write(paperId, values);
  }

  /** By comparing all, value by value. */
  const byScan = ({ values, scale }: Meaning, count: number): Alike[] => {
    const all = Array.from(meanings, ([paperId, other]) => {
      const sum = values.reduce((before, value, i) => before + value * other.values[i]!, 0);
      return { paperId, likeness: Math.round(sum * scale * Math.fround(other.scale) * 1e6) / 1e6 };
    });
    return all.sort((a, b) => b.likeness - a.likeness || b.paperId - a.paperId).slice(0, count);
  };

  test.each([
    [20, 0.99],
    [200, 0.97],
    [1000, 0.93],
  ])(
    "are those of an exhaustive scan: of the first %d, a part of %d is found, and none out of order",
    (count, least) => {
      expect(held).toBe(12_000);
      let found = 0;
      for (let i = 0; i < 5; i++) {
        const meaning = near(centers[i]!);
        const scanned = byScan(meaning, count);
        expect(nearestAmong(blocks, meaning, count, meanings.keys())).toEqual(scanned);
        const result = nearest(blocks, meaning, count);
        expect(result).toHaveLength(count);
        const common = result.filter(({ paperId }) => scanned.some((each) => each.paperId === paperId));
        expect(common).toEqual(scanned.filter(({ paperId }) => common.some((each) => each.paperId === paperId)));
        found += common.length;
      }
      expect(found / 5 / count).toBeGreaterThanOrEqual(least);
    },
  );

  test("are all papers where there are few, and only those with a vector among given ones", () => {
    const few = new Map([[0, blocks.get(0)!]]);
    const meaning = meanings.get(4)!;
    expect(nearest(few, meaning, 10_000)).toEqual(nearestAmong(few, meaning, 10_000, meanings.keys()));
    expect(nearestAmong(blocks, meaning, 9, [4, 4, 5, 10 ** 9])).toEqual([{ paperId: 4, likeness: 1 }]);
  });
});

describe("the index in memory", () => {
  const t = useDatabase();
  const opened: MemoryIndex[] = [];
  let ids: number[];
  beforeAll(async () => {
    await importRecords(
      t.db,
      Array.from({ length: 12 }, () => sourceRecord()),
    );
    ids = (await t.db.run<{ id: number }>("select id from papers order by id")).map(({ id }) => id);
  });
  afterEach(async () => {
    await t.db.run("delete from paper_vectors");
    for (const index of opened.splice(0)) await index.close();
  });

  const open = (mostScanned?: number) => {
    const index = new MemoryIndex(t.db.primary, "made", mostScanned);
    opened.push(index);
    return index;
  };
  const vectorOf = (angle: number) => toMeaning(Float64Array.from({ length: 8 }, (_, i) => Math.cos(angle * (i + 1))))!;
  const write = (db: Pick<Transaction, "query">, paperId: number, angle: number | null) => {
    const vector = angle === null ? Buffer.alloc(0) : Buffer.from(vectorOf(angle).values);
    return db.query(sql`
      insert into paper_vectors (paper_id, model, vector) values (${paperId}::int, 'made', ${vector})
      on conflict (paper_id, model) do update set vector = excluded.vector, written_in = default`);
  };
  const restore = () =>
    t.db.run(`
      create table restored (like paper_changes including all);
      drop table paper_changes;
      alter table restored rename to paper_changes`);
  const found = async (index: MemoryIndex, angle = 0, among?: number[]) =>
    (await index.nearest(vectorOf(angle), 20, { among })).map(({ paperId }) => paperId);

  test("reads what others commit, whichever began first, and what was written again", async () => {
    const index = open();
    await write(t.db, ids[0]!, 0.3);
    await index.refresh();
    await t.db.bulk(async (early) => {
      await write(early, ids[1]!, 0.2);
      await write(t.db, ids[2]!, 0.1);
      await index.refresh();
      expect(await found(index)).toEqual([ids[2], ids[0]]);
    });
    await index.refresh();
    expect(await found(index)).toEqual([ids[2], ids[1], ids[0]]);
    await write(t.db, ids[0]!, 0);
    await write(t.db, ids[2]!, null);
    t.db.takeStatements();
    await Promise.all([index.refresh(), index.refresh(), index.refresh()]);
    expect(t.db.takeStatements()).toHaveLength(3);
    expect(await found(index)).toEqual([ids[0], ids[1]]);
    expect(index.size).toBe(2);
  });

  test("drops vectors of papers that are deleted", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Soon gone" }), sourceRecord({ title: "Gone, too" })]);
    const gone = (await t.db.run<{ id: number }>("select id from papers where id > $1", [ids.at(-1)])).map(
      ({ id }) => id,
    );
    const index = open();
    await write(t.db, ids[0]!, 0.3);
    for (const [i, id] of gone.entries()) await write(t.db, id, i / 10);
    expect(await found(index)).toEqual([...gone, ids[0]]);
    await t.db.bulk(async (late) => {
      await late.query(sql`delete from papers where id = ${gone[0]!}`);
      await write(t.db, gone[1]!, 0.2);
      await index.refresh();
      expect(await found(index)).toEqual([...gone, ids[0]]);
    });
    await index.refresh();
    expect(await found(index)).toEqual([gone[1], ids[0]]);
    await t.db.run("delete from papers where id = $1", [gone[1]]);
    await index.refresh();
    expect(await found(index)).toEqual([ids[0]]);
    expect(index.size).toBe(1);
  });

  test("goes on with what it holds while the database is away, but cannot begin", async () => {
    let isAway = true;
    const query: Db["query"] = (statement) =>
      isAway ? Promise.reject(new Error("away")) : t.db.primary.query(statement);
    const index = new MemoryIndex({ query }, "made", undefined, 0);
    opened.push(index);
    await write(t.db, ids[0]!, 0);
    await expect(found(index)).rejects.toThrow("away");
    isAway = false;
    expect(await found(index)).toEqual([ids[0]]);
    isAway = true;
    expect(await found(index)).toEqual([ids[0]]);
    await expect(index.refresh()).rejects.toThrow("away");
    isAway = false;
    await write(t.db, ids[1]!, 0.1);
    expect(await found(index)).toEqual([ids[0], ids[1]]);
  });

  test("is read anew when the database was restored, in which transactions may have higher numbers", async () => {
    const index = open();
    for (const [i, id] of ids.entries()) await write(t.db, id, i / 40);
    expect(await found(index)).toEqual(ids);
    await t.db.run("delete from paper_vectors where paper_id > $1", [ids[1]]);
    await t.db.run("update paper_vectors set written_in = written_in + 1000000");
    await restore();
    await index.refresh();
    expect(await found(index)).toEqual(ids.slice(0, 2));
    await write(t.db, ids[5]!, 0);
    await index.refresh();
    expect(await found(index)).toEqual([ids[5], ...ids.slice(0, 2)]);
  });

  test("finds the same in a thread, also what was read later, and goes on in another one when that is lost", async () => {
    const [index, inThread] = [open(), open(0)];
    for (const [i, id] of ids.slice(2).entries()) await write(t.db, id, i / 40);
    expect(await inThread.nearest(vectorOf(0.1), 5)).toEqual(await index.nearest(vectorOf(0.1), 5));
    await write(t.db, ids[0]!, 0.11);
    await Promise.all([index.refresh(), inThread.refresh()]);
    expect(await found(inThread, 0.11)).toEqual(await found(index, 0.11));
    expect((await found(inThread, 0.11))[0]).toBe(ids[0]);
    const many = [...ids.slice(1, 5), ...Array.from({ length: 10_001 }, (_, i) => 10 ** 6 + i)];
    expect(await found(inThread, 0.11, many)).toEqual(await found(index, 0.11, many));
    expect(await found(inThread, 0.11, many)).toHaveLength(3);
    await inThread.close();
    expect(await found(inThread, 0.11)).toEqual(await found(index, 0.11));
    const asked = Array.from({ length: 9 }, () => found(inThread, 0.11));
    await inThread.nearest(vectorOf(0.1), 5);
    await inThread.close();
    for (const each of await Promise.all(asked)) expect(each).toEqual(await found(index, 0.11));
  });

  test("answers in a thread while the database is restored, and with what was restored afterwards", async () => {
    const index = open(0);
    for (const [i, id] of ids.entries()) await write(t.db, id, i / 40);
    expect(await found(index)).toEqual(ids);
    await t.db.run("delete from paper_vectors where paper_id > $1", [ids[1]]);
    await restore();
    const [during] = await Promise.all([found(index), index.refresh(), index.refresh()]);
    expect([ids, ids.slice(0, 2)]).toContainEqual(during);
    expect(await found(index)).toEqual(ids.slice(0, 2));
  });
});
