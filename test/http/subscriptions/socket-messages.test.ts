import { startApi, type TestApi, testLimits } from "../../support/api";
import { openAcknowledged } from "../../support/raw-listener";
import { useDatabase } from "../../support/use-api";

const PING = { type: "ping" };

describe("the messages of a WebSocket", () => {
  const t = useDatabase();
  const apis: TestApi[] = [];
  afterEach(() => Promise.all(apis.splice(0).map((api) => api.close())));

  const start = async (points: number) => {
    const api = await startApi(t.db, { limits: { ...testLimits, RATE_LIMIT_ANONYMOUS: points } });
    apis.push(api);
    return api;
  };

  test("cost points, pings too; without any left it is closed", async () => {
    const listener = await openAcknowledged(await start(100));
    for (let i = 0; i < 150; i++) listener.send(PING);
    expect(await listener.closed).toMatchObject({ code: 1013, reason: expect.stringContaining("points a minute") });
  });

  test("of the protocol's own kind cost points", async () => {
    const listener = await openAcknowledged(await start(100));
    for (let i = 0; i < 150; i++) listener.socket.ping();
    expect(await listener.closed).toMatchObject({ code: 1013 });
  });

  test("cost by their size", async () => {
    const listener = await openAcknowledged(await start(1000));
    listener.send({ type: "ping", payload: { text: "x".repeat(60_000) } });
    expect(await listener.closed).toMatchObject({ code: 1013 });
  });

  test("are read one at a time: others are answered in between", async () => {
    const api = await start(0);
    const listener = await openAcknowledged(api);
    await api.data("{ __typename }");
    const COUNT = 5000;
    for (let i = 0; i < COUNT; i++) listener.send(PING);
    await listener.hears("pong");
    await api.data("{ __typename }");
    expect(listener.messages.length).toBeLessThan(COUNT / 2);
  });
});
