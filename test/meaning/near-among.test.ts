import "reflect-metadata";
import { sql } from "../../src/db/sql";
import { defaultModelName } from "../../src/meaning/default-model";
import { nearestAmong } from "../../src/meaning/index/nearest";
import { likenessOf, VectorBlock } from "../../src/meaning/index/vector-block";
import { meanOf, toMeaning } from "../../src/meaning/model";
import { nearAmong } from "../../src/meaning/near-among";
import { readVector, toBytes } from "../../src/meaning/serving-model";
import { randomFrom } from "../../src/meaning/train/random";
import { papersNear } from "../../src/meaning/vector-index";
import { importRecords, sourceRecord } from "../support/factories";
import { describeByPlace } from "../support/pgvector/places";
import { useOpened } from "../support/use-api";

const DIMENSIONS = 128;
const random = randomFrom(3);
const anyVector = () => Float64Array.from({ length: DIMENSIONS }, () => random() + random() - 1);
const center = anyVector();
/** Of one and the mean of some the cosine is about 0.5. */
const stored = () => toBytes(toMeaning(anyVector().map((value, i) => 1.3 * value + center[i]!)));

test("the likeness of stored vectors is that of vectors in memory, to the last digit", () => {
  const vectors = Array.from({ length: 1000 }, stored);
  const block = new VectorBlock(0, DIMENSIONS);
  for (const [id, bytes] of vectors.entries()) block.write(id, Int8Array.from(bytes));
  const meanings = vectors.map((bytes) => readVector(bytes)!);
  const ids = [...vectors.keys()];
  for (let i = 0; i < 20; i++) {
    const given = ids.slice(i, 2 * i + 1);
    const mean = meanOf(given.map((id) => meanings[id]!))!;
    expect(meanOf(given.map((id) => block.meaningOf(id)!))).toEqual(mean);
    const found = new Map(
      nearestAmong(new Map([[0, block]]), mean, 1000, ids).map((each) => [each.paperId, each.likeness]),
    );
    expect(found).toEqual(new Map(ids.map((id) => [id, likenessOf(meanings[id]!, mean)])));
  }
});

describeByPlace("papers near to given ones", (place) => {
  const t = useOpened(place.open);
  test("are the same for lists, which ask the index, and for events, which read the database", async () => {
    await importRecords(
      t.db,
      Array.from({ length: 300 }, () => sourceRecord()),
    );
    const ids = (await t.db.run<{ id: number }>("select id from papers order by id")).map(({ id }) => id);
    await t.db.query(sql`
      update paper_vectors v set vector = n.vector, written_in = default
      from unnest(${ids}::int[], ${ids.map(stored)}::bytea[]) n (id, vector) where v.paper_id = n.id`);
    const index = place.index(t.db.primary, defaultModelName());
    for (let i = 0; i < 12; i++) {
      // In any order, and one of them twice.
      const given = [ids[9 * i]!, ...ids.slice(7 * i, 7 * i + 2).reverse(), ids[9 * i]!];
      const listed = await papersNear(index, given);
      expect(listed.length).toBeGreaterThan(9);
      expect(listed.length).toBeLessThan(300);
      expect(await nearAmong(t.db, given, sql`select id from papers`)).toEqual(listed.sort((a, b) => a - b));
    }
  });
});
