import { createHash } from "node:crypto";
import type request from "supertest";
import { palette } from "../../../src/digests/pages/style";
import { contrast, faultsOf } from "../../support/pages";
import { good, usePages } from "./use-pages";

describe("the pages for digests", () => {
  const { t, http, subscribed, row, consentVersion } = usePages();

  describe("any of them", () => {
    /** One of each kind: what a link opens, what a button answers, what is refused. */
    async function visitAll(): Promise<{ name: string; answer: request.Response }[]> {
      const pending = await subscribed("PENDING", "CONFIRM");
      await t.db.run("update digest_subscriptions set email = email || '.net'");
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
          `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
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
        await t.db.run("delete from digest_subscriptions");
        const token = await subscribed(state, purpose);
        const before = JSON.stringify([await row(), await t.db.run("select * from digest_tokens")]);
        for (let i = 0; i < 3; i++) {
          // No issue was sent with this token yet.
          expect((await http().get(`/digest/${kind}/${token}`)).status).toBe(
            { issues: 404, resubscribe: 303 }[kind as string] ?? 200,
          );
          await http().head(`/digest/${kind}/${token}`);
        }
        expect(JSON.stringify([await row(), await t.db.run("select * from digest_tokens")])).toBe(before);
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
});
