import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { issueToken, randomToken } from "../src/digests/token.service";
import { defaultLevers } from "../src/levers";
import { defaultLimits } from "../src/limits";
import { AccessTokenScope } from "../src/users/access-token.entity";
import type { GraphQLBody } from "./attacks/attack";
import { textArguments } from "./attacks/texts";
import { portOf, startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { settings, subscribe } from "./support/digests";
import { featured, importLooks, look, signIn } from "./support/factories";
import { asGet, asPost, createSender, PREFLIGHTED, type Sender, type Sent } from "./support/send";

const SPELLINGS = process.env.SOAK ? 1000 : 80;
/** The first ones load and compile what is needed. */
const WARMING = 40;
/** What one more may leave behind in V8's heap: a label of metrics takes 3,000. */
const MAX_BYTES_EACH = process.env.SOAK ? 1000 : 2500;
/** And in all memory, which libraries take beside the heap: a formatter of dates takes 50,000. */
const MAX_RESIDENT_EACH = 25_000;
/** All are tried by `npm run soak`. */
const IN_SHORT = /Query.searchPapers\(query|a time zone$|a credential|host/;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
jest.setTimeout(process.env.SOAK ? 1_800_000 : 60_000);

describe(`${SPELLINGS} spellings of what a client chooses`, () => {
  let db: TestDatabase;
  let api: TestApi;
  let sender: Sender;
  let token: string;
  let managing: string;
  beforeAll(async () => {
    db = await createTestDatabase();
    const limits = { ...defaultLimits, RATE_LIMIT_ANONYMOUS: 0, RATE_LIMIT_USER: 0, SUBSCRIBE_LIMIT_ADDRESS: 0 };
    // What is kept up to so many megabytes is bounded on purpose: its own tests see to that.
    const levers = { ...defaultLevers, answerCacheMb: 0, contentCacheMb: 0 };
    api = await startApi(db, { limits, levers, digests: settings });
    sender = createSender(portOf(api), 1);
    await importLooks(db, [look({ authors: ["Ada"], featured: featured("2026-01-05") })]);
    token = await signIn(db, "ada", Object.values(AccessTokenScope));
    const [subscription] = await subscribe(db, 1);
    managing = randomToken();
    await issueToken(db, subscription!, "MANAGE", managing);
  });
  afterAll(async () => {
    sender.close();
    await api.close();
    await db.close();
  });

  const memory = () => {
    db.takeStatements();
    api.logged.splice(0);
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    return { heapUsed, rss };
  };

  const sendAll = async (sentAs: (spelling: number) => Sent, from: number, count: number) => {
    for (let i = from; i < from + count; i++) await sender.send(sentAs(i));
  };

  const query = "{ rateLimit { limit } }";
  /** A name of a zone in upper and lower case, one of 2^20 ways. */
  const zone = (i: number) =>
    [..."america/argentina/comodrivadavia"]
      .map((sign, n) => ((i >> (n % 20)) & 1 ? sign.toUpperCase() : sign))
      .join("");
  const form = { "content-type": "application/x-www-form-urlencoded" };

  const places: [string, (i: number) => Sent][] = [
    ...Object.entries(textArguments).map(([name, argument]): [string, (i: number) => Sent] => [
      name,
      (i) => {
        const body: GraphQLBody = {
          query: argument.query,
          variables: { x: argument.at ? argument.at(`spelling${i}`) : `spelling${i}` },
        };
        return asPost(body, token);
      },
    ]),
    [
      "a time zone",
      (i) => asPost({ query: UPDATE, variables: { input: { token: managing, timeZone: zone(i), hour: 7 } } }),
    ],
    [
      "a time zone in a form",
      (i) => ({ path: `/digest/manage/${managing}`, headers: form, body: `action=save&timeZone=${zone(i)}` }),
    ],
    ["an address in a form", (i) => ({ path: "/digest", headers: form, body: `email=a${i}@example` })],
    ["a token of a page", (i) => ({ method: "GET", path: `/digest/manage/${i}` })],
    ["a path", (i) => ({ method: "GET", path: `/spelling${i}` })],
    ["a query string", (i) => asGet({ query, spelling: `${i}` })],
    ["a hash", (i) => asPost({ extensions: { persistedQuery: { version: 1, sha256Hash: `spelling${i}` } } })],
    ["a credential", (i) => asPost({ query }, `spelling${i}`)],
    ...[
      "user-agent",
      "accept",
      "origin",
      "accept-encoding",
      "accept-language",
      "host",
      "x-forwarded-for",
      "if-none-match",
      "cookie",
    ].map((header): [string, (i: number) => Sent] => [
      `the header ${header}`,
      (i) => asGet({ query }, { ...PREFLIGHTED, [header]: `spelling${i}` }),
    ]),
  ];

  test.each(places.filter(([name]) => process.env.SOAK || IN_SHORT.test(name)))(
    "of %s leave hardly anything in memory",
    async (_, sentAs) => {
      await sendAll(sentAs, 0, WARMING);
      const before = memory();
      await sendAll(sentAs, WARMING, SPELLINGS);
      const after = memory();
      expect((after.heapUsed - before.heapUsed) / SPELLINGS).toBeLessThan(MAX_BYTES_EACH);
      // Of few, garbage that was not collected in time takes more than they do.
      if (process.env.SOAK) expect((after.rss - before.rss) / SPELLINGS).toBeLessThan(MAX_RESIDENT_EACH);
    },
  );
});

const UPDATE = `mutation ($input: UpdateDigestSubscriptionInput!) {
  updateDigestSubscription(input: $input) { subscription { timeZone } userErrors { code } } }`;
