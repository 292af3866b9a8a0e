import { createHash } from "node:crypto";
import request from "supertest";
import { maskAddress } from "../src/digests/address";
import { palette } from "../src/digests/pages/palette";
import { issueToken, randomToken, type TokenPurpose } from "../src/digests/token.service";
import { defaultLimits } from "../src/limits";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase, withReads } from "./support/database";
import { settings as digestSettings, issueTokenOf } from "./support/digests";
import { featured, importLooks, look } from "./support/factories";
import { contrast, faultsOf } from "./support/pages";

/** So many requests come from one address here. */
const limits = { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 0 };
/** With a mail server, /outbox is closed. */
const digests = { ...digestSettings, smtpUrl: "smtp://127.0.0.1:1" };

describe("the pages for digests", () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db, { limits, digests });
  });
  beforeEach(() => db.run("delete from digest_subscriptions"));
  afterAll(async () => {
    expect(api.logged).toEqual([]);
    await api.close();
    await db.close();
  });
  const http = (to: TestApi = api) => request(to.server.server);

  async function subscribed(status = "ACTIVE", purpose: TokenPurpose = "MANAGE"): Promise<string> {
    const [subscription] = await db.run<{ id: number }>(
      `insert into digest_subscriptions
         (email, email_fold, status, frequency, weekday, hour, time_zone, max_papers, skip_empty, filter, consent_version)
       values ('ada@example.org', 'ada@example.org', $1, 'WEEKLY', 'FRIDAY', 7, 'Asia/Kolkata', 15, true, $2, '1')
       returning id`,
      [status, { keywords: ["agents", "tool use"], authorIds: ["QXV0aG9yOjE"] }],
    );
    const token = randomToken();
    await issueToken(db, subscription!.id, purpose, token);
    // By this link, which may undo it for a day.
    if (status === "UNSUBSCRIBED") await db.run("update digest_tokens set used_at = now(), revoked_at = now()");
    return token;
  }
  const row = async () => (await db.run<Record<string, unknown>>("select * from digest_subscriptions"))[0];
  const status = async () => (await row())?.status;
  const good = {
    email: "ada@example.org",
    frequency: "DAILY",
    timeZone: "europe/berlin",
    hour: "8",
    keywords: "agents\r\n",
  };
  const consentVersion = async () =>
    /name="consentVersion" value="([^"]+)"/.exec((await http().get("/digest")).text)![1]!;

  describe("any of them", () => {
    /** One of each kind: what a link opens, what a button answers, what is refused. */
    async function visitAll(): Promise<{ name: string; answer: request.Response }[]> {
      const pending = await subscribed("PENDING", "CONFIRM");
      await db.run("update digest_subscriptions set email = email || '.net'");
      const managing = await subscribed();
      const pages: [string, request.Test][] = [
        ["form", http().get("/digest")],
        ["form with errors", http().post("/digest").type("form").send({ email: "ada", hour: "99" })],
        [
          "inbox",
          http()
            .post("/digest")
            .type("form")
            .send({ ...good, consentVersion: await consentVersion() }),
        ],
        ["confirm", http().get(`/digest/confirm/${pending}`)],
        ["confirmed", http().post(`/digest/confirm/${pending}`)],
        ["used", http().get(`/digest/confirm/${pending}`)],
        ["unknown", http().get("/digest/confirm/nothing")],
        ["manage", http().get(`/digest/manage/${managing}?done=saved`)],
        [
          "manage with errors",
          http().post(`/digest/manage/${managing}`).type("form").send({ action: "save", hour: "x" }),
        ],
        ["unsubscribe", http().get(`/digest/unsubscribe/${managing}`)],
        ["unsubscribed", http().post(`/digest/unsubscribe/${managing}`)],
        ["manage when unsubscribed", http().get(`/digest/manage/${managing}`)],
        ["resubscribed", http().post(`/digest/resubscribe/${managing}`)],
        ["no page", http().get("/digest/confirm")],
      ];
      const answers = [];
      for (const [name, page] of pages) answers.push({ name, answer: await page });
      return answers;
    }

    test("is sound HTML that a screen reader can tell: a title, one h1, a label for each field", async () => {
      const faults: Record<string, string[]> = {};
      for (const { name, answer } of await visitAll()) faults[name] = await faultsOf(answer.text);
      expect(Object.entries(faults).filter(([, each]) => each.length > 0)).toEqual([]);
      expect(Object.keys(faults)).toHaveLength(14);
    });

    test("has no scripts, and a policy that allows its own stylesheet alone", async () => {
      for (const { answer } of await visitAll()) {
        const style = /<style>([\s\S]*?)<\/style>/.exec(answer.text)![1]!;
        const hash = createHash("sha256").update(style).digest("base64");
        expect(answer.headers["content-security-policy"]).toBe(
          `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
        );
      }
    });

    test("gives its address to no other site, no cache and no search engine, and sets no cookie", async () => {
      for (const { name, answer } of await visitAll()) {
        expect({ name, ...answer.headers }).toMatchObject({
          name,
          "content-type": "text/html; charset=utf-8",
          "referrer-policy": "no-referrer",
          "cross-origin-opener-policy": "same-origin",
          "cache-control": "no-store",
          "x-robots-tag": "noindex",
          "x-content-type-options": "nosniff",
        });
        expect(answer.headers).not.toHaveProperty("set-cookie");
        expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
      }
    });

    test("answers HEAD as GET, without the body", async () => {
      const token = await subscribed();
      for (const path of ["/digest", `/digest/manage/${token}`, "/digest/confirm/nothing"]) {
        const [got, head] = [await http().get(path), await http().head(path)];
        expect(head.status).toBe(got.status);
        expect(head.headers["content-length"]).toBe(got.headers["content-length"]);
        expect(head.headers["content-security-policy"]).toBe(got.headers["content-security-policy"]);
      }
    });

    test("changes nothing by being opened, however often", async () => {
      for (const [kind, purpose, state] of [
        ["confirm", "CONFIRM", "PENDING"],
        ["manage", "MANAGE", "ACTIVE"],
        ["unsubscribe", "MANAGE", "ACTIVE"],
        ["resubscribe", "MANAGE", "UNSUBSCRIBED"],
        ["issues", "MANAGE", "ACTIVE"],
      ] as const) {
        await db.run("delete from digest_subscriptions");
        const token = await subscribed(state, purpose);
        const before = JSON.stringify([await row(), await db.run("select * from digest_tokens")]);
        for (let i = 0; i < 3; i++) {
          // No issue was sent with this token yet.
          expect((await http().get(`/digest/${kind}/${token}`)).status).toBe(
            { issues: 404, resubscribe: 303 }[kind as string] ?? 200,
          );
          await http().head(`/digest/${kind}/${token}`);
        }
        expect(JSON.stringify([await row(), await db.run("select * from digest_tokens")])).toBe(before);
      }
    });

    test("shows no address whole to who holds a link", async () => {
      for (const { name, answer } of await visitAll()) {
        if (name !== "inbox") expect(answer.text).not.toContain("ada@example.org");
      }
    });

    test.each(Object.entries(palette))("has colours of enough contrast when it is %s", (_, colours) => {
      const { page, text, quiet, link, bad, note, accent, onAccent, edge } = colours;
      for (const [front, back] of [
        [text, page],
        [quiet, page],
        [link, page],
        [bad, page],
        [text, note],
        [onAccent, accent],
      ]) {
        expect({ front, back, contrast: contrast(front!, back!) >= 4.5 }).toEqual({ front, back, contrast: true });
      }
      for (const front of [edge, accent]) expect(contrast(front, page)).toBeGreaterThanOrEqual(3);
    });
  });

  describe("subscribing", () => {
    test("asks to look into the inbox, and records what was agreed to", async () => {
      const version = await consentVersion();
      const answer = await http()
        .post("/digest")
        .set("user-agent", "Browser")
        .type("form")
        .send({ ...good, consentVersion: version });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain("<h1>Look into your inbox</h1>");
      expect(await row()).toMatchObject({
        email: "ada@example.org",
        status: "PENDING",
        time_zone: "Europe/Berlin",
        hour: 8,
        filter: { keywords: ["agents"] },
        consent_version: version,
        request_address: "127.0.0.1",
        request_user_agent: "Browser",
      });
    });

    test("answers the same for an address that is subscribed as for a new one", async () => {
      const form = { ...good, consentVersion: await consentVersion() };
      const fresh = await http().post("/digest").type("form").send(form);
      await db.run("update digest_subscriptions set status = 'ACTIVE'");
      const known = await http().post("/digest").type("form").send(form);
      expect(known.text).toBe(fresh.text);
      expect(known.status).toBe(fresh.status);
    });

    test("says what is wrong on top and at each field, and keeps what was entered", async () => {
      const answer = await http()
        .post("/digest")
        .type("form")
        .send({ ...good, email: "ada@", timeZone: "Mars/Olympus", keywords: "<b>" });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain("<title>Error: ");
      expect(answer.text).toMatch(/role="alert"[\s\S]*href="#email"[\s\S]*href="#timeZone"/);
      expect(answer.text).toMatch(
        /id="email" name="email" aria-describedby="email-error" aria-invalid="true" value="ada@"/,
      );
      expect(answer.text).toMatch(
        /aria-describedby="timeZone-hint timeZone-error" aria-invalid="true" value="Mars\/Olympus"/,
      );
      expect(answer.text).toContain("&lt;b&gt;</textarea>");
      expect(await row()).toBeUndefined();
    });

    test.each([
      ["an address with a line break", { email: "ada@example.org\r\nBcc: bob@example.org" }],
      ["an address that is too long", { email: `${"a".repeat(250)}@example.org` }],
      ["an hour that is none", { hour: "24" }],
      ["an offset as a time zone", { timeZone: "+02:00" }],
      ["a frequency that is none", { frequency: "HOURLY" }],
      ["21 keywords", { keywords: Array.from({ length: 21 }, (_, i) => `word ${i}`).join("\n") }],
      ["a keyword of 101 characters", { keywords: "a".repeat(101) }],
      ["a keyword that PostgreSQL cannot hold", { keywords: "a\u0000b" }],
      ["an older text of consent", { consentVersion: "2020-01" }],
    ])("refuses %s", async (_, over) => {
      const answer = await http()
        .post("/digest")
        .type("form")
        .send({ ...good, consentVersion: await consentVersion(), ...over });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain("There is a problem");
      expect(await row()).toBeUndefined();
    });

    test("takes forms alone, of at most 10 kB", async () => {
      const long = await http()
        .post("/digest")
        .type("form")
        .send({ ...good, keywords: "a".repeat(10_300) });
      expect(long.status).toBe(413);
      expect(long.text).toContain("<h1>This is too long</h1>");
      const json = await http().post("/digest").send(good);
      expect(json.status).toBe(415);
      expect(json.text).toContain("<h1>This could not be read</h1>");
      expect((await http().post("/digest")).status).toBe(422);
    });
  });

  describe("confirming", () => {
    test("happens by the button, once", async () => {
      const token = await subscribed("PENDING", "CONFIRM");
      const page = await http().get(`/digest/confirm/${token}`);
      expect(page.text).toContain(maskAddress("ada@example.org"));
      expect(page.text.match(/<button/g)).toHaveLength(1);
      expect(await status()).toBe("PENDING");
      expect((await http().post(`/digest/confirm/${token}`).type("form").send("")).text).toContain(
        "You are subscribed",
      );
      expect(await row()).toMatchObject({ status: "ACTIVE", confirm_address: "127.0.0.1" });
      for (const again of [
        await http().post(`/digest/confirm/${token}`),
        await http().get(`/digest/confirm/${token}`),
      ]) {
        expect(again.status).toBe(410);
        expect(again.text).toContain("used already");
      }
    });

    test("links to the management page, which opens", async () => {
      const token = await subscribed("PENDING", "CONFIRM");
      const { text } = await http().post(`/digest/confirm/${token}`);
      const [, managing] = /href="\.\.\/manage\/([^"]+)"/.exec(text) ?? [];
      expect((await http().get(`/digest/manage/${managing}`)).text).toContain(maskAddress("ada@example.org"));
    });

    test("opens nothing for an address that was suppressed in the meantime", async () => {
      const token = await subscribed("SUPPRESSED", "CONFIRM");
      expect((await http().get(`/digest/confirm/${token}`)).status).toBe(404);
      expect((await http().post(`/digest/confirm/${token}`)).status).toBe(404);
      expect(await status()).toBe("SUPPRESSED");
    });

    test("is refused after 48 hours, and says to subscribe again", async () => {
      const token = await subscribed("PENDING", "CONFIRM");
      await db.run("update digest_tokens set expires_at = now() - interval '1 second'");
      for (const late of [
        await http().get(`/digest/confirm/${token}`),
        await http().post(`/digest/confirm/${token}`),
      ]) {
        expect(late.status).toBe(410);
        expect(late.text).toMatch(/too old[\s\S]*href="..\/..\/digest"/);
      }
      expect(await status()).toBe("PENDING");
    });

    test("a token of another kind, or an unknown one, opens nothing", async () => {
      const managing = await subscribed("PENDING");
      for (const token of [managing, "nothing", "%00", "x".repeat(90), "x".repeat(5000)]) {
        expect((await http().get(`/digest/confirm/${token}`)).status).toBe(404);
        expect((await http().post(`/digest/confirm/${token}`)).status).toBe(404);
      }
      expect(await status()).toBe("PENDING");
    });
  });

  describe("managing", () => {
    const settings = {
      action: "save",
      frequency: "DAILY",
      weekday: "MONDAY",
      hour: "18",
      timeZone: "America/New_York",
      maxPapers: "5",
      keywords: "vision\nspeech, audio",
      excludeKeywords: "survey",
      minUpvotes: "10",
      hasCode: "true",
      skipEmpty: "on",
    };

    test("shows the settings and changes them, and keeps what the page does not show", async () => {
      const token = await subscribed();
      const page = await http().get(`/digest/manage/${token}`);
      expect(page.text).toMatch(/value="WEEKLY" selected[\s\S]*value="FRIDAY" selected[\s\S]*value="7" selected/);
      expect(page.text).toContain("agents\ntool use</textarea>");
      const answer = await http().post(`/digest/manage/${token}`).type("form").send(settings);
      expect(answer.status).toBe(303);
      const next = new URL(answer.headers.location!, `http://localhost/digest/manage/${token}`);
      expect((await http().get(next.pathname + next.search)).text).toContain("Your changes are saved.");
      expect(await row()).toMatchObject({
        frequency: "DAILY",
        hour: 18,
        time_zone: "America/New_York",
        max_papers: 5,
        skip_empty: true,
        filter: {
          keywords: ["vision", "speech", "audio"],
          excludeKeywords: ["survey"],
          minUpvotes: 10,
          hasCode: true,
          authorIds: ["QXV0aG9yOjE"],
        },
      });
    });

    test("takes an empty field for no limit, and a box that is not ticked for no", async () => {
      const token = await subscribed();
      const { skipEmpty: _, ...rest } = settings;
      const form = { ...rest, keywords: "", minUpvotes: "", hasCode: "" };
      expect((await http().post(`/digest/manage/${token}`).type("form").send(form)).status).toBe(303);
      const { skip_empty, filter } = (await row())!;
      // What the form does not show is kept.
      expect([skip_empty, filter]).toEqual([false, { excludeKeywords: ["survey"], authorIds: ["QXV0aG9yOjE"] }]);
    });

    test("says what is wrong at each field, and changes nothing", async () => {
      const token = await subscribed();
      const form = { ...settings, maxPapers: "many", minUpvotes: "-1" };
      const answer = await http().post(`/digest/manage/${token}`).type("form").send(form);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(
        'aria-describedby="maxPapers-hint maxPapers-error" aria-invalid="true" value="many"',
      );
      expect(answer.text).toContain('aria-describedby="minUpvotes-error" aria-invalid="true" value="-1"');
      expect((await row())?.hour).toBe(7);
    });

    test("shows at its field what the rules refuse", async () => {
      const token = await subscribed();
      for (const [path, form] of [
        [`/digest/manage/${token}`, settings],
        ["/digest", { ...good, consentVersion: await consentVersion() }],
      ] as const) {
        const answer = await http()
          .post(path)
          .type("form")
          .send({ ...form, timeZone: "Nowhere/City" });
        expect(answer.status).toBe(422);
        expect(answer.text).toMatch(/<a href="#timeZone">[^<]+<\/a>/);
        expect(answer.text).toContain('id="timeZone-error"');
      }
    });

    test("pauses until a day, and goes on", async () => {
      const token = await subscribed();
      const press = (form: object) => http().post(`/digest/manage/${token}`).type("form").send(form);
      for (const pausedUntil of ["", "2020-01-01", "2999-02-30", "soon"]) {
        expect((await press({ action: "pause", pausedUntil })).status).toBe(422);
      }
      expect(await status()).toBe("ACTIVE");
      expect((await press({ action: "pause", pausedUntil: "2999-01-31" })).headers.location).toBe("?done=paused");
      expect((await http().get(`/digest/manage/${token}`)).text).toContain("Paused until Thursday, 31 January 2999");
      expect((await press({ action: "resume" })).headers.location).toBe("?done=resumed");
      expect(await status()).toBe("ACTIVE");
    });

    test("says only what this server wrote, whatever its address asks for", async () => {
      const token = await subscribed();
      const page = await http().get(`/digest/manage/${token}?done=<b>you won</b>`);
      expect(page.text).not.toContain("you won");
      expect(page.text).not.toContain("undefined");
    });

    test("a form without one of its buttons is refused", async () => {
      const answer = await http()
        .post(`/digest/manage/${await subscribed()}`)
        .type("form")
        .send({ hour: "3" });
      expect(answer.status).toBe(400);
    });

    test.each([
      ["PENDING", "Not confirmed yet"],
      ["UNSUBSCRIBED", "Unsubscribed: nothing is sent"],
      ["SUPPRESSED", "came back"],
    ])("a subscription that is %s shows that, and no settings", async (state, text) => {
      const page = await http().get(`/digest/manage/${await subscribed(state)}`);
      expect(page.text).toContain(text);
      expect(page.text).not.toContain('name="frequency"');
    });
  });

  describe("unsubscribing", () => {
    test.each([
      ["urlencoded", (post: request.Test) => post.type("form").send("List-Unsubscribe=One-Click")],
      ["multipart", (post: request.Test) => post.field("List-Unsubscribe", "One-Click")],
      ["no body", (post: request.Test) => post],
      ["an empty body of a form", (post: request.Test) => post.type("form").send("")],
      ["a body of no known kind", (post: request.Test) => post.type("text/plain").send("List-Unsubscribe=One-Click")],
      [
        "a foreign origin",
        (post: request.Test) => post.set({ origin: "https://mail.example", "sec-fetch-site": "cross-site" }),
      ],
    ])("takes one click with %s (RFC 8058), twice", async (_, send) => {
      const token = await subscribed();
      for (let i = 0; i < 2; i++) {
        const answer = await send(http().post(`/digest/unsubscribe/${token}`));
        expect(await status()).toBe("UNSUBSCRIBED");
        expect(answer.status).toBe(200);
        expect(answer.headers).not.toHaveProperty("location");
        expect(answer.headers).not.toHaveProperty("set-cookie");
      }
    });

    test("offers to undo it, which is new consent", async () => {
      const token = await subscribed();
      const page = await http().get(`/digest/unsubscribe/${token}`);
      expect(page.text.match(/<button/g)).toHaveLength(1);
      const answer = await http().post(`/digest/unsubscribe/${token}`);
      expect(answer.text).toContain(`action="../resubscribe/${token}"`);
      expect((await http().get(`/digest/unsubscribe/${token}`)).text).toContain("You are unsubscribed");
      const undone = await http().post(`/digest/resubscribe/${token}`).set("user-agent", "Phone").type("form").send("");
      expect(undone.text).toContain("You are subscribed again");
      expect(await row()).toMatchObject({
        status: "ACTIVE",
        confirm_address: "127.0.0.1",
        confirm_user_agent: "Phone",
      });
    });

    test("an unknown token is a 404", async () => {
      for (const path of ["unsubscribe", "resubscribe"]) {
        expect((await http().post(`/digest/${path}/nothing`).type("form").send("")).status).toBe(404);
      }
      expect((await http().get("/digest/unsubscribe/nothing")).status).toBe(404);
    });

    test("a body without an end is not read to it", async () => {
      const token = await subscribed();
      const answer = await http().post(`/digest/unsubscribe/${token}`).type("text/plain").send("a".repeat(10_300));
      expect(answer.status).toBe(413);
    });
  });

  test("the web copy of an issue shows its papers in its own styles, and runs and loads nothing", async () => {
    await importLooks(db, [look({ title: "Agents <at> work", featured: featured("2026-01-06") })]);
    await subscribed();
    await db.run(`with d as (
        insert into digest_deliveries (subscription_id, kind, period_key, status)
        select id, 'DIGEST', 'DAY 2026-01-06', 'SENT' from digest_subscriptions returning id, subscription_id
      )
      insert into digest_delivery_papers (subscription_id, paper_id, delivery_id, rank, upvotes_in_period)
      select d.subscription_id, p.id, d.id, 1, 1 from d, papers p`);
    const [delivery] = await db.run<{ id: number }>("select * from digest_deliveries");
    const token = await issueTokenOf(db, digests.secret, delivery!.id);
    const answer = await http().get(`/digest/issues/${token}`);
    expect(answer.text).toContain("Agents &lt;at&gt; work");
    expect(answer.text).toContain(`${digests.publicUrl}/digest/unsubscribe/${token}`);
    const policy = answer.headers["content-security-policy"];
    expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
    expect(policy).toMatch(/sandbox allow-popups/);
    expect(policy).not.toMatch(/allow-scripts|allow-same-origin|script-src/);
    expect((await http().get("/digest/issues/nothing")).status).toBe(404);
    expect((await http().get(`/digest/issues/${await subscribedAgain()}`)).status).toBe(404);
  });

  /** A token that manages, but stands in no digest. */
  async function subscribedAgain(): Promise<string> {
    const [subscription] = await db.run<{ id: number }>("select id from digest_subscriptions");
    const token = randomToken();
    await issueToken(db, subscription!.id, "MANAGE", token);
    return token;
  }

  test("too many requests are a page that says when to try again", async () => {
    const other = await startApi(db, { limits: { ...limits, SUBSCRIBE_LIMIT_ADDRESS: 1 }, digests });
    const post = async () =>
      http(other)
        .post("/digest")
        .type("form")
        .send({ ...good, consentVersion: await consentVersion() });
    expect((await post()).status).toBe(200);
    const answer = await post();
    expect(answer.status).toBe(429);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(3500);
    expect(answer.text).toMatch(/Please wait, and try again in (60 minutes|an hour|1 hour)/);
    expect(await faultsOf(answer.text)).toEqual([]);
    await other.close();
  });

  test("a database that is away is a page that says when to try again", async () => {
    const away = () => Promise.reject(Object.assign(new Error("away"), { code: "ECONNREFUSED" }));
    const other = await startApi({ ...db, read: away, transaction: away }, { limits, digests });
    const posts = [
      http(other)
        .post("/digest")
        .type("form")
        .send({ ...good, consentVersion: await consentVersion() }),
      http(other).post("/digest/unsubscribe/any"),
    ];
    for (const answer of await Promise.all(posts)) {
      expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "2"]);
      expect(answer.text).toContain("try again in 2 seconds");
      expect(await faultsOf(answer.text)).toEqual([]);
    }
    await other.close();
  });

  test("an unexpected failure is a page with a number that finds it in the log, which holds no token", async () => {
    const other = await startApi(
      withReads(db, () => Promise.reject(new Error("secret"))),
      { limits, digests },
    );
    const answer = await http(other).get("/digest/manage/the-token");
    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
    expect(answer.text).not.toContain("secret");
    expect(answer.text).toContain(answer.headers["x-request-id"]);
    expect(other.logged).toMatchObject([{ requestId: answer.headers["x-request-id"], err: { message: "secret" } }]);
    expect(JSON.stringify(other.logged)).not.toContain("the-token");
    await other.close();
  });

  test("there are none unless they are asked for, and the API beside them takes JSON alone", async () => {
    const other = await startApi(db);
    expect((await http(other).get("/digest")).status).toBe(404);
    expect((await http(other).get("/outbox")).status).toBe(404);
    await other.close();
    expect(await api.data("{ __typename }")).toEqual({ __typename: "Query" });
    expect((await http().post("/graphql").type("form").send({ query: "{ __typename }" })).status).toBe(415);
  });
});
