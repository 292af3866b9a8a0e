import type { ServerResponse } from "node:http";
import { ExpectedError } from "../../../src/config/expected-error";
import { json, useSource } from "./use-source";

describe("reading the live source", () => {
  const source = useSource();

  test("asks for one day after the other, over a month's end, and says who asks", async () => {
    source.handler = (day, response, request) => json(response, [{ day, agent: request.headers["user-agent"] }]);
    const days = await source.read("2026-02-27", "2026-03-01");
    expect(source.asked).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect(days.map(({ day, items }) => [day, items])).toEqual(
      source.asked.map((day) => [day, [{ day, agent: expect.stringContaining("daily-papers-api") }]]),
    );
    expect(Math.abs(days[0]!.observedAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  test("a day without papers, or without a list, is empty", async () => {
    source.handler = (day, response) =>
      day === "2026-02-01" ? json(response, []) : json(response.writeHead(404), { error: "There is no such list" });
    expect((await source.read("2026-02-01", "2026-02-02")).map((day) => day.items)).toEqual([[], []]);
  });

  test.each(["<!doctype html>Not found", '{"detail":"Not Found"}', ""])(
    "a 404 that says %j is not the API's: an error at once, not an empty day",
    async (body) => {
      source.handler = (_, response) => response.writeHead(404).end(body);
      await expect(source.read("2026-02-01", "2026-02-02")).rejects.toThrow(
        "2026-02-01 cannot be read: the source responds with 404 where its API should be; is HUGGINGFACE_URL or --base-url right?",
      );
      expect(source.asked).toHaveLength(1);
    },
  );

  test("an answer may begin with a byte order mark, as a file may, and so may a refusal", async () => {
    source.handler = (day, response) => {
      if (day === "2026-02-01") response.end('\ufeff[{"paper":{}}]');
      else if (day === "2026-02-02") response.writeHead(404).end('\ufeff{"error":"There is no such list"}');
      else response.writeHead(400).end('\ufeff{"error":"No such day"}');
    };
    const days = await source.read("2026-02-01", "2026-02-02");
    expect(days.map(({ items }) => items)).toEqual([[{ paper: {} }], []]);
    expect(source.asked).toHaveLength(2);
    await expect(source.read("2026-02-03", "2026-02-03")).rejects.toThrow("responds with 400: No such day.");
  });

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
    source.handler = (day, response) => (source.asked.length < 3 ? fail(response) : json(response, [day]));
    const onRetry = (_day: string, reason: string) => reasons.push(reason);
    const [day] = await source.read("2026-02-01", "2026-02-01", { onRetry, timeoutMs: 2000 });
    expect(day!.items).toEqual(["2026-02-01"]);
    expect(source.asked).toHaveLength(3);
    expect(reasons).toHaveLength(2);
  });

  test("waits as long as Retry-After says", async () => {
    const waits: number[] = [];
    source.handler = (day, response) =>
      source.asked.length < 2 ? response.writeHead(429, { "retry-after": "1" }).end() : json(response, [day]);
    await source.read("2026-02-01", "2026-02-01", { onRetry: (_day, _reason, waitMs) => waits.push(waitMs) });
    expect(waits[0]).toBeGreaterThanOrEqual(1000);
  });

  test("gives up after some attempts, naming the day to go on with", async () => {
    source.handler = (day, response) => (day === "2026-02-02" ? response.writeHead(500).end() : json(response, []));
    await expect(source.read("2026-02-01", "2026-02-03")).rejects.toThrow(
      /2026-02-02 cannot be read: the source responds with 500.*--from 2026-02-02/,
    );
    expect(source.asked.filter((day) => day === "2026-02-02")).toHaveLength(3);
  });

  test.each([[1], [{ status: "no_data" }], ["text"], [null]])(
    "the body %j is no list: an error at once",
    async (body) => {
      source.handler = (_, response) => json(response, body);
      await expect(source.read("2026-02-01", "2026-02-01")).rejects.toThrow("not an array of papers");
      expect(source.asked).toHaveLength(1);
    },
  );

  describe("a range that goes on behind today", () => {
    const noon = async () => new Date("2026-02-02T12:00:00Z");

    test("ends with today, and says so", async () => {
      source.handler = (day, response) => json(response, [day]);
      const said: string[] = [];
      const days = await source.read("2026-02-01", "2026-02-28", { now: noon, onFuture: (today) => said.push(today) });
      expect(days.map(({ day, part }) => [day, part])).toEqual([
        ["2026-02-01", 0.5],
        ["2026-02-02", 1],
      ]);
      expect(said).toEqual(["2026-02-02"]);
    });

    test("is refused when it only begins then", async () => {
      await expect(source.read("2026-02-03", "2026-02-04", { now: noon })).rejects.toThrow(
        "2026-02-03 is in the future: today is 2026-02-02 in UTC.",
      );
      expect(source.asked).toEqual([]);
    });
  });

  test.each([
    ['{"error":"Date is in the future."}', "the source responds with 400: Date is in the future."],
    ['{"message":"No\\nsuch day"}', "the source responds with 400: No such day."],
    ["Bad date", "the source responds with 400: Bad date."],
    ["<html><head><title>400 Bad Request</title></head>…</html>", "the source responds with 400: 400 Bad Request."],
    [`"${"x".repeat(1000)}"`, `the source responds with 400: ${"x".repeat(200)}….`],
    ["", "the source responds with 400."],
  ])("a refusal's own words are told: %j", async (body, message) => {
    source.handler = (_, response) => response.writeHead(400).end(body);
    await expect(source.read("2026-02-01", "2026-02-01")).rejects.toThrow(`2026-02-01 cannot be read: ${message}`);
    expect(source.asked).toHaveLength(1);
  });

  test("a refusal is not repeated", async () => {
    source.handler = (_, response) => response.writeHead(403).end();
    await expect(source.read("2026-02-01", "2026-02-01")).rejects.toThrow("responds with 403");
    expect(source.asked).toHaveLength(1);
  });

  test("an answer that is too large is not asked for again", async () => {
    source.handler = (_, response) => response.end(`[${" ".repeat(33 * 1024 * 1024)}]`);
    await expect(source.read("2026-02-01", "2026-02-01", { timeoutMs: 10_000 })).rejects.toThrow("larger than");
    expect(source.asked).toHaveLength(1);
  });

  test("a base URL may have a path, with or without a final slash", async () => {
    const paths: string[] = [];
    source.handler = (_, response, request) => {
      paths.push(request.url!);
      json(response, []);
    };
    for (const end of ["", "/"])
      await source.read("2026-02-01", "2026-02-01", { baseUrl: `${source.baseUrl()}/mirror${end}` });
    expect(paths).toEqual(Array(2).fill("/mirror/api/daily_papers?date=2026-02-01&limit=100"));
  });

  test("stopped while it waits to ask again, it names the day to go on with", async () => {
    const stop = new AbortController();
    source.handler = (_, response) => response.writeHead(429, { "retry-after": "30" }).end();
    const reading = source.read("2026-02-01", "2026-02-03", {
      signal: stop.signal,
      onRetry: () => setTimeout(() => stop.abort(), 20),
    });
    await expect(reading).rejects.toThrow("Stopped before 2026-02-01; continue with --from 2026-02-01.");
    await expect(reading).rejects.toBeInstanceOf(ExpectedError);
    expect(source.asked).toHaveLength(1);
  });

  test("stops between days when asked to", async () => {
    const stop = new AbortController();
    source.handler = (day, response) => {
      json(response, [day]);
      stop.abort();
    };
    await expect(
      source.read("2026-02-01", "2026-02-20", { signal: stop.signal, pauseMs: 50 }).catch(() => "stopped"),
    ).resolves.toBeDefined();
    expect(source.asked).toHaveLength(1);
  });

  test("a source that is not there is an error that says so", async () => {
    await expect(source.read("2026-02-01", "2026-02-01", { baseUrl: "http://127.0.0.1:9999" })).rejects.toThrow(
      "ECONNREFUSED",
    );
  });
});
