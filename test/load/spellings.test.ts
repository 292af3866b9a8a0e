import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { defaultOptimizations } from "../../src/config/optimizations";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import type { GraphQLBody } from "../attacks/attack";
import { textArguments } from "../attacks/texts";
import { portOf } from "../support/api";
import { settings, subscribeManaged } from "../support/digests";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { asGet, asPost, createHttpClient, type HttpClient, PREFLIGHTED, type Sent } from "../support/http-client";
import { unlimited } from "../support/limits";
import { useApi } from "../support/use-api";

const SPELLINGS = process.env.SOAK ? 1000 : 80;
/** The first ones load and compile what is needed. */
const WARMING = 40;
/** What one more may leave behind in V8's heap: a label of metrics takes 3,000. */
const MAX_BYTES_EACH = process.env.SOAK ? 1000 : 2500;
/** And in all memory, which libraries take beside the heap: a formatter of dates takes 50,000. */
const MAX_RESIDENT_EACH = 25_000;
const TRIES = 3;
/** All are tried by `npm run soak`. */
const IN_SHORT = /Query.searchPapers\(query|a time zone$|a credential|host/;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
jest.setTimeout(process.env.SOAK ? 1_800_000 : 60_000);

describe(`${SPELLINGS} spellings of what a client chooses`, () => {
  const t = useApi({
    limits: unlimited,
    // What is kept up to so many megabytes is bounded on purpose: its own tests see to that.
    optimizations: { ...defaultOptimizations, answerCacheMb: 0, contentCacheMb: 0 },
    digests: settings,
  });
  let sender: HttpClient;
  let token: string;
  let managing: string;
  beforeAll(async () => {
    sender = t.use(createHttpClient(portOf(t.api), 1));
    await importRecords(t.db, [sourceRecord({ authors: ["Ada"], featured: featured("2026-01-05") })]);
    token = await signIn(t.db, "ada", Object.values(AccessTokenScope));
    managing = await subscribeManaged(t.db);
  });

  const memory = () => {
    t.db.takeStatements();
    t.api.logged.splice(0);
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
      let left = Number.POSITIVE_INFINITY;
      let resident = left;
      // What is kept for each of them is kept every time; what the engine keeps for itself is not.
      for (let i = 0; i < TRIES && (left > MAX_BYTES_EACH || resident > MAX_RESIDENT_EACH); i++) {
        const before = memory();
        await sendAll(sentAs, WARMING + i * SPELLINGS, SPELLINGS);
        const after = memory();
        left = Math.min(left, (after.heapUsed - before.heapUsed) / SPELLINGS);
        // Of few, garbage that was not collected in time takes more than they do.
        resident = process.env.SOAK ? Math.min(resident, (after.rss - before.rss) / SPELLINGS) : 0;
      }
      expect(left).toBeLessThan(MAX_BYTES_EACH);
      expect(resident).toBeLessThan(MAX_RESIDENT_EACH);
    },
  );
});

const UPDATE = `mutation ($input: UpdateDigestSubscriptionInput!) {
  updateDigestSubscription(input: $input) { subscription { timeZone } userErrors { code } } }`;
