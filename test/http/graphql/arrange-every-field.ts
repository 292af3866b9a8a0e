import { issueToken, randomToken } from "../../../src/digests/subscriptions/token.service";
import { rankFeeds } from "../../../src/feeds/rank-feeds.service";
import { encodeNodeId } from "../../../src/nodes/node-id";
import type { TestApi } from "../../support/api";
import { comparePapers } from "../../support/compare-papers";
import type { TestDatabase } from "../../support/database";
import { subscribe } from "../../support/digests";
import { featured, importRecords, signIn, sourceRecord } from "../../support/factories";

/** What a field is asked with: as little as it takes to get something. */
type Samples = Record<string, Record<string, unknown>>;

/** Papers, feeds, votes, trends and a digest, with something in each field; tells how to ask for them. */
export async function arrangeEveryField(db: TestDatabase, token: string, api: TestApi): Promise<Samples> {
  const [user] = await db.run<{ id: number }>(
    "update users set display_name = 'Ada', avatar_url = 'https://a.test/a.png' returning id",
  );
  const today = new Date().toISOString().slice(0, 10);
  const days = ["2026-01-05", "2026-01-06", "2026-01-07", today];
  const records = days.flatMap((day, d) =>
    [0, 1, 2].map((i) =>
      sourceRecord({
        arxivId: `2601.0${d}00${i}`,
        title: `Agents number ${d} ${i} of deep models`,
        abstract: "The transformer of agents is deep.",
        summary: "It is deep.",
        authors: ["Ada Byron", "Bob"],
        keywords: ["agents", "models"],
        organization: { key: "lab", name: "Lab", logoUrl: "https://a.test/l.png" },
        featured: featured(day),
        upvotes: 20 - i,
        url: "https://a.test/p",
        pdfUrl: "https://a.test/p.pdf",
        thumbnailUrl: "https://a.test/p.png",
        projectUrl: "https://a.test/project",
        codeUrl: "https://github.com/a/b",
        codeStars: 3,
        categories: ["cs.CL", "cs.AI"],
        doi: "10.1000/1",
        journalReference: "A journal 1 (2026)",
        arxivComment: "12 pages",
        licenseUrl: "https://a.test/license",
        versions: [{ number: 1, submittedAt: new Date("2026-01-05T10:00:00Z") }],
        withdrawnAt: i === 0 ? new Date("2026-01-08T10:00:00Z") : undefined,
        submitterId: user!.id,
      }),
    ),
  );
  await importRecords(db, records);
  await comparePapers(db);
  await rankFeeds(db, new Date());
  // Of a day, which is what is asked for, it is never set.
  await db.run("update feed_rankings set revised_at = made_at where is_final");
  const papers = await db.run<{ id: number }>("select id from papers order by id");
  const id = encodeNodeId("Paper", papers[0]!.id);
  const voters = [token, await signIn(db, "bob"), await signIn(db, "eve")];
  for (const paper of papers.slice(0, 3)) {
    const vote = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }";
    for (const voter of voters) await api.data(vote, { id: encodeNodeId("Paper", paper.id) }, voter);
  }
  const [author] = await db.run<{ id: number }>("select id from authors order by id");
  const making = `mutation { createAccessToken(input: { name: "a program", scopes: [], expiresAt: "2999-01-01T00:00:00Z" }) {
    accessToken { id } } }`;
  const { createAccessToken: made } = await api.data(making, {}, token);
  const revoking = "mutation ($id: ID!) { revokeAccessToken(input: { id: $id }) { revoked } }";
  await api.data(revoking, { id: made.accessToken.id }, token);
  const [lab] = await db.run<{ id: number }>("select id from organizations");
  const filter = {
    keywords: ["agents"],
    excludeKeywords: ["x"],
    categories: ["cs"],
    excludeCategories: ["math"],
    authorIds: [encodeNodeId("Author", author!.id)],
    organizationIds: [encodeNodeId("Organization", lab!.id)],
    near: [encodeNodeId("Paper", 1)],
    minUpvotes: 1,
    hasCode: true,
  };
  const [subscription] = await subscribe(db, 1, {
    confirmed_at: "2026-01-01T00:00:00Z",
    filter: JSON.stringify(filter),
  });
  await db.run(`
    insert into source_tasks (source, kind, key, day, due_at, last_success_at) values
      ('huggingface', 'plan', '', '2026-01-05', now(), null),
      ('huggingface', 'day', '2026-01-06', '2026-01-06', now(), now());
    insert into source_budgets (source, next_at, last_success_at, last_error)
      values ('huggingface', now(), now(), 'The source responds with 503.')`);
  await arrangeWebhook(db, token, api, {
    ...filter,
    withdrawn: false,
    featured: true,
    featuredFrom: "2026-01-01",
    featuredTo: "2026-12-31",
    publishedFrom: "2025-01-01",
    publishedTo: "2026-12-31",
  });
  const digest = randomToken();
  await issueToken(db, subscription!, "MANAGE", digest);
  const by = "[TOPIC, ORGANIZATION, CATEGORY, AUTHOR, FEATURED_MONTH]";
  return {
    "Feed.facets": { by },
    "Paper.citation": { format: "BIBTEX" },
    "Query.author": { id: encodeNodeId("Author", author!.id) },
    "Query.authors": { name: "Ada Byron" },
    "Query.digestSubscription": { token: digest },
    "Query.feed": { on: "2026-01-06" },
    "Query.node": { id },
    "Query.nodes": { ids: [id] },
    "Query.organization": { id: encodeNodeId("Organization", lab!.id) },
    "Query.paper": { id },
    "Query.paperFacets": { by },
    "Query.papersByArxivId": { arxivIds: ["2601.00000"] },
    "Query.searchPapers": { query: "agents" },
    "Query.similarPapers": { to: [id] },
    "Query.user": { username: "ada" },
  };
}

/** A webhook that failed, with an event that was answered and is queued again. */
async function arrangeWebhook(db: TestDatabase, token: string, api: TestApi, filter: object): Promise<void> {
  const creating = "mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } } }";
  await api.data(creating, { input: { url: "https://a.test.example/", events: ["FEED_FINAL"], filter } }, token);
  await db.run("update webhooks set failing_since = now(), disabled_reason = 'It is gone.'");
  await db.run(`insert into webhook_events (key, type, message_id, occurred_at, data)
    values ('feed.final DAY 2026-01-06', 'FEED_FINAL', 'msg_1', now(), '{}')`);
  await db.run(`
    insert into webhook_deliveries (webhook_id, event_id, host, attempts, next_attempt_at, last_attempt_at,
      last_status_code, last_response, last_error)
    select w.id, e.id, w.host, 1, now(), now(), 500, 'no', 'It answered 500.' from webhooks w, webhook_events e where e.message_id = 'msg_1'`);
}
