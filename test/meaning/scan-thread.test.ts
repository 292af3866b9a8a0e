import "reflect-metadata";
import { nearest } from "../../src/meaning/index/nearest";
import { ScanThread } from "../../src/meaning/index/scan-thread";
import { VectorBlocks } from "../../src/meaning/index/vector-blocks";
import { toMeaning } from "../../src/meaning/model";
import { randomFrom } from "../../src/meaning/train/random";

const random = randomFrom(5);
const anyMeaning = () => toMeaning(Float64Array.from({ length: 64 }, () => random() - 0.5))!;
const of = (key: string, ms = Number.POSITIVE_INFINITY) => ({ key, until: performance.now() + ms });

describe("the thread that compares papers", () => {
  const vectors = new VectorBlocks();
  for (let id = 1; id <= 20_000; id++) vectors.write(id, anyMeaning().values);
  const meaning = anyMeaning();
  const question = { meaning, count: 10 };
  const expected = nearest(vectors.all, meaning, 10);
  let thread: ScanThread;
  beforeEach(() => {
    thread = new ScanThread(() => vectors.all);
  });
  afterEach(() => thread.close());

  test("leaves out what is less alike than is asked for", async () => {
    const { likeness: least } = expected[4]!;
    expect(await thread.ask({ ...question, least }, of("ada"))).toEqual(expected.slice(0, 5));
  });

  test("answers callers in turn: one who asks once does not wait for another's many questions", async () => {
    const order: string[] = [];
    const ask = async (key: string) => {
      expect(await thread.ask(question, of(key))).toEqual(expected);
      order.push(key);
    };
    const many = Array.from({ length: 60 }, () => ask("ada"));
    await Promise.race(many);
    await ask("bea");
    const before = order.length;
    expect(before).toBeLessThan(10);
    await Promise.all(many);
    expect(order).toHaveLength(61);
  });

  test("refuses who waits too long, and who asks far too much, with errors that say when to try again", async () => {
    const many = Array.from({ length: 503 }, () => thread.ask(question, of("ada")));
    const results = Promise.allSettled(many);
    const late = thread.ask(question, of("bea", 0));
    await expect(late).rejects.toMatchObject({ extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 2 } });
    const refused = (await results).filter((each) => each.status === "rejected");
    expect(refused).not.toEqual([]);
    for (const { reason } of refused)
      expect(reason).toMatchObject({ extensions: { code: "RATE_LIMITED", retryAfter: 2 } });
  });

  test("is replaced when it ends, and what waits is answered; only a question with which it ends twice is not", async () => {
    const fatal = { ...question, among: 5 as unknown as Int32Array };
    const asked = ["ada", "bea", "cy", "dan"].map((key) => thread.ask(key === "bea" ? fatal : question, of(key)));
    const [first, second, ...others] = await Promise.allSettled(asked);
    expect(second).toMatchObject({
      status: "rejected",
      reason: { extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 2 }, originalError: expect.any(TypeError) },
    });
    for (const each of [first, ...others]) expect(each).toEqual({ status: "fulfilled", value: expected });
    expect(await thread.ask(question, of("bea"))).toEqual(expected);
  });
});
