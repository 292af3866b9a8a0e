import request from "supertest";
import { FoldMailboxes1791510000000 } from "../migrations/1791510000000-fold-mailboxes";
import { foldAddress, hashAddress } from "../src/digests/address";
import { runDigestCommand } from "../src/digests/digest.command";
import { defaultLimits } from "../src/limits";
import { startApi, type TestApi } from "./support/api";
import { withDataSource } from "./support/data-source";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { plainRenderers, sendAll, settings, subscribe } from "./support/digests";

const SUBSCRIBE = `mutation ($email: EmailAddress!, $hour: Int) {
  subscribeToDigest(input: { email: $email, hour: $hour, consentVersion: "1" }) { confirmationSent userErrors { code } }
}`;
const CONFIRM = `mutation ($token: String!) { confirmDigestSubscription(input: { token: $token }) {
  subscription { id nextSendAt } userErrors { code } } }`;

const VICTIM = "Vera.Victim@gmail.com";
const erase = (db: TestDatabase, email: string) =>
  runDigestCommand(db, ["erase", email], { settings, renderers: plainRenderers, now: new Date() });
const standing = (status: string) => (db: TestDatabase) => subscribe(db, 1, { email: VICTIM, status });

/** What the victim may be, which nobody is to find out. */
const WORLDS: Record<string, (db: TestDatabase) => Promise<unknown>> = {
  new: () => Promise.resolve(),
  waiting: standing("PENDING"),
  subscribed: standing("ACTIVE"),
  unsubscribed: standing("UNSUBSCRIBED"),
  bounced: (db) =>
    db.run("insert into digest_suppressions (address_hash, reason) values ($1, 'BOUNCE')", [
      hashAddress(settings.secret, VICTIM),
    ]),
  "erased by another spelling": (db) => erase(db, "veravictim+papers@googlemail.com"),
};

interface Seen {
  answers: object[];
  /** Milliseconds, of the requests for the victim. */
  times: number[];
}

/** All that somebody sees who asks for own subscriptions before and after some for the victim, until no more are taken. */
async function visit(arrange: (db: TestDatabase) => Promise<unknown>): Promise<Seen> {
  const db = await createTestDatabase();
  await arrange(db);
  // Where ids begin is not for a stranger to see.
  await db.run("select setval(pg_get_serial_sequence('digest_subscriptions', 'id'), 100)");
  const limits = { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 0, SUBSCRIBE_LIMIT_ALL: 6 };
  const api = await startApi(db, { limits, digests: settings });
  try {
    const http = request(api.server.server);
    const [, version] = /name="consentVersion" value="([^"]+)"/.exec((await http.get("/digest")).text)!;
    const seen: Seen = { answers: [], times: [] };
    const note = ({ status, headers, text }: request.Response) => {
      const { date: _, "x-request-id": id, ratelimit, ...told } = headers as Record<string, string>;
      const left = "retry-after" in told ? { ...told, "retry-after": "some" } : told;
      const body = text
        .replaceAll(id!, "ID")
        .replace(/\b\d+ (s\b|minutes|hours)/g, "N $1")
        .replace(/"retryAfter":\d+/, "");
      seen.answers.push({
        status,
        headers: { ...left, "content-length": body.length, ratelimit: ratelimit?.replace(/t=\d+/, "t") },
        body,
      });
    };
    const byMutation = (email: string) =>
      http.post("/graphql").send({ query: SUBSCRIBE, variables: { email, hour: 7 } });
    const byForm = (email: string) =>
      http
        .post("/digest")
        .type("form")
        .send({ email, frequency: "DAILY", timeZone: "UTC", hour: "7", consentVersion: version });
    const timed = async (ask: request.Test) => {
      const begun = performance.now();
      note(await ask);
      seen.times.push(performance.now() - begun);
    };
    note(await byMutation("mine1@example.org"));
    for (const [i, email] of [VICTIM, "veravictim+x@googlemail.com"].entries()) {
      await timed(byMutation(email));
      note(await byMutation(`mine2-${i}@example.org`));
    }
    note(await byForm(VICTIM));
    note(await byMutation("mine3@example.org"));
    seen.answers.push(await mine(db, api));
    return seen;
  } finally {
    await api.close();
    await db.close();
  }
}

/** What one sees of one's own subscriptions: when their mails come shows a part of their numbers. */
async function mine(db: TestDatabase, api: TestApi): Promise<object> {
  const times: string[] = [];
  for (const { to, token } of await sendAll(db, settings, new Date())) {
    if (!to.endsWith("@example.org")) continue;
    const { subscription } = (await api.data(CONFIRM, { token })).confirmDigestSubscription;
    expect(subscription.id).toMatch(/^[\w-]{43}$/);
    times.push(subscription.nextSendAt.slice(14));
  }
  expect(times).toHaveLength(3);
  return times;
}

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

test("no answer, header, limit, number or time tells whether an address is subscribed, waiting, suppressed or new", async () => {
  const worlds: Seen[] = [];
  const arranging = Object.values(WORLDS);
  for (let i = 0; i < arranging.length; i += 3) {
    worlds.push(...(await Promise.all(arranging.slice(i, i + 3).map(visit))));
  }
  const [first] = worlds as [Seen];
  expect(first.answers).toHaveLength(8);
  expect(JSON.stringify(first.answers)).toContain("SERVICE_UNAVAILABLE");
  for (const [i, name] of Object.keys(WORLDS).entries()) {
    expect({ name, answers: worlds[i]!.answers }).toEqual({ name, answers: first.answers });
  }
  const medians = worlds.map(({ times }) => median(times));
  expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(3);
});

describe("an address", () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db, { limits: { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 0 }, digests: settings });
  });
  afterEach(() => db.reset());
  afterAll(async () => {
    await api.close();
    await db.close();
  });
  const ask = (email: string) => api.data(SUBSCRIBE, { email, hour: 7 });
  const queued = async () => (await db.run("select from digest_deliveries")).length;

  test.each([
    [
      "a Gmail mailbox",
      ["a.da@gmail.com", "ad.a@gmail.com", "a.d.a@googlemail.com", "ada+x@gmail.com", "ADA@gmail.com"],
    ],
    ["a Proton mailbox", ["a.da@proton.me", "a_da@pm.me", "a-d-a@protonmail.com", "ada+x@proton.me", "ada@proton.me"]],
    ["a mailbox anywhere", ["ada+1@example.org", "ada+2@example.org", "Ada@example.org", "ada+3@example.org"]],
  ])("of %s counts with its other spellings: three confirmations a day go there", async (_, spellings) => {
    for (const email of spellings) await ask(email);
    expect(await queued()).toBe(3);
  });

  test("with dots where they make another mailbox counts for itself", async () => {
    for (const email of ["a.da@example.org", "ad.a@example.org", "a.d.a@example.org", "ada@example.org"])
      await ask(email);
    expect(await queued()).toBe(4);
  });

  test("that was erased is not asked again under any spelling of its mailbox, and nothing of it is left", async () => {
    await subscribe(db, 1, { email: "A.da+papers@gmail.com" });
    await subscribe(db, 1, { email: "ada@googlemail.com" });
    expect(await erase(db, "ada@gmail.com")).toBe("Erased, and never to be written to again.");
    for (const email of ["ada@gmail.com", "a.d.a+1@googlemail.com", "ADA@GMAIL.COM"]) await ask(email);
    expect(await db.run("select from digest_subscriptions")).toEqual([]);
    await ask("adam@gmail.com");
    expect(await queued()).toBe(1);
  });

  test("gets its mail as it was spelt in the request that is confirmed, whoever asked before", async () => {
    await ask("ADA@Example.org");
    await ask("ada@example.org");
    const mails = await sendAll(db, settings, new Date());
    expect(mails.map(({ to }) => to)).toEqual(["ada@example.org"]);
    await api.data(CONFIRM, { token: mails[0]!.token });
    expect(await db.run("select email, status from digest_subscriptions")).toEqual([
      { email: "ada@example.org", status: "ACTIVE" },
    ]);
    // What stands confirmed is not changed by whoever spells it otherwise.
    await ask("aDa@example.org");
    expect((await sendAll(db, settings, new Date())).map(({ to }) => to)).toEqual(["ada@example.org"]);
  });

  test("that the version before has folded otherwise is folded anew by the migration, and its zone spelt as all are", async () => {
    const old = { email_fold: "a.d-a@googlemail.com", time_zone: "aSIA/tokyo" };
    await subscribe(db, 1, { email: "A.d-a+x@googlemail.com", ...old });
    await subscribe(db, 1, { email: "a.d-a@pm.me", email_fold: "a.d-a@pm.me" });
    await subscribe(db, 1, { email: "a.d-a@example.org" });
    await withDataSource(db.url, (dataSource) => new FoldMailboxes1791510000000().up(dataSource.createQueryRunner()));
    const rows = await db.run<{ email: string; email_fold: string; time_zone: string }>(
      "select email, email_fold, time_zone from digest_subscriptions order by id",
    );
    expect(rows.map((row) => row.email_fold)).toEqual(rows.map(({ email }) => foldAddress(email)));
    expect(rows.map((row) => row.time_zone)).toEqual(["Asia/Tokyo", "UTC", "UTC"]);
  });
});
