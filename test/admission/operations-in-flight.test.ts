import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { defaultLimits } from "../../src/config/limits";
import type { Statement } from "../../src/db/sql";
import { portOf, startApi, type TestApi } from "../support/api";
import { withReads } from "../support/database";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { asPost, createHttpClient, type HttpClient, type Received, type Sent } from "../support/http-client";
import { useDatabase } from "../support/use-api";

const BUSY = "192.0.2.2";
const OTHER = "192.0.2.1";
const READ = "{ papers(first: 1) { nodes { title } } }";

describe("operations in flight", () => {
  const t = useDatabase();
  let api: TestApi;
  let sender: HttpClient;
  let token: string;
  /** Reads that are held back, in the order that they came. */
  const held: (() => void)[] = [];
  let isHolding = false;
  beforeAll(async () => {
    await importRecords(t.db, [sourceRecord({ title: "One", featured: featured("2026-01-06") })]);
    token = await signIn(t.db, "ada");
    const read = async (statement: Statement, by?: { key: string }) => {
      if (isHolding && by?.key.includes(BUSY) && statement.text.includes("papers p"))
        await new Promise<void>((resolve) => held.push(resolve));
      return t.db.query(statement);
    };
    api = t.use(
      await startApi(withReads(t.db, read), {
        trustProxy: ["127.0.0.1"],
        // One operation at a time, and two that wait.
        limits: { ...defaultLimits, MAX_POINTS_AT_ONCE: 1, MAX_WAITING_OPERATIONS: 2, RATE_LIMIT_ANONYMOUS: 0 },
      }),
    );
    sender = t.use(createHttpClient(portOf(api), Number.POSITIVE_INFINITY));
  });
  beforeEach(async () => {
    // Known to the fast path from here on.
    for (let i = 0; i < 3; i++) await ask(OTHER);
    isHolding = true;
  });
  afterEach(() => {
    release();
    isHolding = false;
  });

  const from = (address: string, { headers, ...sent }: Sent): Sent => ({
    ...sent,
    headers: { ...headers, "x-forwarded-for": address },
  });
  const ask = (address: string, query = READ, signedIn?: string) =>
    sender.send(from(address, asPost({ query }, signedIn)));
  const codeOf = ({ body }: Received) => JSON.parse(body).errors?.[0].extensions.code;
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await sleep(2);
  };
  function release(): void {
    for (const go of held.splice(0)) go();
  }
  /** Lets all go on that was held back, and what waits for it. */
  const finish = async (asked: Promise<Received>[]) => {
    isHolding = false;
    release();
    return Promise.all(asked);
  };

  test.each([
    ["known", READ],
    ["new", "{ papers(first: 1) { nodes { id title } } }"],
    ["that fail", '{ papers(first: 1) { nodes { title } } paper(id: "x") { title } }'],
    ["that are refused", "{ papers(first: 1) { nope } }"],
  ])("of one caller wait for each other, %s; those of another and of users do not", async (_, query) => {
    const first = ask(BUSY);
    await until(() => held.length === 1);
    const next = ask(BUSY);
    for (const signedIn of [undefined, token]) {
      expect((await ask(OTHER, query, signedIn)).status).toBe((await ask(OTHER, query)).status);
    }
    expect((await ask(BUSY, READ, token)).status).toBe(200);
    expect(held).toHaveLength(1);
    const answers = await finish([first, next]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  test("beyond those that may wait are refused to their caller alone, and the others are answered", async () => {
    const asked = [ask(BUSY)];
    await until(() => held.length === 1);
    asked.push(...Array.from({ length: 6 }, () => ask(BUSY)));
    const refusals: Received[] = [];
    for (const each of asked) void each.then((answer) => answer.status === 429 && refusals.push(answer));
    await until(() => refusals.length === 4);
    expect(JSON.parse(refusals[0]!.body).errors).toMatchObject([
      { message: expect.stringContaining("running or waiting"), extensions: { code: "RATE_LIMITED", retryAfter: 2 } },
    ]);
    expect(refusals[0]!.headers["retry-after"]).toBe("2");
    expect((await ask(OTHER)).status).toBe(200);
    const answers = await finish(asked);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  });

  test("of who has gone give their place to those that come after", async () => {
    const first = ask(BUSY);
    await until(() => held.length === 1);
    const body = JSON.stringify({ query: READ });
    for (let i = 0; i < 5; i++) {
      const socket = connect(portOf(api), "127.0.0.1");
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: a\r\nx-forwarded-for: ${BUSY}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      await once(socket, "connect");
      await sleep(20);
      socket.destroy();
    }
    // Refused at once, until the places of those who have gone are free.
    let second = ask(BUSY);
    while ((await Promise.race([second, sleep(100)])) !== undefined) second = ask(BUSY);
    const answers = await finish([first, second]);
    expect(answers.map(codeOf)).toEqual([undefined, undefined]);
  });

  test("give their place back when they fail", async () => {
    isHolding = false;
    const queries = ['{ paper(id: "x") { title } }', "{ nope }", "{ papers(first: 1000) { totalCount } }", READ];
    for (let i = 0; i < 12; i++) expect(codeOf(await ask(BUSY, queries[i % 4]))).not.toBe("RATE_LIMITED");
    expect((await ask(BUSY)).status).toBe(200);
  });
});
