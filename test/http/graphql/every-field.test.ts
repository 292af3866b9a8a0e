import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from "graphql";
import { defaultOptimizations } from "../../../src/config/optimizations";
import { issueToken, randomToken } from "../../../src/digests/subscriptions/token.service";
import { rankFeeds } from "../../../src/feeds/rank-feeds.service";
import { encodeNodeId } from "../../../src/nodes/node-id";
import { getSchema } from "../../../src/schema";
import { AccessTokenScope } from "../../../src/users/access-token.entity";
import { portOf, startApi, type TestApi } from "../../support/api";
import { watchCompilations } from "../../support/compilations";
import type { TestDatabase } from "../../support/database";
import { settings, subscribe } from "../../support/digests";
import { featured, importRecords, signIn, sourceRecord } from "../../support/factories";
import { asPost, createHttpClient, type HttpClient } from "../../support/http-client";
import { useApi } from "../../support/use-api";

const schema = getSchema();

/** Fields from the root to objects of a type. */
type Path = readonly { parent: GraphQLObjectType; field: GraphQLField<unknown, unknown> }[];

/** A shortest path to each object type that a query reaches. */
function pathsToTypes(): Map<GraphQLObjectType, Path> {
  const root = schema.getQueryType()!;
  const paths = new Map<GraphQLObjectType, Path>([[root, []]]);
  for (const [parent, path] of paths) {
    for (const field of Object.values(parent.getFields())) {
      const type = getNamedType(field.type);
      if (isObjectType(type) && !paths.has(type)) paths.set(type, [...path, { parent, field }]);
    }
  }
  return paths;
}

const paths = pathsToTypes();

/** What a field is asked with: as little as it takes to get something. */
type Samples = Record<string, Record<string, unknown>>;

const NULL_HERE = [
  // Of a subscription that is not paused and was sent nothing yet.
  "DigestSubscription.pausedUntil",
  "DigestSubscription.lastSentAt",
];

describe("every field of the schema", () => {
  // Ids of subscriptions are made with the secret that processes share.
  const t = useApi({ digests: settings, sources: ["huggingface"] });
  let toFast: HttpClient;
  let toPlain: HttpClient;
  let token: string;
  let samples: Samples;
  const compilations = watchCompilations();
  beforeAll(async () => {
    const plain = await startApi(t.db, {
      digests: settings,
      sources: ["huggingface"],
      optimizations: { ...defaultOptimizations, fastPath: false },
    });
    t.use(plain);
    toFast = t.use(createHttpClient(portOf(t.api), 1));
    toPlain = t.use(createHttpClient(portOf(plain), 1));
    token = await signIn(t.db, "ada", Object.values(AccessTokenScope));
    samples = await arrange(t.db, token, t.api);
  });
  afterAll(() => compilations.stop());

  const argumentsOf = (parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string => {
    const given = {
      ...(field.args.some(({ name }) => name === "first") && { first: 2 }),
      ...samples[`${parent.name}.${field.name}`],
    };
    const missing = field.args.find((arg) => isRequiredArgument(arg) && !(arg.name in given));
    if (missing) throw new Error(`${parent.name}.${field.name} needs a sample of ${missing.name}.`);
    const isEnum = (name: string) => field.args.some((arg) => arg.name === name && isEnumType(getNamedType(arg.type)));
    const pairs = Object.entries(given).map(
      ([name, value]) => `${name}: ${isEnum(name) ? value : JSON.stringify(value)}`,
    );
    return pairs.length > 0 ? `(${pairs.join(", ")})` : "";
  };

  const selectionOf = (type: GraphQLObjectType): string => {
    const fields = Object.values(type.getFields()).map((field) => {
      const below = getNamedType(field.type);
      const inner = isLeafType(below) ? "" : isInterfaceType(below) ? "{ __typename id }" : "{ __typename }";
      return `${field.name}${argumentsOf(type, field)} ${inner}`;
    });
    return `{ __typename ${fields.join(" ")} }`;
  };

  const queryOf = (type: GraphQLObjectType, path: Path): string =>
    path.reduceRight(
      (below, { parent, field }) => `{ ${field.name}${argumentsOf(parent, field)} ${below} }`,
      selectionOf(type),
    );

  const seen = new Set<string>();

  test.each([...paths].map(([type, path]) => [type.name, type, path] as const))(
    "of %s is answered the third time, from compiled code, as the first time by graphql-js",
    async (_, type, path) => {
      compilations.reset();
      const sent = asPost({ query: queryOf(type, path) }, token);
      const { body: judged } = await toPlain.send(sent);
      const answers: string[] = [];
      for (let i = 0; i < 3; i++) answers.push((await toFast.send(sent)).body);
      // What decays with time, and what is left of an allowance, differ from one answer to the next.
      const told = (body: string) =>
        body
          .replace(/(\d\.\d{3})\d+/g, "$1")
          .replace(/("(?:used|remaining)":)\d+/g, "$1")
          .replace(/("resetAt":)"[^"]+"/, "$1");
      expect(answers.map(told)).toEqual([judged, judged, judged].map(told));
      expect(JSON.parse(judged).errors).toBeUndefined();
      expect(compilations.count()).toBe(1);
      note(
        JSON.parse(answers[2]!).data,
        type,
        path.map(({ field }) => field.name),
      );
    },
  );

  /** Notes which fields had a value. */
  const note = (value: unknown, type: GraphQLObjectType, [step, ...rest]: string[]): void => {
    if (Array.isArray(value))
      for (const each of value)
        note(
          each,
          type,
          [step!, ...rest].filter((name) => name !== undefined),
        );
    else if (typeof value !== "object" || value === null) return;
    else if (step !== undefined) note((value as Record<string, unknown>)[step], type, rest);
    else {
      for (const [name, each] of Object.entries(value)) {
        const isThere = each !== null && !(Array.isArray(each) && each.length === 0);
        if (isThere && name !== "__typename") seen.add(`${type.name}.${name}`);
      }
    }
  };

  test("has a value in what was compared", () => {
    const all = [...paths.keys()].flatMap((type) =>
      Object.keys(type.getFields()).map((name) => `${type.name}.${name}`),
    );
    expect(all.filter((field) => !seen.has(field)).sort()).toEqual(NULL_HERE.sort());
  });
});

/** Papers, feeds, votes, trends and a digest, with something in each field; tells how to ask for them. */
async function arrange(db: TestDatabase, token: string, api: TestApi): Promise<Samples> {
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
  const [subscription] = await subscribe(db, 1, {
    confirmed_at: "2026-01-01T00:00:00Z",
    filter: JSON.stringify({
      keywords: ["agents"],
      excludeKeywords: ["x"],
      categories: ["cs"],
      excludeCategories: ["math"],
      authorIds: [encodeNodeId("Author", author!.id)],
      organizationIds: [encodeNodeId("Organization", lab!.id)],
      minUpvotes: 1,
      hasCode: true,
    }),
  });
  await db.run(`
    insert into source_tasks (source, kind, key, day, due_at, last_success_at) values
      ('huggingface', 'plan', '', '2026-01-05', now(), null),
      ('huggingface', 'day', '2026-01-06', '2026-01-06', now(), now());
    insert into source_budgets (source, next_at, last_success_at, last_error)
      values ('huggingface', now(), now(), 'The source responds with 503.')`);
  await arrangeWebhook(db, token, api, {
    keywords: ["agents"],
    excludeKeywords: ["x"],
    categories: ["cs"],
    excludeCategories: ["math"],
    authorIds: [encodeNodeId("Author", author!.id)],
    organizationIds: [encodeNodeId("Organization", lab!.id)],
    minUpvotes: 1,
    hasCode: true,
    withdrawn: false,
    featured: true,
    featuredFrom: "2026-01-01",
    featuredTo: "2026-12-31",
    publishedFrom: "2025-01-01",
    publishedTo: "2026-12-31",
  });
  const digest = randomToken();
  await issueToken(db, subscription!, "MANAGE", digest);
  return {
    "Paper.citation": { format: "BIBTEX" },
    "Query.author": { id: encodeNodeId("Author", author!.id) },
    "Query.authors": { name: "Ada Byron" },
    "Query.digestSubscription": { token: digest },
    "Query.feed": { on: "2026-01-06" },
    "Query.node": { id },
    "Query.nodes": { ids: [id] },
    "Query.paper": { id },
    "Query.papersByArxivId": { arxivIds: ["2601.00000"] },
    "Query.searchPapers": { query: "agents" },
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
