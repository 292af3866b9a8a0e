import { sql } from "../../src/db/sql";
import { runDigestCommand } from "../../src/digests/digest.command";
import { nearAmong } from "../../src/meaning/near-among";
import { encodeNodeId } from "../../src/nodes/node-id";
import type { PaperFilter } from "../../src/papers/paper-filter.input";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { PUBLIC_ONLY } from "../../src/webhooks/receivers/receiver-url";
import { createHub } from "../live/hub";
import { addressOf } from "../support/api";
import { issueTokenOf, plainRenderers, settings } from "../support/digests";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const UNKNOWN = encodeNodeId("Paper", 2 ** 31 - 1);
const NOBODY = encodeNodeId("Author", 2 ** 31 - 1);
const NOBODY_ELSE = encodeNodeId("Author", 2 ** 31 - 2);
const NOWHERE = encodeNodeId("Organization", 2 ** 31 - 1);
const NO_ID = (i: number) => `near[${i}] is not the id of a Paper.`;
const WORDLESS = "No paper can match: no word of the paper of near is known, so none is like it.";
const LISTS = [
  "papers(filter: $filter) { totalCount }",
  "feed { papers(filter: $filter) { totalCount } }",
  'searchPapers(query: "codes", filter: $filter) { totalCount }',
  "paperChanges(filter: $filter) { totalCount }",
  "trendingPapers(filter: $filter) { totalCount }",
];

describe("what a filter names, such as papers that others are to be near to", () => {
  const t = useApi({ digests: settings, webhookRules: PUBLIC_ONLY, webFeeds: { hub: null, tag: null } });
  let codes: string;
  let wordless: string;
  let gone: string;
  let doors: ((filter: PaperFilter) => Promise<object | null>)[];
  let changing: typeof doors;
  beforeAll(async () => {
    const titles = ["Quantum error correction codes", "大规模语言模型", "Fault-tolerant logical qubits"];
    await importRecords(
      t.db,
      titles.map((title) =>
        sourceRecord({ title, authors: ["Ada"], authorCount: 1, featured: featured("2026-10-05") }),
      ),
    );
    const rows = await t.db.run<{ id: number; title: string }>("select id, title from papers");
    [codes, wordless, gone] = titles.map((title) =>
      encodeNodeId("Paper", rows.find((row) => row.title === title)!.id),
    ) as [string, string, string];
    const all = await lastingDoors();
    doors = Object.values(all);
    changing = [all.change, all.updateWebhook];
  });

  const command = (near: string) => {
    const context = { settings, renderers: plainRenderers, now: new Date() };
    return runDigestCommand(t.db, ["preview", "--frequency", "DAILY", "--on", "2026-10-05", "--near", near], context);
  };

  /** Each place where a filter is stored, or papers are waited for; gives what is wrong, and where, or null. */
  async function lastingDoors() {
    const token = await signIn(t.db, "ada", [AccessTokenScope.WEBHOOKS_WRITE]);
    const hook = { url: "https://hooks.example.com/1", events: ["PAPER_FEATURED"] };
    const { createWebhook } = await t.api.data(
      "mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } } }",
      { input: hook },
      token,
    );
    await t.api.data(
      'mutation { subscribeToDigest(input: { email: "bea@example.org", consentVersion: "1" }) { confirmationSent } }',
    );
    const [{ id }] = (await t.db.run<{ id: number }>("select max(id) as id from digest_deliveries")) as [
      { id: number },
    ];
    const confirmation = await issueTokenOf(t.db, settings.secret, id);
    const { confirmDigestSubscription } = await t.api.data(
      "mutation ($token: String!) { confirmDigestSubscription(input: { token: $token }) { managementToken } }",
      { token: confirmation },
    );
    const mutation = (type: string, name: string, input: object) => async (filter: PaperFilter) => {
      const query = `mutation ($input: ${type}!) { done: ${name}(input: $input) { userErrors { code message path } } }`;
      const { userErrors } = (await t.api.data(query, { input: { ...input, filter } }, token)).done;
      return userErrors[0] ? { ...userErrors[0], path: userErrors[0].path.join(".") } : null;
    };
    return {
      subscribe: mutation("SubscribeToDigestInput", "subscribeToDigest", {
        email: "cy@example.org",
        consentVersion: "1",
      }),
      change: mutation("UpdateDigestSubscriptionInput", "updateDigestSubscription", {
        token: confirmDigestSubscription.managementToken,
      }),
      createWebhook: mutation("CreateWebhookInput", "createWebhook", { ...hook, url: "https://hooks.example.com/2" }),
      updateWebhook: mutation("UpdateWebhookInput", "updateWebhook", { id: createWebhook.webhook.id }),
      listen: async (filter: PaperFilter) => {
        const hub = createHub(t.db);
        try {
          await hub.listenToFeatured(filter, "network 192.0.2.1");
          return null;
        } catch (error) {
          const { message, extensions } = error as { message: string; extensions: { code: string; argument: string } };
          expect(extensions.code).toBe("BAD_USER_INPUT");
          return { code: "INVALID", message, path: `input.${extensions.argument}` };
        } finally {
          hub.end();
        }
      },
    };
  }

  test("must be papers wherever a filter is taken", async () => {
    for (const list of LISTS) {
      const query = `query ($filter: PaperFilter) { ${list} }`;
      const { errors } = await t.api.ask(query, { filter: { near: [codes, UNKNOWN] } });
      expect(errors).toMatchObject([
        { message: NO_ID(1), extensions: { code: "BAD_USER_INPUT", argument: "filter.near.1" } },
      ]);
    }
    const answer = await fetch(`http://${addressOf(t.api)}/feeds/new.json?near=${UNKNOWN}`);
    expect([answer.status, (await answer.json()).errors[0].message]).toEqual([400, NO_ID(0)]);
    await expect(command(UNKNOWN)).rejects.toThrow(`--near: ${NO_ID(0)}`);
    for (const ask of doors) {
      expect(await ask({ near: [codes, UNKNOWN] })).toEqual({
        code: "INVALID",
        message: NO_ID(1),
        path: "input.filter.near.1",
      });
    }
  });

  test("may be told by no arXiv id, which the error says wherever papers are named", async () => {
    const message =
      "near[1] is not the id of a Paper, but an arXiv id: find the paper by it, and pass the `id` that it has here.";
    const near = [codes, "https://arxiv.org/abs/2601.00001v2"];
    for (const ask of doors)
      expect(await ask({ near })).toEqual({ code: "INVALID", message, path: "input.filter.near.1" });
    await expect(command(near.join())).rejects.toThrow(`--near: ${message}`);
    const { errors } = await t.api.ask("query ($to: [ID!]!) { similarPapers(to: $to) { totalCount } }", { to: near });
    expect(errors).toMatchObject([
      { message: message.replace("near", "to"), extensions: { code: "BAD_USER_INPUT", argument: "to.1" } },
    ]);
  });

  test("must be authors and organizations wherever papers are waited for; lists are empty", async () => {
    const [author] = await t.db.run<{ id: number }>("select id from authors limit 1");
    const somebody = encodeNodeId("Author", author!.id);
    const cases: [PaperFilter, string, string][] = [
      [
        { authorIds: [somebody, NOBODY] },
        "authorIds.1",
        "authorIds[1] is not the id of an Author. Find one with authors(name:).",
      ],
      [
        { organizationIds: [NOWHERE] },
        "organizationIds.0",
        "organizationIds[0] is not the id of an Organization. Find one with organizations(name:).",
      ],
    ];
    for (const [filter, place, message] of cases) {
      for (const ask of doors)
        expect(await ask(filter)).toEqual({ code: "INVALID", message, path: `input.filter.${place}` });
      const [[name, ids]] = Object.entries(filter) as [[string, string[]]];
      for (const feed of ["day", "trending", "new", "search"]) {
        const own = feed === "search" ? "q=codes" : feed === "day" ? "on=2026-10-05" : "top=5";
        const given = ids.map((id) => `&${name}=${id}`).join("");
        const answer = await fetch(`http://${addressOf(t.api)}/feeds/${feed}.json?${own}${given}`);
        const { errors } = (await answer.json()) as { errors: object[] };
        expect([answer.status, errors]).toMatchObject([
          400,
          [{ message, extensions: { code: "BAD_USER_INPUT", argument: name } }],
        ]);
      }
    }
    for (const ask of doors) expect(await ask({ authorIds: [somebody] })).toBeNull();
    const known = await fetch(`http://${addressOf(t.api)}/feeds/new.json?authorIds=${somebody}`);
    expect(known.status).toBe(200);
    const query = "query ($filter: PaperFilter) { papers(filter: $filter) { totalCount } }";
    expect((await t.api.data(query, { filter: { authorIds: [NOBODY] } })).papers.totalCount).toBe(0);
  });

  test("may stay as it was stored before nobody was refused", async () => {
    const [author] = await t.db.run<{ id: number }>("select id from authors limit 1");
    const somebody = encodeNodeId("Author", author!.id);
    const filter = JSON.stringify({ authorIds: [NOBODY] });
    for (const table of ["webhooks", "digest_subscriptions"])
      await t.db.run(`update ${table} set filter = $1`, [filter]);
    for (const ask of changing) {
      expect(await ask({ authorIds: [NOBODY], hasCode: true })).toBeNull();
      expect(await ask({ authorIds: [NOBODY, NOBODY] })).toBeNull();
      expect(await ask({ authorIds: [NOBODY, NOBODY_ELSE] })).toMatchObject({
        message: "authorIds[0] is not the id of an Author. Find one with authors(name:).",
      });
      expect(await ask({ authorIds: [somebody, NOBODY_ELSE, NOBODY] })).toMatchObject({
        message: "authorIds[1] is not the id of an Author. Find one with authors(name:).",
      });
      expect(await ask({ authorIds: [somebody, NOBODY] })).toBeNull();
    }
  });

  test("must have a word that is known where papers are waited for; lists are empty", async () => {
    for (const list of LISTS.filter((each) => !each.startsWith("feed"))) {
      const [found] = Object.values(
        await t.api.data(`query ($filter: PaperFilter) { ${list} }`, { filter: { near: [wordless] } }),
      );
      expect(found).toEqual({ totalCount: 0 });
    }
    await expect(command(wordless)).rejects.toThrow(`--near: ${WORDLESS}`);
    for (const ask of doors) {
      expect(await ask({ near: [wordless] })).toEqual({
        code: "INVALID",
        message: WORDLESS,
        path: "input.filter.near",
      });
      expect(await ask({ near: [wordless, codes] })).toBeNull();
    }
  });

  test("may be without a vector until an endpoint has made it", async () => {
    const [vector] = (await t.db.run("delete from paper_vectors where vector = '' returning paper_id, model")) as [
      { paper_id: number; model: string },
    ];
    for (const ask of doors) expect(await ask({ near: [wordless] })).toBeNull();
    await t.db.run("insert into paper_vectors (paper_id, model, vector) values ($1, $2, '')", Object.values(vector));
  });

  test("that are deleted later leave what the others keep, and nothing without others", async () => {
    const ids = (await t.db.run<{ id: number }>("select id from papers order by id")).map(({ id }) => id);
    const [kept, , deleted] = ids as [number, number, number];
    expect(encodeNodeId("Paper", deleted)).toBe(gone);
    for (const ask of changing) expect(await ask({ near: [codes, gone] })).toBeNull();
    await t.db.run("delete from papers where id = $1", [deleted]);
    const among = sql`select id from papers`;
    expect(await nearAmong(t.db, [kept, deleted], among)).toEqual([kept]);
    expect(await nearAmong(t.db, [deleted], among)).toEqual([]);
    for (const ask of changing) {
      for (const near of [
        [codes, gone],
        [gone, codes],
        [codes, gone, codes],
        [gone, wordless, codes],
      ])
        expect(await ask({ near })).toBeNull();
      expect(await ask({ near: [gone, UNKNOWN] })).toMatchObject({ message: NO_ID(0) });
      expect(await ask({ near: [gone, codes, UNKNOWN] })).toMatchObject({ message: NO_ID(2) });
      expect(await ask({ near: [gone, wordless] })).toMatchObject({
        message: WORDLESS.replace("the paper", "any paper"),
      });
      expect(await ask({ near: [gone] })).toMatchObject({ message: NO_ID(0) });
    }
  });
});
