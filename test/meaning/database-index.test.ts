import type { Turn } from "../../src/async/turns";
import type { Db } from "../../src/db/database";
import type { Statement } from "../../src/db/sql";
import { DatabaseIndex } from "../../src/meaning/index/database-index";
import { toMeaning } from "../../src/meaning/model";

test("papers are compared in the database in the turn of who asks, as by other long statements", async () => {
  const asked: [boolean, Turn | undefined][] = [];
  const query = async ({ isLong }: Statement, turn?: Turn) => {
    asked.push([isLong, turn]);
    return [];
  };
  const index = new DatabaseIndex({ query: query as Db["query"] }, "made");
  const turn = { key: "somebody", until: Number.POSITIVE_INFINITY };
  const meaning = toMeaning(Float64Array.from([1, 2]))!;
  await index.nearest(meaning, 20, { turn });
  await index.nearest(meaning, 20, { turn, among: [1, 2, 3] });
  expect(asked).toEqual([
    [true, turn],
    [true, turn],
  ]);
});
