import { planDigests } from "../../../src/digests/deliveries/plan.service";
import { renderDigest } from "../../../src/digests/mail/digest.mail";
import { formerTokenOf, issueToken } from "../../../src/digests/subscriptions/token.service";
import { feature, type ReadMail, readableLog, sendAll, settings, subscribe } from "../../support/digests";
import { manySignups } from "../../support/limits";
import { faultsOf } from "../../support/pages";
import { type UsedApi, useApi } from "../../support/use-api";

const options = { limits: manySignups, digests: settings };
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

/** What readers do with an API, and what is mailed to them. */
const withMails = (t: UsedApi) => ({
  http: () => t.api.http(),
  ask: (email: string) => t.api.data(SUBSCRIBE, { email }),
  send: (now = new Date()) => sendAll(t.db, settings, now),
});

describe("after a backup was restored", () => {
  // Both go on from one state: what is numbered gets the same numbers.
  const lost = useApi(options);
  const restored = useApi(options);

  test("no token and no Message-ID of one history means anything in the other", async () => {
    await withMails(lost).ask("ada@example.org");
    await withMails(restored).ask("bob@example.org");
    const mailsOf = async (side: UsedApi): Promise<ReadMail[]> => {
      const { send } = withMails(side);
      const [confirmation] = await send();
      const { data } = await side.api.ask(CONFIRM, { token: confirmation!.token });
      expect(data.confirmDigestSubscription.userErrors).toEqual([]);
      await feature(side.db, "2026-10-07", ["first"], "2026-10-09T00:00:10Z");
      await side.db.run("update digest_subscriptions set next_send_at = '2026-10-09T07:00:00Z'");
      await planDigests(side.db, new Date("2026-10-09T08:00:00Z"), log);
      return [confirmation!, ...(await send(new Date("2026-10-09T08:00:00Z")))];
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
        expect((await withMails(restored).http().get(`/digest/${page}/${token}`)).status).toBe(404);
      }
      expect((await withMails(restored).http().post(`/digest/unsubscribe/${token}`)).status).toBe(404);
    }
    const own = await mailsOf(restored);
    const names = [...foreign, ...own].flatMap(({ token, messageId }) => [token, messageId]);
    expect(new Set(names).size).toBe(8);
  });
});

describe("links in mails", () => {
  const t = useApi(options);
  const { http, ask, send } = withMails(t);
  afterEach(() => t.db.reset());

  /** A digest of each of these days, the oldest first, as it was mailed. */
  async function mailed(...days: string[]): Promise<ReadMail[]> {
    await subscribe(t.db, 1);
    const mails: ReadMail[] = [];
    for (const day of days) {
      const at = new Date(Date.parse(`${day}T08:00:00Z`) + 2 * 86_400_000);
      await feature(t.db, day, [`paper of ${day}`], `${at.toISOString().slice(0, 10)}T00:00:10Z`);
      await t.db.run("update digest_subscriptions set next_send_at = $1", [at]);
      await planDigests(t.db, at, log);
      mails.push(...(await send(at)));
    }
    expect(mails).toHaveLength(days.length);
    return mails;
  }
  const status = async () => (await t.db.run<{ status: string }>("select status from digest_subscriptions"))[0]!.status;
  /** What a link can do but unsubscribe, at each entry point: nothing when it has ended. */
  async function powersOf(token: string): Promise<string[]> {
    const pages = ["manage", "issues"];
    const open = await Promise.all(pages.map((page) => http().get(`/digest/${page}/${token}`)));
    const powers = pages.filter((_, i) => open[i]!.status === 200);
    if ((await t.api.data(SHOW, { token })).digestSubscription) powers.push("show");
    if ((await t.api.data(UPDATE, { token })).updateDigestSubscription.userErrors.length === 0) powers.push("update");
    const save = http().post(`/digest/manage/${token}`).type("form").send({ action: "resume" });
    if ((await save).status === 303) powers.push("save");
    return powers;
  }
  const ALL = ["manage", "issues", "show", "update", "save"];
  const byPage = {
    unsubscribe: async (token: string) => (await http().post(`/digest/unsubscribe/${token}`)).status === 200,
    resubscribe: async (token: string) =>
      (await http().post(`/digest/resubscribe/${token}`).type("form").send("")).status === 200,
    endLinks: async (token: string) =>
      (await http().post(`/digest/manage/${token}`).type("form").send({ action: "end-links" })).status === 303,
  };
  const byMutation: typeof byPage = {
    unsubscribe: async (token) => (await t.api.data(UNSUBSCRIBE, { token })).unsubscribeFromDigest.unsubscribed,
    resubscribe: async (token) => (await t.api.data(RESUBSCRIBE, { token })).resubscribeToDigest.subscription !== null,
    endLinks: async (token) => (await t.api.data(END_LINKS, { token })).endDigestLinks.subscription !== null,
  };

  describe.each([
    ["pages", byPage],
    ["mutations", byMutation],
  ])("by %s", (_, entryPoint) => {
    test("end when the reader unsubscribes, but for undoing it within a day, by the link that did it", async () => {
      const [first, second] = await mailed("2026-10-07", "2026-10-08");
      expect(await powersOf(first!.token)).toEqual(ALL);
      expect(await entryPoint.unsubscribe(second!.token)).toBe(true);
      expect(await powersOf(first!.token)).toEqual([]);
      expect(await powersOf(second!.token)).toEqual(["manage", "issues", "show"]);
      expect(await entryPoint.resubscribe(first!.token)).toBe(false);
      expect(await entryPoint.resubscribe(second!.token)).toBe(true);
      expect([await status(), await entryPoint.resubscribe(second!.token)]).toEqual(["ACTIVE", true]);
      expect(await powersOf(second!.token)).toEqual(ALL);
      expect(await powersOf(first!.token)).toEqual([]);
    });

    test("undo nothing after a day: only a new confirmation subscribes again, and no earlier link manages it", async () => {
      const [mail] = await mailed("2026-10-07");
      await entryPoint.unsubscribe(mail!.token);
      await t.db.run("update digest_tokens set used_at = used_at - interval '25 hours'");
      expect(await entryPoint.resubscribe(mail!.token)).toBe(false);
      expect(await powersOf(mail!.token)).toEqual([]);
      const [{ email }] = (await t.db.run("select email from digest_subscriptions")) as [{ email: string }];
      await ask(email);
      const [confirmation] = await send();
      const { managementToken } = (await t.api.data(CONFIRM, { token: confirmation!.token })).confirmDigestSubscription;
      expect(await status()).toBe("ACTIVE");
      expect(await powersOf(mail!.token)).toEqual([]);
      expect(await powersOf(managementToken)).toEqual(ALL.filter((power) => power !== "issues"));
    });

    test("end by a button, but for the one that it was pressed with and those of mails to come", async () => {
      const [first, second] = await mailed("2026-10-07", "2026-10-08");
      expect([await entryPoint.endLinks(second!.token), await entryPoint.endLinks(second!.token)]).toEqual([
        true,
        true,
      ]);
      expect(await entryPoint.endLinks(first!.token)).toBe(false);
      expect(await powersOf(first!.token)).toEqual([]);
      expect(await powersOf(second!.token)).toEqual(ALL);
    });

    test("unsubscribe for ever, again and again, though they have ended", async () => {
      const [first, second] = await mailed("2026-10-07", "2026-10-08");
      await entryPoint.endLinks(second!.token);
      for (let i = 0; i < 2; i++) {
        expect(await entryPoint.unsubscribe(first!.token)).toBe(true);
        expect(await status()).toBe("UNSUBSCRIBED");
      }
      // Who has an ended link cannot bring back what it ended, either.
      expect(await entryPoint.resubscribe(first!.token)).toBe(false);
      expect((await t.api.data(UNSUBSCRIBE, { token: first!.token })).unsubscribeFromDigest).toEqual({
        unsubscribed: true,
        subscription: null,
        userErrors: [],
      });
    });
  });

  test("that have ended say so on their pages, and offer to unsubscribe and nothing else", async () => {
    const [first, second] = await mailed("2026-10-07", "2026-10-08");
    await byPage.endLinks(second!.token);
    const page = await http().get(`/digest/manage/${first!.token}`);
    expect(page.status).toBe(410);
    expect(page.text).toMatch(/This link has ended[\s\S]*href="\.\.\/unsubscribe\//);
    expect(await faultsOf(page.text)).toEqual([]);
    expect((await http().get(`/digest/issues/${first!.token}`)).status).toBe(410);
    const unsubscribing = await http().get(`/digest/unsubscribe/${first!.token}`);
    expect(unsubscribing.text).not.toContain("/manage/");
    const answer = await http().post(`/digest/unsubscribe/${first!.token}`);
    expect(answer.text).not.toContain("Undo");
  });

  test("of mails that the version before sent go on working, their web copies too", async () => {
    const [id] = await subscribe(t.db, 1);
    await feature(t.db, "2026-10-07", ["first"], "2026-10-09T00:00:10Z");
    await planDigests(t.db, new Date("2026-10-09T08:00:00Z"), log);
    const [delivery] = await t.db.run<{ id: number }>("update digest_deliveries set status = 'SENT' returning id");
    const token = formerTokenOf(settings.secret, "MANAGE", delivery!.id);
    await issueToken(t.db, id!, "MANAGE", token);
    expect(await powersOf(token)).toEqual(ALL);
    expect((await http().get(`/digest/issues/${token}`)).text).toContain("first");
    expect(await byPage.unsubscribe(token)).toBe(true);
    expect(await status()).toBe("UNSUBSCRIBED");
  });

  test("a confirmation of the version before puts in force what its mail asked for", async () => {
    await ask("ada@example.org");
    const [delivery] = await t.db.run<{ id: number; subscription_id: number }>(
      `update digest_deliveries set request = request || '{"hour": 19}' returning *`,
    );
    const token = formerTokenOf(settings.secret, "CONFIRM", delivery!.id);
    await issueToken(t.db, delivery!.subscription_id, "CONFIRM", token);
    await t.api.data(CONFIRM, { token });
    expect(await t.db.run("select status, hour from digest_subscriptions")).toEqual([{ status: "ACTIVE", hour: 19 }]);
  });

  test("the web copy shows what was mailed, whatever became of paper, feed and subscription", async () => {
    const [mail] = await mailed("2026-10-07");
    const mailedHtml = (await renderDigest(JSON.parse(mail!.content.text))).html;
    // It has no link to itself.
    const html = mailedHtml.replace(/<p [^>]*><a [^>]*>Read this digest on the web<\/a><\/p>/, "");
    expect(html).not.toBe(mailedHtml);
    // It names the web feeds beside, which the mail cannot.
    const page = async () => (await http().get(`/digest/issues/${mail!.token}`)).text;
    const copy = async () => (await page()).replace(/<link rel="alternate".*\n/g, "");
    expect((await page()).match(/<link rel="alternate"/g)).toHaveLength(3);
    expect(await copy()).toBe(html);
    await t.db.run(`update papers set title = 'Another title', abstract = 'other', url = 'https://elsewhere.example/',
      code_url = 'https://code.example/', author_count = 99`);
    await t.db.run("update digest_subscriptions set frequency = 'WEEKLY', max_papers = 1, hour = 3");
    expect(await copy()).toBe(html);
  });

  test("mails that say the same of a paper keep it once", async () => {
    await subscribe(t.db, 3);
    await feature(t.db, "2026-10-07", ["first", "second"], "2026-10-09T00:00:10Z");
    await planDigests(t.db, new Date("2026-10-09T08:00:00Z"), log);
    expect(await send(new Date("2026-10-09T08:00:00Z"))).toHaveLength(3);
    expect(await t.db.run("select distinct text_id from digest_delivery_papers")).toHaveLength(2);
    expect(await t.db.run("select text->>'title' as title from digest_paper_texts order by 1")).toEqual(
      expect.arrayContaining([{ title: "first" }, { title: "second" }]),
    );
  });
});
