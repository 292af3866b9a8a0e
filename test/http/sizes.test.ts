import { startApi, testLimits } from "../support/api";
import { useApi } from "../support/use-api";

const ITEMS = 30_000;
const LARGE = `[${"{},".repeat(ITEMS)}{}]`;

describe("the size of a request", () => {
  const t = useApi();

  const left = async () => (await t.api.data("{ rateLimit { remaining } }")).rateLimit.remaining;
  const post = (url: string, body: string) => t.api.http().post(url).set("content-type", "application/json").send(body);
  const spent = async (url: string, body: string) => {
    const before = await left();
    await post(url, body);
    return before - (await left());
  };

  test.each([
    ["members that nobody asked for", "/graphql", `{"query":"{ __typename }","more":${LARGE}}`],
    ["extensions", "/graphql", `{"query":"{ __typename }","extensions":{"more":${LARGE}}}`],
    ["no JSON", "/graphql", `{"query":"{ __typename }","more":${LARGE}`],
    ["comments", "/graphql", JSON.stringify({ query: `{ __typename }${"#\n".repeat(ITEMS)}` })],
  ])("is paid for, be it of %s", async (_, url, body) => {
    expect(await spent(url, body)).toBeGreaterThan(2000);
  });

  test("costs nothing while it is small", async () => {
    const small = (bytes: number) => JSON.stringify({ query: "{ __typename }", more: "x".repeat(bytes) });
    expect(await spent("/graphql", small(8000))).toBe(await spent("/graphql", small(1)));
  });

  test("is refused before the body is parsed where no points are left", async () => {
    const poor = await startApi(t.db, { limits: { ...testLimits, RATE_LIMIT_ANONYMOUS: 1000 } });
    try {
      const answer = await poor
        .http()
        .post("/graphql")
        .set("content-type", "application/json")
        .send(`{"query":${LARGE}`);
      expect(answer.status).toBe(429);
      expect(answer.body.errors[0].extensions.code).toBe("RATE_LIMITED");
    } finally {
      await poor.close();
    }
  });
});
