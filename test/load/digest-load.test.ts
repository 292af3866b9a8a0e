import { setTimeout as sleep } from "node:timers/promises";
import { recoverSending } from "../../src/digests/deliveries/claim.service";
import { planDigests } from "../../src/digests/deliveries/plan.service";
import { feature, ledger, readableLog, settings, subscribe } from "../support/digests";
import { type Running, run, temporaryFolder } from "../support/processes";
import { createTestSmtp, type Manner, type TestSmtp } from "../support/smtp";
import { useDatabase } from "../support/use-api";

jest.setTimeout(160_000);

/** `npm run soak` asks for the whole crowd, `npm test` for a part of it. */
const READERS = process.env.SOAK ? 500 : 20;
/** One of them is killed, and at least two go on. */
const WORKERS = process.env.SOAK ? 4 : 3;

/** Of ten readers, what the server does with the mails of each. */
const MANNERS: Manner[] = [
  "accept and drop",
  "put off at RCPT",
  "put off at DATA",
  "refuse at RCPT",
  "drop at DATA",
  "refuse at DATA",
];

describe(`${WORKERS} worker processes and ${READERS} readers`, () => {
  const t = useDatabase();
  let smtp: TestSmtp;
  let dataDir: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    smtp = t.use(await createTestSmtp());
    ({ folder: dataDir, remove } = await temporaryFolder());
  });
  afterAll(() => remove());

  const startWorker = () =>
    run("worker.main", [], {
      DATABASE_URL: t.db.url,
      DATA_DIR: dataDir,
      SMTP_URL: smtp.url,
      PUBLIC_URL: settings.publicUrl,
      DIGEST_SECRET: settings.secret,
    });
  /** The first mail to a reader who is put off; later ones are accepted. */
  const mannersOf = (addresses: string[]) => {
    const calls = new Map<string, number>();
    return (to: string): Manner => {
      const manner = MANNERS[addresses.indexOf(to) % 10] ?? "accept";
      const call = (calls.get(to) ?? 0) + 1;
      calls.set(to, call);
      return manner.startsWith("put off") && call > (manner.endsWith("DATA") ? 2 : 1) ? "accept" : manner;
    };
  };
  const count = async (condition: string) => {
    const [row] = await t.db.run<{ count: number }>(`select count(*)::int from digest_deliveries where ${condition}`);
    return row!.count;
  };
  const until = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo())) await sleep(50);
  };

  test("nobody gets two, and each miss is told, when all plan at once and one is killed in the middle", async () => {
    await feature(t.db, "2026-10-07", ["first", "second"], "2026-10-09T00:00:10Z");
    await subscribe(t.db, READERS);
    const rows = await t.db.run<{ id: number; email: string }>(
      "select id, email from digest_subscriptions order by id",
    );
    smtp.manner = mannersOf(rows.map(({ email }) => email));
    smtp.delayMs = 20;
    const workers: Running[] = Array.from({ length: WORKERS }, startWorker);
    for (const worker of workers) await worker.waitForOutput("sends digests");
    await until(async () => smtp.received.length >= READERS / 4);
    workers[0]!.child.kill("SIGKILL");
    const [killed] = await t.db.run<{ at: Date }>("select clock_timestamp() as at");
    const { log } = readableLog();
    await planDigests(t.db, new Date(), log);
    // A retry waits for a minute, which the test does not.
    await until(async () => {
      await t.db.run("update digest_deliveries set next_attempt_at = now() where status = 'QUEUED' and attempts > 0");
      // What the killed worker had in its hands stays so.
      const isHeld = `claimed_at > least('${killed!.at.toISOString()}', now() - interval '8 seconds')`;
      return (await count(`status = 'QUEUED' or (status = 'SENDING' and ${isHeld})`)) === 0;
    });
    for (const worker of workers.slice(1)) worker.child.kill("SIGTERM");
    for (const worker of workers.slice(1)) expect(await worker.ended).toEqual({ code: 0, signal: null });
    await recoverSending(t.db, new Date(Date.now() + 11 * 60_000));

    const accepted = smtp.accepted();
    expect(new Set(accepted).size).toBe(accepted.length);
    const all = await ledger(t.db);
    expect(all).toHaveLength(READERS);
    for (const { subscription, status } of all) {
      const { email } = rows.find(({ id }) => id === subscription)!;
      const possible = accepted.includes(email) ? ["SENT", "UNKNOWN"] : ["FAILED", "UNKNOWN"];
      expect([email, possible]).toEqual([email, expect.arrayContaining([status])]);
    }
    const unknown = all.filter(({ status }) => status === "UNKNOWN").length;
    // Two of ten by the server's doing, and at most what the killed worker had in its hands.
    expect(unknown).toBeGreaterThanOrEqual(READERS / 5);
    expect(unknown).toBeLessThanOrEqual(READERS / 5 + 4);
    const output = workers.map((worker) => worker.output()).join("");
    expect(output).not.toMatch(/reader\d+@|digest\/\w+\/[\w-]{40}/);
  });
});
