import { setTimeout as sleep } from "node:timers/promises";
import { asPost, createHttpClient, type HttpClient, type Sent } from "../support/http-client";
import { type PricedOperation, requestOf } from "../support/operations/operation";
import { pricedOperations } from "../support/operations/operations";
import { LET_PAPERS_TREND, readStock, type Stock } from "../support/operations/stock";
import { addressOf, run } from "../support/processes";
import { createSampleDatabase } from "../support/sample";
import { useDatabase } from "../support/use-api";

jest.setTimeout(120_000);

const SENDERS = 20;
/** A reader beside them waits less than so many times as long as alone; beside other test files, twice as many. */
const MOST = process.env.SOAK ? 5 : 10;
const TRIES = 3;
/** So much is waited for on any machine: what is quicker is not told from it. */
const FLOOR_MS = 5;
const SAMPLES = 15;
const LEAST_MS = process.env.SOAK ? 3000 : 300;

const READER = "{ papers(first: 5) { nodes { title } } feed { key previous { key } } }";
/** Enough to know the names. */
const NO_STOCK: Stock = { days: [], papers: [], arxivIds: [], authors: [], names: [], common: [], misspelt: [] };

/** In `npm test`: a few of the worst, what is more than one may ask for, and what is refused. */
const SHORT = new Set([
  "totalCount, 20 + 20 keywords",
  "search with highlights of 100",
  "refused: 150 feeds and an unknown field",
  "refused: too complex",
]);

describe(`beside ${SENDERS} who ask from one address for`, () => {
  const t = useDatabase(createSampleDatabase);
  let sender: HttpClient;
  let operations: PricedOperation[];
  beforeAll(async () => {
    await t.db.run(LET_PAPERS_TREND);
    operations = pricedOperations(await readStock(t.db.run));
    const env = { DATABASE_URL: t.db.url, WORKER: "off", TRUST_PROXY: "1", RATE_LIMIT_ANONYMOUS: "0" };
    const api = t.use(run("api.main", [], env));
    sender = t.use(createHttpClient(Number(new URL(await addressOf(api)).port), Number.POSITIVE_INFINITY));
  });

  const send = (address: string, sent: Sent) =>
    sender.send({ ...sent, headers: { ...sent.headers, "x-forwarded-for": address } });
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  /** How long a reader waits, in milliseconds: the median of some reads, one after the other. */
  const read = async () => {
    const times: number[] = [];
    for (const start = performance.now(); times.length < SAMPLES || performance.now() < start + LEAST_MS; ) {
      const asked = performance.now();
      const { status, body } = await send("192.0.2.1", asPost({ query: READER }));
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
    for (let i = 0; i < 5; i++) await send("192.0.2.1", asPost({ query: READER }));
    // Other work of this machine may come just when the readers have company: it would have to come each time.
    let ratio = Number.POSITIVE_INFINITY;
    for (let i = 0; i < TRIES && ratio >= MOST; i++) ratio = await compare(name);
    expect(ratio).toBeLessThan(MOST);
  });

  /** How many times as long as alone a reader waits beside the others. */
  async function compare(name: string): Promise<number> {
    const operation = operations.find((each) => each.name === name)!;
    const alone = Math.max(FLOOR_MS, await read());
    let isOver = false;
    let sent = 0;
    const sending = Array.from({ length: SENDERS }, async () => {
      for (let n = sent++; !isOver; n = sent++) await send("192.0.2.2", requestOf(operation, n));
    });
    await sleep(300);
    const beside = await read().finally(() => {
      isOver = true;
    });
    await Promise.all(sending);
    return beside / alone;
  }
});
