import { Webhook } from "standardwebhooks";
import { hashAddress } from "../../../src/digests/subscriptions/address";
import { startApi } from "../../support/api";
import { settings as common, EVENTS_SECRET } from "../../support/digests";
import { useApi } from "../../support/use-api";

describe("posted events", () => {
  const settings = { ...common, eventsSecret: EVENTS_SECRET };
  const t = useApi({ digests: settings });
  beforeEach(() =>
    t.db.run(`insert into digest_subscriptions
        (email, email_fold, status, frequency, weekday, hour, time_zone, max_papers, skip_empty, filter, consent_version)
      values ('Ada@example.org', 'ada@example.org', 'ACTIVE', 'DAILY', 'MONDAY', 7, 'UTC', 10, true, '{}', 'v1')`),
  );
  afterEach(() => t.db.reset());

  const signed = (id: string, body: string, at = new Date()) => ({
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(EVENTS_SECRET).sign(id, at, body),
  });
  const send = (headers: object, body: string) =>
    t.api
      .http()
      .post("/digest/events")
      .set(headers as Record<string, string>)
      .send(body);
  const post = async (id: string, type: string, email = "ada@example.org") => {
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data: { email } });
    return (await send(signed(id, body), body)).status;
  };
  const standing = async () =>
    (await t.db.run("select status, soft_bounces, next_send_at from digest_subscriptions"))[0];
  const suppressed = () => t.db.run<{ address_hash: Buffer; reason: string }>("select * from digest_suppressions");

  test.each([
    ["bounce.hard", "BOUNCE"],
    ["complaint", "COMPLAINT"],
  ])("%s suppresses the address at once", async (type, reason) => {
    expect(await post("e1", type)).toBe(204);
    expect(await standing()).toMatchObject({ status: "SUPPRESSED", next_send_at: null });
    expect(await suppressed()).toMatchObject([
      { address_hash: hashAddress(settings.secret, "ada@example.org"), reason },
    ]);
  });

  test.each(["garbage", "text", "", "text/plain"])(
    'are read by their signature, whatever their type: "%s"',
    async (type) => {
      const body = JSON.stringify({ type: "complaint", data: { email: "ada@example.org" } });
      expect((await send({ ...signed("e1", body), "content-type": type }, body)).status).toBe(204);
      expect(await suppressed()).toHaveLength(1);
    },
  );

  test("is refused with an id that is too long to be kept", async () => {
    const id = Array.from({ length: 800 }, (_, i) => i * 7919)
      .join("")
      .slice(0, 3000);
    expect(await post(id, "complaint")).toBe(422);
    expect(await post(id.slice(0, 500), "complaint")).toBe(204);
  });

  test("of an address that is not known here is remembered all the same", async () => {
    expect(await post("e1", "complaint", "stranger@example.org")).toBe(204);
    expect(await suppressed()).toHaveLength(1);
    expect(await standing()).toMatchObject({ status: "ACTIVE" });
  });

  test("three soft bounces in a row pause, though each mail had been taken before; one without breaks the row", async () => {
    const taken =
      "update digest_subscriptions set soft_bounces = case when soft_bounced_at >= last_sent_at then soft_bounces else 0 end, last_sent_at = now()";
    for (const id of ["e1", "e2"]) {
      await t.db.run(taken);
      await post(id, "bounce.soft");
    }
    await t.db.run(taken);
    await t.db.run(taken);
    expect(await standing()).toMatchObject({ soft_bounces: 0 });
  });

  test("three soft bounces pause, and one that is posted again counts once", async () => {
    for (const id of ["e1", "e1", "e1", "e2"]) expect(await post(id, "bounce.soft")).toBe(204);
    expect(await standing()).toMatchObject({ status: "ACTIVE", soft_bounces: 2 });
    await post("e3", "bounce.soft");
    expect(await standing()).toMatchObject({ status: "PAUSED" });
    expect(await suppressed()).toEqual([]);
  });

  test("that are not signed, signed otherwise, changed or old are refused, and nothing happens", async () => {
    const body = JSON.stringify({ type: "complaint", data: { email: "ada@example.org" } });
    const old = new Date(Date.now() - 10 * 60_000);
    const cases = [
      send({ "content-type": "application/json" }, body),
      send({ ...signed("e1", body), "webhook-id": "e2" }, body),
      send(signed("e1", body), body.replace("complaint", "bounce.soft")),
      send(signed("e1", body, old), body),
      send({ ...signed("e1", body), "webhook-signature": "v1,AAAA" }, body),
    ];
    for (const answer of cases) expect((await answer).status).toBe(401);
    expect(await standing()).toMatchObject({ status: "ACTIVE", soft_bounces: 0 });
  });

  test.each([
    ["{", 422],
    ['{"type":"complaint","data":{}}', 422],
    ["[]", 422],
    ["1", 422],
    ['{"type":"opened"}', 204],
  ])("%s is signed, but none of ours: %i", async (body, status) => {
    const answer = await send(signed("e1", body), body);
    expect(answer.status).toBe(status);
    if (status === 422) expect(answer.body.message).toContain("bounce.hard");
  });

  test("of types that are none of ours are told in the log, once in an hour, as a mapping may be wrong", async () => {
    const own = await startApi(t.db, { digests: settings });
    for (const [id, type] of [
      ["e1", "email.bounced"],
      ["e2", "x".repeat(1000)],
    ] as const) {
      const body = JSON.stringify({ type });
      const post = own.http().post("/digest/events").set(signed(id, body));
      expect((await post.send(body)).status).toBe(204);
    }
    expect(own.logged).toMatchObject([{ level: 40, type: "email.bounced" }]);
    await own.close();
  });

  test("are not taken where no secret is set", async () => {
    const closed = await startApi(t.db, { digests: common });
    for (const type of ["form", "json", "text"]) {
      const answer = await closed.http().post("/digest/events").type(type).send("{}");
      expect(answer.status).toBe(404);
    }
    await closed.close();
  });
});
