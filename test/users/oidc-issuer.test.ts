import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { startApi, type TestApi, withLimits } from "../support/api";
import { Issuer } from "../support/issuer";
import { useDatabase } from "../support/use-api";

const VIEWER = "{ viewer { username } }";
const ADA = { sub: "1", preferred_username: "ada" };
const MINUTE = 60_000;

type Fault = (response: ServerResponse, good: object) => void;

/** Headers and a beginning at once, then a blank now and then, without end. */
const drip: Fault = (response) => {
  response.write("{");
  const timer = setInterval(() => response.write(" "), 100);
  response.on("close", () => clearInterval(timer));
};
const hang: Fault = () => {};
const fail: Fault = (response) => response.writeHead(500).end("{}");
const answer =
  (body: string): Fault =>
  (response) =>
    response.end(body);
const grow: Fault = (response, good) => response.end(`${JSON.stringify(good)}${" ".repeat(3_000_000)}`);
const slow: Fault = (response, good) => setTimeout(() => response.end(JSON.stringify(good)), 300);

describe("while the issuer of JSON Web Tokens", () => {
  const t = useDatabase();
  let issuer: Issuer;
  let api: TestApi;
  let good: string;
  let moved = 0;
  beforeEach(async () => {
    moved = 0;
    const now = Date.now;
    jest.spyOn(Date, "now").mockImplementation(() => now() + moved);
    issuer = new Issuer();
    await issuer.start();
    good = await issuer.token(ADA);
    api = await startApi(t.db, { oidc: { issuer: issuer.url, audience: "papers" } });
  });
  afterEach(async () => {
    await api.close();
    issuer.close();
    jest.restoreAllMocks();
  });

  const codeOf = async (token: string) => (await api.ask(VIEWER, {}, token)).errors?.[0]?.extensions.code ?? "OK";
  const timed = async <T>(work: Promise<T>) => {
    const start = performance.now();
    return { value: await work, ms: performance.now() - start };
  };

  test.each([
    ["is away", () => issuer.close()],
    ["hangs", () => Object.assign(issuer.faults, { metadata: hang })],
    ["fails", () => Object.assign(issuer.faults, { keys: fail })],
    ["drips", () => Object.assign(issuer.faults, { keys: drip })],
  ])("%s, known keys go on, ten minutes and a day later, and it is left alone after a try", async (_, break_) => {
    expect(await codeOf(good)).toBe("OK");
    break_();
    for (const later of [11 * MINUTE, 24 * 60 * MINUTE]) {
      moved = later;
      const { value, ms } = await timed(codeOf(good));
      expect(value).toBe("OK");
      // Of all, one waits for a moment.
      expect(ms).toBeLessThan(3000);
      const reads = issuer.reads.metadata;
      expect(await Promise.all(Array.from({ length: 20 }, () => codeOf(good)))).toEqual(Array(20).fill("OK"));
      expect(issuer.reads.metadata).toBe(reads);
    }
    expect(api.logged.length).toBeLessThanOrEqual(1);
  });

  test.each([
    ["metadata", "fails", fail],
    ["metadata", "are HTML", answer("<html></html>")],
    ["metadata", "are null", answer("null")],
    ["metadata", "are of another issuer", answer('{"issuer":"https://x.test","jwks_uri":"https://x.test"}')],
    ["metadata", "are huge", grow],
    ["keys", "fail", fail],
    ["keys", "are HTML", answer("<html></html>")],
    ["keys", "are null", answer("null")],
    ["keys", "are no list", answer('{"keys":{}}')],
    ["keys", "are huge", grow],
  ] as const)(
    "'s %s %s, its tokens are to be tried again, and are good once that is repaired",
    async (part, _, fault) => {
      issuer.faults[part] = fault;
      const refused = await api.http().post("/graphql").set("authorization", `Bearer ${good}`).send({ query: VIEWER });
      expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "5"]);
      expect(refused.body.errors).toMatchObject([{ extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 5 } }]);
      const reads = issuer.reads.metadata;
      issuer.faults = {};
      expect(await codeOf(good)).toBe("SERVICE_UNAVAILABLE");
      expect(issuer.reads.metadata).toBe(reads);
      moved = 6000;
      expect(await codeOf(good)).toBe("OK");
    },
  );

  test.each([
    ["has no jwks_uri", (url: string) => ({ issuer: url })],
    ["has a jwks_uri that is no URL", (url: string) => ({ issuer: url, jwks_uri: "not a url" })],
    ["has a jwks_uri of a file", (url: string) => ({ issuer: url, jwks_uri: "file:///etc/passwd" })],
  ])("%s, its tokens are to be tried again", async (_, metadata) => {
    issuer.faults.metadata = answer(JSON.stringify(metadata(issuer.url)));
    expect(await codeOf(good)).toBe("SERVICE_UNAVAILABLE");
  });

  test.each([
    ["cannot be read", "ES256", { kty: "EC", crv: "P-256", x: "!!", y: "!!" }],
    ["lacks a part", "ES256", { kty: "EC", crv: "P-256" }],
    ["is too short", "RS256", { kty: "RSA", n: "!!", e: "AQAB", alg: "RS256" }],
  ])(
    "publishes a key that %s, its tokens are to be tried again, and are good once it is repaired",
    async (_, alg, key) => {
      await issuer.rotate(alg);
      const token = await issuer.token(ADA);
      const kid = (await issuer.jwks())[0]!.kid;
      issuer.faults.keys = answer(JSON.stringify({ keys: [{ ...key, kid }] }));
      expect(await codeOf(token)).toBe("SERVICE_UNAVAILABLE");
      issuer.faults = {};
      moved = 31_000;
      expect(await codeOf(token)).toBe("OK");
      expect(api.logged).not.toContainEqual(expect.objectContaining({ level: 50 }));
    },
  );

  test("drips, a token of a key that is not known is answered within seconds, and one of a known key at once", async () => {
    expect(await codeOf(good)).toBe("OK");
    const kid = "unheard of";
    issuer.faults.keys = drip;
    moved = 31_000;
    const unknown = timed(codeOf(await issuer.token(ADA, { kid })));
    while (issuer.reads.keys < 2) await sleep(5);
    expect(await codeOf(good)).toBe("OK");
    const { value, ms } = await unknown;
    expect(value).toBe("SERVICE_UNAVAILABLE");
    expect(ms).toBeLessThan(8000);
    issuer.faults = {};
    await issuer.rotate();
    moved = 62_000;
    expect(await codeOf(await issuer.token(ADA))).toBe("OK");
  });

  test("is well, keys are read once for all who come, again for made-up keys each half minute, and after ten minutes", async () => {
    expect(await Promise.all(Array.from({ length: 20 }, () => codeOf(good)))).toEqual(Array(20).fill("OK"));
    expect(issuer.reads).toEqual({ metadata: 1, keys: 1 });
    const madeUp = () => Promise.all(Array.from({ length: 40 }, async (_, i) => issuer.token(ADA, { kid: `k${i}` })));
    for (const token of await madeUp()) expect(await codeOf(token)).toBe("UNAUTHENTICATED");
    expect(issuer.reads.keys).toBe(1);
    moved = 31_000;
    for (const token of await madeUp()) expect(await codeOf(token)).toBe("UNAUTHENTICATED");
    expect(issuer.reads.keys).toBe(2);
    moved = 12 * MINUTE;
    await issuer.rotate();
    // The key that the issuer has taken back ends with the first request that finds the keys too old.
    expect(await codeOf(good)).toBe("UNAUTHENTICATED");
  });

  test("is slow, that takes nothing of the first operation's time", async () => {
    issuer.faults = { metadata: slow, keys: slow };
    const oidc = { issuer: issuer.url, audience: "papers" };
    const act = async (hurried: TestApi) => {
      expect((await hurried.data(VIEWER, {}, good)).viewer.username).toMatch(/^ada/);
    };
    await withLimits(t.db, { OPERATION_TIMEOUT_MS: 500, DATABASE_QUERY_TIMEOUT_MS: 100 }, act, { oidc });
  });

  test("is well and this machine's clock is set back, keys are renewed", async () => {
    expect(await codeOf(good)).toBe("OK");
    moved = -24 * 60 * MINUTE;
    await issuer.rotate();
    expect(await codeOf(await issuer.token(ADA))).toBe("OK");
  });

  test("signs a subject that is no text of 1 to 255 characters, it is refused", async () => {
    for (const sub of ["", 7 as unknown as string, "a\u0000b", "long".repeat(64)]) {
      expect(await codeOf(await issuer.token({ sub }))).toBe("UNAUTHENTICATED");
    }
  });
});
