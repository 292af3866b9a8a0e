import "reflect-metadata";
import { sql } from "../../src/db/sql";
import { likenessOf } from "../../src/meaning/index/vector-block";
import { type Meaning, toMeaning } from "../../src/meaning/model";
import { readVector, toBytes } from "../../src/meaning/serving-model";
import { randomFrom } from "../../src/meaning/train/random";
import { type Alike, papersNear } from "../../src/meaning/vector-index";
import { LIKENESS } from "../../src/papers/likeness";
import { importRecords, sourceRecord } from "../support/factories";
import { describeByPlace } from "../support/pgvector/places";
import { useOpened } from "../support/use-api";

const PAPERS = 600;
const random = randomFrom(5);
const anyVector = (dimensions: number) => Float64Array.from({ length: dimensions }, () => random() + random() - 1);

describeByPlace("the index of vectors", (place) => {
  const t = useOpened(place.open);
  let ids: number[];
  beforeAll(async () => {
    await importRecords(
      t.db,
      Array.from({ length: PAPERS }, () => sourceRecord()),
    );
    ids = (await t.db.run<{ id: number }>("select id from papers order by id")).map(({ id }) => id);
  });
  afterEach(() => t.db.run("delete from paper_vectors"));

  const write = (vectors: ReadonlyMap<number, Meaning | null>, model = "made") =>
    t.db.query(sql`
      insert into paper_vectors (paper_id, model, vector)
      select n.id, ${model}, n.vector
      from unnest(${[...vectors.keys()]}::int[], ${[...vectors.values()].map(toBytes)}::bytea[]) n (id, vector)
      on conflict (paper_id, model) do update set vector = excluded.vector, written_in = default`);
  const vectorOf = (angle: number) => toMeaning(Float64Array.from({ length: 8 }, (_, i) => Math.cos(angle * (i + 1))))!;
  const found = (alike: Alike[]) => alike.map(({ paperId }) => paperId);

  test("finds those of its model, and papers that have any", async () => {
    const index = place.index(t.db.primary, "made");
    expect(await index.nearest(vectorOf(0), 20)).toEqual([]);
    expect(await index.meanOf(ids)).toBeNull();
    expect(await index.readDimensions()).toBe(0);
    const [none, far, near, other] = ids as [number, number, number, number];
    await write(
      new Map([
        [none, null],
        [far, vectorOf(0.2)],
        [near, vectorOf(0.1)],
      ]),
    );
    await write(new Map([[other, toMeaning(Float64Array.from([1, 2, 3]))]]), "another");
    await index.refresh();
    expect(await index.readDimensions()).toBe(8);
    expect(found(await index.nearest(vectorOf(0), 20))).toEqual([near, far]);
    expect(found(await index.nearest(vectorOf(0), 1))).toEqual([near]);
    expect(found(await index.nearest(vectorOf(0), 20, { among: [none, far, far, other, 10 ** 9] }))).toEqual([far]);
    expect(await index.nearest(vectorOf(0), 20, { among: [] })).toEqual([]);
    expect(await index.meanOf([near, none, near])).toEqual({
      ...vectorOf(0.1),
      scale: expect.closeTo(vectorOf(0.1).scale),
    });
    expect(await index.meanOf([far, near])).toEqual(await index.meanOf([near, far, far]));
    await index.close();
  });

  test("finds what was written again, and none of papers that were deleted", async () => {
    const index = place.index(t.db.primary, "made");
    await importRecords(t.db, [sourceRecord({ title: "Soon gone" })]);
    const [gone] = (await t.db.run<{ id: number }>("select max(id) as id from papers")).map(({ id }) => id);
    const [first, second] = ids as [number, number];
    await write(new Map([first, second, gone!].map((id, i) => [id, vectorOf(i / 10)])));
    expect(found(await index.nearest(vectorOf(0), 9))).toEqual([first, second, gone]);
    await write(new Map([[first, vectorOf(0.3)]]));
    await t.db.run("delete from papers where id = $1", [gone]);
    await index.refresh();
    expect(found(await index.nearest(vectorOf(0), 9))).toEqual([second, first]);
    await write(new Map([[second, null]]));
    await index.refresh();
    expect(found(await index.nearest(vectorOf(0), 9))).toEqual([first]);
    await index.close();
  });

  test.each([
    [7, PAPERS, 0],
    [128, PAPERS, 0],
    [1024, 100, 0],
    // Sums of more products may be larger than what single precision holds exactly.
    [3072, 50, 1e-6],
  ])(
    "of %d dimensions, of %d papers, finds what an exhaustive scan does, likeness by likeness (to %d)",
    async (dimensions, papers, tolerance) => {
      const center = anyVector(dimensions);
      const near = () => toMeaning(anyVector(dimensions).map((value, i) => 1.3 * value + center[i]!));
      const some = ids.slice(0, papers);
      const vectors = new Map(some.map((id) => [id, id % 50 === 0 ? null : near()]));
      // The latest of equally near ones comes first.
      vectors.set(ids[3]!, vectors.get(ids[4]!)!);
      await write(vectors);
      const index = place.index(t.db.primary, "made");
      const scan = (meaning: Meaning, among = some): Alike[] =>
        among
          .flatMap((paperId) => {
            const paper = readVector(toBytes(vectors.get(paperId)!));
            return paper ? [{ paperId, likeness: likenessOf(paper, meaning) }] : [];
          })
          .sort((a, b) => b.likeness - a.likeness || b.paperId - a.paperId);
      for (let i = 1; i <= 5; i++) {
        const meaning = (await index.meanOf(ids.slice(i, 2 * i)))!;
        const every = i % 3 === 0 ? undefined : some.filter((_, n) => n % (i + 1) === 0);
        const expected = scan(meaning, every);
        expectAlike(await index.nearest(meaning, PAPERS, { among: every }), expected, tolerance);
        expectAlike(await index.nearest(meaning, 20, { among: every }), expected.slice(0, 20), tolerance);
        const least = scan(meaning).filter(({ likeness }) => likeness >= LIKENESS);
        expect(least.length).toBeGreaterThan(0);
        expectAlike(await index.nearest(meaning, PAPERS, { least: LIKENESS }), least, tolerance);
        if (tolerance === 0) expect(await papersNear(index, ids.slice(i, 2 * i))).toEqual(found(least));
      }
      await index.close();
    },
  );
});

/** Where likenesses may differ by the last digit, so may the order of papers that are as alike. */
function expectAlike(found: Alike[], expected: Alike[], tolerance: number): void {
  if (tolerance === 0) expect(found).toEqual(expected);
  expect(found).toHaveLength(expected.length);
  const likenesses = new Map(expected.map(({ paperId, likeness }) => [paperId, likeness]));
  const isAlike = (one: number, other: number | undefined) => Math.abs(one - other!) <= tolerance * 1.01;
  const wrong = found.filter(
    ({ paperId, likeness }, i) =>
      !isAlike(likeness, expected[i]!.likeness) || !isAlike(likeness, likenesses.get(paperId)),
  );
  expect(wrong).toEqual([]);
}
