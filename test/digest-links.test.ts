import request from "supertest";
import { renderDigest } from "../src/digests/mail/digest.mail";
import { planDigests } from "../src/digests/plan.service";
import { formerTokenOf, issueToken } from "../src/digests/token.service";
import { defaultLimits } from "../src/limits";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { feature, type ReadMail, readableLog, sendAll, settings, subscribe } from "./support/digests";
import { faultsOf } from "./support/pages";

const limits = { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 0 };
const { log } = readableLog();
const SUBSCRIBE = `mutation ($email: EmailAddress!) {
  subscribeToDigest(input: { email: $email, consentVersion: "1" }) { confirmationSent } }`;
const SHOW = "query ($token: String!) { digestSubscription(token: $token) { status hour } }";
const UPDATE = `mutation ($token: String!) {
  updateDigestSubscription(input: { token: $token, hour: 20 }) { userErrors { code } } }`;
const onToken = (field: string, selection: string) =>
  `mutation ($token: String!) { ${field}(input: { token: $token }) { ${selection} userErrors { code } } }`;
const CONFIRM = onToken("confirmDigestSubscription", "managementToken");
const UNSUBSCRIBE = onToken("unsubscribeFromDigest", "unsubscribed subscription { status }");
const RESUBSCRIBE = onToken("resubscribeToDigest", "subscription { status }");
const END_LINKS = onToken("endDigestLinks", "subscription { status }");
const INVALID = [{ code: "TOKEN_INVALID" }];

/** A database with an API and mails of its own. */
async function start() {
  const db = await createTestDatabase();
  const api = await startApi(db, { limits, digests: settings });
  return {
    db,
    api,
    http: () => request(api.server.server),
    subscribe: (email: string) => api.data(SUBSCRIBE, { email }),
    send: (now = new Date()) => sendAll(db, settings, now),
    close: async () => {
      await api.close();
      await db.close();
    },
  };
}

describe("after a backup was restored", () => {
  test("no token and no Message-ID of one history means anything in the other", async () => {
    // Both go on from one state: what is numbered gets the same numbers.
    const [lost, restored] = await Promise.all([start(), start()]);
    await lost.subscribe("ada@example.org");
    await restored.subscribe("bob@example.org");
    const mailsOf = async (side: typeof lost): Promise<ReadMail[]> => {
      const [confirmation] = await side.send();
      const { data } = await side.api.ask(CONFIRM, { token: confirmation!.token });
      expect(data.confirmDigestSubscription.userErrors).toEqual([]);
      await feature(side.db, "2026-10-07", ["first"], "2026-10-09T00:00:10Z");
      await side.db.run("update digest_subscriptions set next_send_at = '2026-10-09T07:00:00Z'");
      await planDigests(side.db, new Date("2026-10-09T08:00:00Z"), log);
      return [confirmation!, ...(await side.send(new Date("2026-10-09T08:00:00Z")))];
    };
    const foreign = await mailsOf(lost);
    expect(foreign).toHaveLength(2);
    const [asked] = await restored.db.run<{ id: number }>("select id from digest_deliveries");
    expect(asked!.id).toBe(foreign[0]!.deliveryId);
    for (const { token } of foreign) {
      expect((await restored.api.data(CONFIRM, { token })).confirmDigestSubscription).toEqual({
        managementToken: null,
        userErrors: INVALID,
      });
      expect((await restored.api.data(SHOW, { token })).digestSubscription).toBeNull();
      for (const page of ["confirm", "manage", "unsubscribe", "issues"]) {
        expect((await restored.http().get(`/digest/${page}/${token}`)).status).toBe(404);
      }
      expect((await restored.http().post(`/digest/unsubscribe/${token}`)).status).toBe(404);
    }
    const own = await mailsOf(restored);
    const names = [...foreign, ...own].flatMap(({ token, messageId }) => [token, messageId]);
    expect(new Set(names).size).toBe(8);
    await Promise.all([lost.close(), restored.close()]);
  });
});

describe("links in mails", () => {
  let db: TestDatabase;
  let api: TestApi;
  let side: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    side = await start();
    ({ db, api } = side);
  });
  afterEach(() => db.reset());
  afterAll(() => side.close());

  /** A digest of each of these days, the oldest first, as it was mailed. */
  async function mailed(...days: string[]): Promise<ReadMail[]> {
    await subscribe(db, 1);
    const mails: ReadMail[] = [];
    for (const day of days) {
      const at = new Date(Date.parse(`${day}T08:00:00Z`) + 2 * 86_400_000);
      await feature(db, day, [`paper of ${day}`], `${at.toISOString().slice(0, 10)}T00:00:10Z`);
      await db.run("update digest_subscriptions set next_send_at = $1", [at]);
      await planDigests(db, at, log);
      mails.push(...(await side.send(at)));
    }
    expect(mails).toHaveLength(days.length);
    return mails;
  }
  const status = async () => (await db.run<{ status: string }>("select status from digest_subscriptions"))[0]!.status;
  /** What a link can do but unsubscribe, at each door: nothing when it has ended. */
  async function powersOf(token: string): Promise<string[]> {
    const pages = ["manage", "issues"];
    const open = await Promise.all(pages.map((page) => side.http().get(`/digest/${page}/${token}`)));
    const powers = pages.filter((_, i) => open[i]!.status === 200);
    if ((await api.data(SHOW, { token })).digestSubscription) powers.push("show");
    if ((await api.data(UPDATE, { token })).updateDigestSubscription.userErrors.length === 0) powers.push("update");
    const save = side.http().post(`/digest/manage/${token}`).type("form").send({ action: "resume" });
    if ((await save).status === 303) powers.push("save");
    return powers;
  }
  const ALL = ["manage", "issues", "show", "update", "save"];
  const byPage = {
    unsubscribe: async (token: string) => (await side.http().post(`/digest/unsubscribe/${token}`)).status === 200,
    resubscribe: async (token: string) =>
      (await side.http().post(`/digest/resubscribe/${token}`).type("form").send("")).status === 200,
    endLinks: async (token: string) =>
      (await side.http().post(`/digest/manage/${token}`).type("form").send({ action: "end-links" })).status === 303,
  };
  const byMutation: typeof byPage = {
    unsubscribe: async (token) => (await api.data(UNSUBSCRIBE, { token })).unsubscribeFromDigest.unsubscribed,
    resubscribe: async (token) => (await api.data(RESUBSCRIBE, { token })).resubscribeToDigest.subscription !== null,
    endLinks: async (token) => (await api.data(END_LINKS, { token })).endDigestLinks.subscription !== null,
  };

  describe.each([
    ["pages", byPage],
    ["mutations", byMutation],
  ])("by %s", (_, door) => {
    test("end when the reader unsubscribes, but for undoing it within a day, by the link that did it", async () => {
      const [first, second] = await mailed("2026-10-07", "2026-10-08");
      expect(await powersOf(first!.token)).toEqual(ALL);
      expect(await door.unsubscribe(second!.token)).toBe(true);
      expect(await powersOf(first!.token)).toEqual([]);
      expect(await powersOf(second!.token)).toEqual(["manage", "issues", "show"]);
      expect(await door.resubscribe(first!.token)).toBe(false);
      expect(await door.resubscribe(second!.token)).toBe(true);
      expect([await status(), await door.resubscribe(second!.token)]).toEqual(["ACTIVE", true]);
      expect(await powersOf(second!.token)).toEqual(ALL);
      expect(await powersOf(first!.token)).toEqual([]);
    });

    test("undo nothing after a day: only a new confirmation subscribes again, and no earlier link manages it", async () => {
      const [mail] = await mailed("2026-10-07");
      await door.unsubscribe(mail!.token);
      await db.run("update digest_tokens set used_at = used_at - interval '25 hours'");
      expect(await door.resubscribe(mail!.token)).toBe(false);
      expect(await powersOf(mail!.token)).toEqual([]);
      const [{ email }] = (await db.run("select email from digest_subscriptions")) as [{ email: string }];
      await side.subscribe(email);
      const [confirmation] = await side.send();
      const { managementToken } = (await api.data(CONFIRM, { token: confirmation!.token })).confirmDigestSubscription;
      expect(await status()).toBe("ACTIVE");
      expect(await powersOf(mail!.token)).toEqual([]);
      expect(await powersOf(managementToken)).toEqual(ALL.filter((power) => power !== "issues"));
    });

    test("end by a button, but for the one that it was pressed with and those of mails to come", async () => {
      const [first, second] = await mailed("2026-10-07", "2026-10-08");
      expect([await door.endLinks(second!.token), await door.endLinks(second!.token)]).toEqual([true, true]);
      expect(await door.endLinks(first!.token)).toBe(false);
      expect(await powersOf(first!.token)).toEqual([]);
      expect(await powersOf(second!.token)).toEqual(ALL);
    });

    test("unsubscribe for ever, again and again, though they have ended", async () => {
      const [first, second] = await mailed("2026-10-07", "2026-10-08");
      await door.endLinks(second!.token);
      for (let i = 0; i < 2; i++) {
        expect(await door.unsubscribe(first!.token)).toBe(true);
        expect(await status()).toBe("UNSUBSCRIBED");
      }
      // Who has an ended link cannot bring back what it ended, either.
      expect(await door.resubscribe(first!.token)).toBe(false);
      expect((await api.data(UNSUBSCRIBE, { token: first!.token })).unsubscribeFromDigest).toEqual({
        unsubscribed: true,
        subscription: null,
        userErrors: [],
      });
    });
  });

  test("that have ended say so on their pages, and offer to unsubscribe and nothing else", async () => {
    const [first, second] = await mailed("2026-10-07", "2026-10-08");
    await byPage.endLinks(second!.token);
    const page = await side.http().get(`/digest/manage/${first!.token}`);
    expect(page.status).toBe(410);
    expect(page.text).toMatch(/This link has ended[\s\S]*href="\.\.\/unsubscribe\//);
    expect(await faultsOf(page.text)).toEqual([]);
    expect((await side.http().get(`/digest/issues/${first!.token}`)).status).toBe(410);
    const unsubscribing = await side.http().get(`/digest/unsubscribe/${first!.token}`);
    expect(unsubscribing.text).not.toContain("/manage/");
    const answer = await side.http().post(`/digest/unsubscribe/${first!.token}`);
    expect(answer.text).not.toContain("Undo");
  });

  test("of mails that the version before sent go on working, their web copies too", async () => {
    const [id] = await subscribe(db, 1);
    await feature(db, "2026-10-07", ["first"], "2026-10-09T00:00:10Z");
    await planDigests(db, new Date("2026-10-09T08:00:00Z"), log);
    const [delivery] = await db.run<{ id: number }>("update digest_deliveries set status = 'SENT' returning id");
    const token = formerTokenOf(settings.secret, "MANAGE", delivery!.id);
    await issueToken(db, id!, "MANAGE", token);
    expect(await powersOf(token)).toEqual(ALL);
    expect((await side.http().get(`/digest/issues/${token}`)).text).toContain("first");
    expect(await byPage.unsubscribe(token)).toBe(true);
    expect(await status()).toBe("UNSUBSCRIBED");
  });

  test("a confirmation of the version before puts in force what its mail asked for", async () => {
    await side.subscribe("ada@example.org");
    const [delivery] = await db.run<{ id: number; subscription_id: number }>(
      `update digest_deliveries set request = request || '{"hour": 19}' returning *`,
    );
    const token = formerTokenOf(settings.secret, "CONFIRM", delivery!.id);
    await issueToken(db, delivery!.subscription_id, "CONFIRM", token);
    await api.data(CONFIRM, { token });
    expect(await db.run("select status, hour from digest_subscriptions")).toEqual([{ status: "ACTIVE", hour: 19 }]);
  });

  test("the web copy shows what was mailed, whatever became of paper, feed and subscription", async () => {
    const [mail] = await mailed("2026-10-07");
    const html = (await renderDigest(JSON.parse(mail!.content.text))).html;
    const copy = async () => (await side.http().get(`/digest/issues/${mail!.token}`)).text;
    expect(await copy()).toBe(html);
    await db.run(`update papers set title = 'Another title', abstract = 'other', url = 'https://elsewhere.example/',
      code_url = 'https://code.example/', author_count = 99`);
    await db.run("update digest_subscriptions set frequency = 'WEEKLY', max_papers = 1, hour = 3");
    expect(await copy()).toBe(html);
  });

  test("mails that say the same of a paper keep it once", async () => {
    await subscribe(db, 3);
    await feature(db, "2026-10-07", ["first", "second"], "2026-10-09T00:00:10Z");
    await planDigests(db, new Date("2026-10-09T08:00:00Z"), log);
    expect(await side.send(new Date("2026-10-09T08:00:00Z"))).toHaveLength(3);
    expect(await db.run("select distinct text_id from digest_delivery_papers")).toHaveLength(2);
    expect(await db.run("select text->>'title' as title from digest_paper_texts order by 1")).toEqual(
      expect.arrayContaining([{ title: "first" }, { title: "second" }]),
    );
  });
});
