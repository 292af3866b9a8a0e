import { once } from "node:events";
import type request from "supertest";
import { issueToken, randomToken } from "../../../src/digests/subscriptions/token.service";
import { portOf } from "../../support/api";
import { issueTokenOf } from "../../support/digests";
import { featured, importRecords, sourceRecord } from "../../support/factories";
import { openSocket } from "../../support/raw-socket";
import { digests, usePages } from "./use-pages";

describe("the pages for digests", () => {
  const { t, http, subscribed, row, status } = usePages();

  describe("unsubscribing", () => {
    test.each([
      ["urlencoded", (post: request.Test) => post.type("form").send("List-Unsubscribe=One-Click")],
      ["multipart", (post: request.Test) => post.field("List-Unsubscribe", "One-Click")],
      ["no body", (post: request.Test) => post],
      ["an empty body of a form", (post: request.Test) => post.type("form").send("")],
      ["a body of no known kind", (post: request.Test) => post.type("text/plain").send("List-Unsubscribe=One-Click")],
      ...["garbage", "text", "a/b; =", ""].map((type): [string, (post: request.Test) => request.Test] => [
        `a body of the kind "${type}"`,
        (post) => post.set("content-type", type).send("List-Unsubscribe=One-Click"),
      ]),
      ["a body that is said to be packed", (post: request.Test) => post.set("content-encoding", "gzip").send("x")],
      ["a long body", (post: request.Test) => post.type("text/plain").send("a".repeat(200_000))],
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

    test("a body without an end is not waited for", async () => {
      const head = `POST /digest/unsubscribe/${await subscribed()} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\na`;
      const { socket, statuses } = await openSocket(portOf(t.api), head);
      while (statuses().length === 0) await once(socket, "data");
      expect([statuses(), await status()]).toEqual([[200], "UNSUBSCRIBED"]);
      socket.destroy();
    });
  });

  test("the web copy of an issue shows its papers in its own styles, and runs and loads nothing", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Agents <at> work", featured: featured("2026-01-06") })]);
    await subscribed();
    await t.db.run(`with d as (
        insert into digest_deliveries (subscription_id, kind, period_key, status)
        select id, 'DIGEST', 'DAY 2026-01-06', 'SENT' from digest_subscriptions returning id, subscription_id
      )
      insert into digest_delivery_papers (subscription_id, paper_id, delivery_id, rank, upvotes_in_period)
      select d.subscription_id, p.id, d.id, 1, 1 from d, papers p`);
    const [delivery] = await t.db.run<{ id: number }>("select * from digest_deliveries");
    const token = await issueTokenOf(t.db, digests.secret, delivery!.id);
    const answer = await http().get(`/digest/issues/${token}`);
    expect(answer.text).toContain("Agents &lt;at&gt; work");
    expect(answer.text).toContain(`${digests.publicUrl}/digest/unsubscribe/${token}`);
    expect(answer.text).not.toContain("on the web");
    const policy = answer.headers["content-security-policy"];
    expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
    expect(policy).toMatch(/sandbox allow-popups/);
    expect(policy).not.toMatch(/allow-scripts|allow-same-origin|script-src/);
    expect((await http().get("/digest/issues/nothing")).status).toBe(404);
    expect((await http().get(`/digest/issues/${await subscribedAgain()}`)).status).toBe(404);
  });

  /** A token that manages, but stands in no digest. */
  async function subscribedAgain(): Promise<string> {
    const [subscription] = await t.db.run<{ id: number }>("select id from digest_subscriptions");
    const token = randomToken();
    await issueToken(t.db, subscription!.id, "MANAGE", token);
    return token;
  }
});
