import type request from "supertest";
import { FoldMailboxes1791510000000 } from "../../../migrations/1791510000000-fold-mailboxes";
import { defaultLimits } from "../../../src/config/limits";
import { runDigestCommand } from "../../../src/digests/digest.command";
import { hashAddress, normalizeAddress } from "../../../src/digests/subscriptions/address";
import { startApi, type TestApi } from "../../support/api";
import { withDataSource } from "../../support/data-source";
import { createTestDatabase, type TestDatabase } from "../../support/database";
import { plainRenderers, sendAll, settings, subscribe } from "../../support/digests";
import { readConsentVersion } from "../../support/pages";
import { useApi } from "../../support/use-api";

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

/** All that somebody sees who asks for own subscriptions before and after some for the victim, until no more are taken. */
async function visit(db: TestDatabase, arrange: (db: TestDatabase) => Promise<unknown>): Promise<object[]> {
  await arrange(db);
  // Where ids begin is not for a stranger to see.
  await db.run("select setval(pg_get_serial_sequence('digest_subscriptions', 'id'), 100)");
  const limits = { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 0, SUBSCRIBE_LIMIT_ALL: 6 };
  const api = await startApi(db, { limits, digests: settings });
  try {
    const http = api.http();
    const version = await readConsentVersion(api);
    const seen: object[] = [];
    const note = ({ status, headers, text }: request.Response) => {
      const { date: _, "x-request-id": id, ratelimit, ...told } = headers as Record<string, string>;
      const left = "retry-after" in told ? { ...told, "retry-after": "some" } : told;
      const body = text
        .replaceAll(id!, "ID")
        .replace(/\b\d+ (s\b|minutes|hours)/g, "N $1")
        .replace(/"retryAfter":\d+/, "");
      seen.push({
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
    note(await byMutation("mine1@example.org"));
    for (const [i, email] of [VICTIM, "veravictim+x@googlemail.com"].entries()) {
      note(await byMutation(email));
      note(await byMutation(`mine2-${i}@example.org`));
    }
    note(await byForm(VICTIM));
    note(await byMutation("mine3@example.org"));
    seen.push(await mine(db, api));
    return seen;
  } finally {
    await api.close();
    await db.reset();
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

test("no answer, header, limit or number tells whether an address is subscribed, waiting, suppressed or new", async () => {
  const db = await createTestDatabase();
  const worlds: object[][] = [];
  for (const arrange of Object.values(WORLDS)) worlds.push(await visit(db, arrange));
  await db.close();
  const [first] = worlds as [object[]];
  expect(first).toHaveLength(8);
  expect(JSON.stringify(first)).toContain("SERVICE_UNAVAILABLE");
  for (const [i, name] of Object.keys(WORLDS).entries()) {
    expect({ name, answers: worlds[i] }).toEqual({ name, answers: first });
  }
});

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

describe("an address", () => {
  const t = useApi({
    limits: { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 0, SUBSCRIBE_LIMIT_ALL: 0 },
    digests: settings,
  });
  afterEach(() => t.db.reset());
  const ask = (email: string) => t.api.data(SUBSCRIBE, { email, hour: 7 });
  const queued = async () => (await t.db.run("select from digest_deliveries")).length;

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

  test("is answered as soon whether it is subscribed, waiting, suppressed or new", async () => {
    const times: Record<string, number[]> = { ACTIVE: [], PENDING: [], UNSUBSCRIBED: [], suppressed: [], new: [] };
    const known = Object.keys(times);
    // In turns, so that whatever else this machine does is shared by all of them.
    for (let i = 0; i < 7; i++) {
      for (const status of known) {
        const email = `${status}${i}@example.org`;
        if (status === "suppressed") await erase(t.db, email);
        else if (status !== "new") await subscribe(t.db, 1, { email, status });
        const begun = performance.now();
        await ask(email);
        times[status]!.push(performance.now() - begun);
      }
    }
    const medians = Object.values(times).map(median);
    expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(3);
  });

  test("with dots where they make another mailbox counts for itself", async () => {
    for (const email of ["a.da@example.org", "ad.a@example.org", "a.d.a@example.org", "ada@example.org"])
      await ask(email);
    expect(await queued()).toBe(4);
  });

  test("that was erased is not asked again under any spelling of its mailbox, and nothing of it is left", async () => {
    await subscribe(t.db, 1, { email: "A.da+papers@gmail.com" });
    await subscribe(t.db, 1, { email: "ada@googlemail.com" });
    expect(await erase(t.db, "ada@gmail.com")).toBe("Erased. No mail will be sent to this address again.");
    for (const email of ["ada@gmail.com", "a.d.a+1@googlemail.com", "ADA@GMAIL.COM"]) await ask(email);
    expect(await t.db.run("select from digest_subscriptions")).toEqual([]);
    await ask("adam@gmail.com");
    expect(await queued()).toBe(1);
  });

  test("gets its mail as it was spelt in the request that is confirmed, whoever asked before", async () => {
    await ask("ADA@Example.org");
    await ask("ada@example.org");
    const mails = await sendAll(t.db, settings, new Date());
    expect(mails.map(({ to }) => to)).toEqual(["ada@example.org"]);
    await t.api.data(CONFIRM, { token: mails[0]!.token });
    expect(await t.db.run("select email, status from digest_subscriptions")).toEqual([
      { email: "ada@example.org", status: "ACTIVE" },
    ]);
    // What stands confirmed is not changed by whoever spells it otherwise.
    await ask("aDa@example.org");
    expect((await sendAll(t.db, settings, new Date())).map(({ to }) => to)).toEqual(["ada@example.org"]);
  });

  test("that the version before has folded otherwise is folded anew by the migration, and its zone spelt as all are", async () => {
    const old = { email_fold: "a.d-a@googlemail.com", time_zone: "aSIA/tokyo" };
    await subscribe(t.db, 1, { email: "A.d-a+x@googlemail.com", ...old });
    await subscribe(t.db, 1, { email: "a.d-a@pm.me", email_fold: "a.d-a@pm.me" });
    await subscribe(t.db, 1, { email: "a.d-a@example.org" });
    await withDataSource(t.db.url, (dataSource) => new FoldMailboxes1791510000000().up(dataSource.createQueryRunner()));
    const rows = await t.db.run<{ email: string; email_fold: string; time_zone: string }>(
      "select email, email_fold, time_zone from digest_subscriptions order by id",
    );
    expect(rows.map((row) => row.email_fold)).toEqual(rows.map(({ email }) => normalizeAddress(email)));
    expect(rows.map((row) => row.time_zone)).toEqual(["Asia/Tokyo", "UTC", "UTC"]);
  });
});
