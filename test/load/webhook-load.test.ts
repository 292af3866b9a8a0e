import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createLog } from "../../src/log";
import { planWebhooks } from "../../src/webhooks/events/plan.service";
import { createPlanDeps } from "../../src/webhooks/events/plan-deps";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { useDatabase } from "../support/use-api";
import { daysAgo, sendAll, sendOptions } from "../webhooks/use-webhooks";

jest.setTimeout(600_000);

const IS_SOAK = Boolean(process.env.SOAK);
/** `npm run soak` asks for all of them, `npm test` for a part. */
const WEBHOOKS = IS_SOAK ? 10_000 : 200;
const HOSTS = IS_SOAK ? 200 : 40;
/** What one event may take to be planned, in ms: by `npm run soak` alone, on an idle machine. */
const MOST_MS = 2000;
/** What may be left of it in memory when all is sent, in MB. */
const MOST_HEAP_MB = 20;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const heapUsed = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

describe(`${WEBHOOKS} webhooks with different filters, on ${HOSTS} hosts`, () => {
  const t = useDatabase();
  const arrived = new Map<string, number>();
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const key = `${request.headers.host}${request.url}`;
      arrived.set(key, (arrived.get(key) ?? 0) + 1);
      request.resume();
      response.end("ok");
    });
    // All addresses of 127.0.0.0/8 are this machine.
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    await signIn(t.db, "ada");
    await planWebhooks(createPlanDeps(t.db, createLog("silent")), new Date());
    const { port } = server.address() as AddressInfo;
    await t.db.run(
      `insert into webhooks (user_id, url, host, events, feed_periods, format, filter, secret_salt)
      select (select id from users), 'http://127.0.1.' || n % ${HOSTS} || ':${port}/' || n, '127.0.1.' || n % ${HOSTS} || ':${port}',
        '{PAPER_FEATURED}', '{DAY}', 'STANDARD',
        json_build_object('keywords', json_build_array('agents', 'word' || n)),
        int4send(n)
      from generate_series(1, ${WEBHOOKS}) n`,
    );
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test("an event is planned for all at once, and sent with bounded memory", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Of agents", featured: featured(daysAgo(0)) })]);
    const deps = createPlanDeps(t.db, createLog("silent"));
    const began = performance.now();
    await planWebhooks(deps, new Date());
    const took = performance.now() - began;
    const [planned] = await t.db.run("select count(*)::int as n from webhook_deliveries where status = 'QUEUED'");
    expect(planned).toEqual({ n: WEBHOOKS });
    if (IS_SOAK) console.log(`${WEBHOOKS} webhooks planned in ${took.toFixed(0)} ms`);
    const before = heapUsed();
    const sending = performance.now();
    expect(await sendAll(t.db, new Date(Date.now() + 1000), sendOptions())).toBe(WEBHOOKS);
    const seconds = (performance.now() - sending) / 1000;
    const heap = heapUsed() - before;
    expect(arrived.size).toBe(WEBHOOKS);
    expect([...arrived.values()].every((count) => count === 1)).toBe(true);
    if (!IS_SOAK) return;
    console.log(`${WEBHOOKS} webhooks sent in ${seconds.toFixed(1)} s, heap ${heap.toFixed(0)} MB more`);
    expect(heap).toBeLessThan(MOST_HEAP_MB);
    expect(took).toBeLessThan(MOST_MS);
  });
});
