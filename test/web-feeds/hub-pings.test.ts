import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type HubOptions, planPings, sendPings } from "../../src/web-feeds/hub-pings";
import { readableLog } from "../support/digests";
import { paperOf, useFeeds } from "./use-feeds";

describe("telling a hub that a feed is final", () => {
  const t = useFeeds();
  const pings: string[] = [];
  let status = 204;
  let hub: Server;
  const { log, lines } = readableLog();
  const worker = (owner: string): HubOptions => ({
    hub: `http://127.0.0.1:${(hub.address() as AddressInfo).port}/`,
    publicUrl: () => "https://papers.example",
    owner,
    maxAge: 5,
    log,
    signal: new AbortController().signal,
  });
  const round = async (owner: string, now: Date) => {
    await planPings(t.db, worker(owner), now);
    while (await sendPings(t.db, worker(owner), now));
  };
  /** When no cache has what was there before, in seconds that nobody waits for. */
  const soon = () => inMinutes(0.2);
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);

  beforeAll(async () => {
    hub = createServer(async (request, response) => {
      const given = new URLSearchParams(await text(request));
      pings.push([given.get("hub.mode"), given.get("hub.url"), given.get("hub.topic")].join(" "));
      response.writeHead(status).end();
    }).listen(0, "127.0.0.1");
    await once(hub, "listening");
  });
  afterAll(() => hub.close());
  beforeEach(() => pings.splice(0));

  test("of two processes one tells of each format of a day, once", async () => {
    await t.add([paperOf("first", "2026-05-12", 9)], "2026-05-14T12:00:00Z");
    // Up to now, a cache may have the day before.
    await round("a", new Date());
    expect(pings).toEqual([]);
    await Promise.all([round("a", soon()), round("b", soon())]);
    await round("a", inMinutes(1));
    const of = (format: string) => `https://papers.example/feeds/day.${format}`;
    expect(pings.sort()).toEqual(["atom", "json", "rss"].map((format) => `publish ${of(format)} ${of(format)}`));
  });

  test("a hub that fails is told later", async () => {
    status = 503;
    await t.add([paperOf("second", "2026-05-13", 9)], "2026-05-15T12:00:00Z");
    await round("a", soon());
    expect(pings).toHaveLength(3);
    expect(lines.filter((line) => line.includes("The hub answered 503."))).toHaveLength(3);
    await round("b", soon());
    expect(pings).toHaveLength(3);
    status = 204;
    await round("b", inMinutes(2));
    expect(pings).toHaveLength(6);
    await round("b", inMinutes(10));
    expect(pings).toHaveLength(6);
  });

  test("a hub that was away hears of the latest day alone", async () => {
    status = 503;
    await t.add([paperOf("fourth", "2026-05-14", 9)], "2026-05-16T12:00:00Z");
    await round("a", soon());
    await t.add([paperOf("fifth", "2026-05-15", 9)], "2026-05-17T12:00:00Z");
    pings.splice(0);
    status = 204;
    await round("a", inMinutes(120));
    expect(pings).toHaveLength(3);
  });

  test("a day that is filled later is no news, while a later one is known", async () => {
    await t.add([paperOf("third", "2026-05-11", 9)], "2026-05-15T12:00:00Z");
    await round("a", inMinutes(1));
    expect(pings).toEqual([]);
  });

  test("what became final long ago is no news, nor is it told again when its ping is forgotten", async () => {
    await round("a", inMinutes(91 * 24 * 60));
    await round("a", inMinutes(91 * 24 * 60));
    expect(pings).toEqual([]);
    expect(await t.db.run("select from source_tasks")).toEqual([]);
  });
});
