import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ExpectedError } from "../src/expected-error";
import { type FetchedDay, type FetchOptions, fetchDays } from "../src/ingest/huggingface.client";

type Handler = (day: string, response: ServerResponse, request: IncomingMessage) => void;

describe("reading the live source", () => {
  let server: Server;
  let handler: Handler;
  let asked: string[];
  beforeAll(async () => {
    const listener: RequestListener = (request, response) => {
      const url = new URL(request.url!, "http://source");
      const day = `${url.pathname === "/api/daily_papers" ? "" : url.pathname}${url.searchParams.get("date")}`;
      asked.push(day);
      handler(day, response, request);
    };
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const now = async () => new Date();
  const json = (response: ServerResponse, value: unknown) => response.end(JSON.stringify(value));
  const baseUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const read = async (from: string, to: string, options: Partial<FetchOptions> = {}) => {
    const days: FetchedDay[] = [];
    const all = {
      baseUrl: baseUrl(),
      from,
      to,
      pauseMs: 0,
      backOffMs: 5,
      timeoutMs: 300,
      attempts: 3,
      now,
      ...options,
    };
    for await (const day of fetchDays(all)) days.push(day);
    return days;
  };

  test("asks for one day after the other, over a month's end, and says who asks", async () => {
    handler = (day, response, request) => json(response, [{ day, agent: request.headers["user-agent"] }]);
    const days = await read("2026-02-27", "2026-03-01");
    expect(asked).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect(days.map(({ day, items }) => [day, items])).toEqual(
      asked.map((day) => [day, [{ day, agent: expect.stringContaining("daily-papers-api") }]]),
    );
    expect(Math.abs(days[0]!.seenAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  test("a day without papers, or without a list, is empty", async () => {
    handler = (day, response) =>
      day === "2026-02-01" ? json(response, []) : json(response.writeHead(404), { error: "There is no such list" });
    expect((await read("2026-02-01", "2026-02-02")).map((day) => day.items)).toEqual([[], []]);
  });

  test.each(["<!doctype html>Not found", '{"detail":"Not Found"}', ""])(
    "a 404 that says %j is not the API's: an error at once, not an empty day",
    async (body) => {
      handler = (_, response) => response.writeHead(404).end(body);
      await expect(read("2026-02-01", "2026-02-02")).rejects.toThrow(
        "2026-02-01 cannot be read: the source answers 404 where its API should be; is --base-url right?",
      );
      expect(asked).toHaveLength(1);
    },
  );

  test.each([
    ["429 with Retry-After", (response: ServerResponse) => response.writeHead(429, { "retry-after": "0" }).end()],
    [
      "a Retry-After date",
      (response: ServerResponse) => response.writeHead(503, { "retry-after": new Date().toUTCString() }).end(),
    ],
    ["500", (response: ServerResponse) => response.writeHead(500).end("oops")],
    [
      "an answer that breaks off",
      (response: ServerResponse) =>
        response.writeHead(200, { "content-length": "100" }).write("[", () => response.destroy()),
    ],
    ["JSON that is cut off", (response: ServerResponse) => response.end('[{"paper":')],
    ["no answer in time", () => undefined],
    ["a slow body", (response: ServerResponse) => response.write("[")],
  ])("after %s it asks again", async (_, fail) => {
    const reasons: string[] = [];
    handler = (day, response) => (asked.length < 3 ? fail(response) : json(response, [day]));
    const [day] = await read("2026-02-01", "2026-02-01", { onRetry: (_day, reason) => reasons.push(reason) });
    expect(day!.items).toEqual(["2026-02-01"]);
    expect(asked).toHaveLength(3);
    expect(reasons).toHaveLength(2);
  });

  test("waits as long as Retry-After says", async () => {
    const waits: number[] = [];
    handler = (day, response) =>
      asked.length < 2 ? response.writeHead(429, { "retry-after": "1" }).end() : json(response, [day]);
    await read("2026-02-01", "2026-02-01", { onRetry: (_day, _reason, waitMs) => waits.push(waitMs) });
    expect(waits[0]).toBeGreaterThanOrEqual(1000);
  });

  test("gives up after some attempts, naming the day to go on with", async () => {
    handler = (day, response) => (day === "2026-02-02" ? response.writeHead(500).end() : json(response, []));
    await expect(read("2026-02-01", "2026-02-03")).rejects.toThrow(
      /2026-02-02 cannot be read: the source answers 500.*--from 2026-02-02/,
    );
    expect(asked.filter((day) => day === "2026-02-02")).toHaveLength(3);
  });

  test.each([[1], [{ status: "no_data" }], ["text"], [null]])(
    "the body %j is no list: an error at once",
    async (body) => {
      handler = (_, response) => json(response, body);
      await expect(read("2026-02-01", "2026-02-01")).rejects.toThrow("no array of papers");
      expect(asked).toHaveLength(1);
    },
  );

  test("a refusal is not repeated", async () => {
    handler = (_, response) => response.writeHead(403).end();
    await expect(read("2026-02-01", "2026-02-01")).rejects.toThrow("answers 403");
    expect(asked).toHaveLength(1);
  });

  test("an answer that is too large is not asked for again", async () => {
    handler = (_, response) => response.end(`[${" ".repeat(33 * 1024 * 1024)}]`);
    await expect(read("2026-02-01", "2026-02-01", { timeoutMs: 10_000 })).rejects.toThrow("larger than");
    expect(asked).toHaveLength(1);
  });

  test("a base URL may have a path, with or without a final slash", async () => {
    const paths: string[] = [];
    handler = (_, response, request) => {
      paths.push(request.url!);
      json(response, []);
    };
    for (const end of ["", "/"]) await read("2026-02-01", "2026-02-01", { baseUrl: `${baseUrl()}/mirror${end}` });
    expect(paths).toEqual(Array(2).fill("/mirror/api/daily_papers?date=2026-02-01"));
  });

  test("stopped while it waits to ask again, it names the day to go on with", async () => {
    const stop = new AbortController();
    handler = (_, response) => response.writeHead(429, { "retry-after": "30" }).end();
    const reading = read("2026-02-01", "2026-02-03", {
      signal: stop.signal,
      onRetry: () => setTimeout(() => stop.abort(), 20),
    });
    await expect(reading).rejects.toThrow("Stopped before 2026-02-01; go on with --from 2026-02-01.");
    await expect(reading).rejects.toBeInstanceOf(ExpectedError);
    expect(asked).toHaveLength(1);
  });

  test("stops between days when asked to", async () => {
    const stop = new AbortController();
    handler = (day, response) => {
      json(response, [day]);
      stop.abort();
    };
    await expect(
      read("2026-02-01", "2026-02-20", { signal: stop.signal, pauseMs: 50 }).catch(() => "stopped"),
    ).resolves.toBeDefined();
    expect(asked).toHaveLength(1);
  });

  test("a source that is not there is an error that says so", async () => {
    await expect(read("2026-02-01", "2026-02-01", { baseUrl: "http://127.0.0.1:9999" })).rejects.toThrow(
      "ECONNREFUSED",
    );
  });
});
