import { setTimeout as sleep } from "node:timers/promises";
import { loadSample } from "../src/ingest/sample";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { LET_PAPERS_TREND, type PricedOperation, pricedOperations, readStock, type Stock } from "./support/operations";
import { addressOf, type Running, run } from "./support/processes";
import { createSender, type Sender } from "./support/send";

jest.setTimeout(120_000);

const SENDERS = 20;
/** A reader beside them waits less than so many times as long as alone. */
const MOST = 5;
/** So much is waited for on any machine: what is quicker is not told from it. */
const FLOOR_MS = 5;
const SAMPLES = 15;
const LEAST_MS = process.env.SOAK ? 3000 : 1000;

const READER = "{ papers(first: 5) { nodes { title } } feed { key previous { key } } }";
/** Enough to know the names. */
const NO_STOCK: Stock = { days: [], papers: [], arxivIds: [], authors: [], names: [], common: [], misspelt: [] };

/** In `npm test`: a few of the worst, what is more than one may ask for, and what is refused. */
const SHORT = new Set([
  "totalCount, 20 + 20 keywords",
  "relatedPapers of relatedPapers",
  "refused: 150 feeds and an unknown field",
  "refused: too complex",
]);

describe(`beside ${SENDERS} who ask from one address for`, () => {
  let db: TestDatabase;
  let api: Running;
  let sender: Sender;
  let operations: PricedOperation[];
  beforeAll(async () => {
    db = await createTestDatabase();
    await loadSample(db, () => {});
    await db.run(LET_PAPERS_TREND);
    operations = pricedOperations(await readStock(db.run));
    api = run("main", [], { DATABASE_URL: db.url, WORKER: "off", TRUST_PROXY: "1", RATE_LIMIT_ANONYMOUS: "0" });
    sender = createSender(Number(new URL(await addressOf(api)).port), Number.POSITIVE_INFINITY);
  });
  afterAll(async () => {
    sender.close();
    api.child.kill("SIGTERM");
    await api.ended;
    await db.close();
  });

  const send = (address: string, body: { query: string; variables?: object }) =>
    sender.send({
      headers: { "content-type": "application/json", "x-forwarded-for": address },
      body: JSON.stringify(body),
    });
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  /** How long a reader waits, in milliseconds: the median of some reads, one after the other. */
  const read = async () => {
    const times: number[] = [];
    for (const start = performance.now(); times.length < SAMPLES || performance.now() < start + LEAST_MS; ) {
      const asked = performance.now();
      const { status, body } = await send("192.0.2.1", { query: READER });
      times.push(performance.now() - asked);
      if (status !== 200 || body.includes('"errors"')) throw new Error(body);
      await sleep(5);
    }
    return median(times);
  };

  const isAsked = ({ name, isDear, isRefused }: PricedOperation) =>
    process.env.SOAK ? isDear || isRefused : SHORT.has(name);

  test.each(
    pricedOperations(NO_STOCK)
      .filter(isAsked)
      .map(({ name }) => name),
  )("%s, a reader from another waits not much longer than alone", async (name) => {
    const { query, variables } = operations.find((each) => each.name === name)!;
    for (let i = 0; i < 5; i++) await send("192.0.2.1", { query: READER });
    const alone = Math.max(FLOOR_MS, await read());
    let isOver = false;
    let sent = 0;
    const sending = Array.from({ length: SENDERS }, async () => {
      for (let n = sent++; !isOver; n = sent++) await send("192.0.2.2", { query: query(n), variables: variables(n) });
    });
    await sleep(300);
    const beside = await read().finally(() => {
      isOver = true;
    });
    await Promise.all(sending);
    expect(beside).toBeLessThan(MOST * alone);
  });
});
