import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { withTimeLimit } from "../../src/async/time-limit";
import { send } from "../../src/ingest/sources/http-request";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

describe("a limit of time", () => {
  let silent: Server;
  let collecting: NodeJS.Timeout;
  beforeAll(async () => {
    silent = createServer((socket) => socket.on("error", () => {}));
    await once(silent.listen(0, "127.0.0.1"), "listening");
    collecting = setInterval(collectGarbage, 20);
  });
  afterAll(() => {
    clearInterval(collecting);
    silent.close();
  });
  const url = () => `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;

  test("ends a request to a source that is silent, though garbage is collected meanwhile", async () => {
    const answer = await send(url(), { accept: "*/*", userAgent: "test", timeoutMs: 300 });
    expect(answer).toEqual({ problem: "no response within 0.3 s", retry: true });
  });

  test("ends with another signal, too, before or while there is work", async () => {
    const other = new AbortController();
    const work = (signal: AbortSignal) => fetch(url(), { signal });
    const ended = withTimeLimit(60_000, other.signal, work);
    other.abort(new Error("it ends"));
    await expect(ended).rejects.toThrow("it ends");
    await expect(withTimeLimit(60_000, other.signal, work)).rejects.toThrow("it ends");
  });

  test("leaves what is done in time as it is", async () => {
    await expect(withTimeLimit(60_000, undefined, async () => 5)).resolves.toBe(5);
  });
});
