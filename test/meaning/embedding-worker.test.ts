import "reflect-metadata";
import type { RequestListener } from "node:http";
import { embedInBackground } from "../../src/meaning/endpoint/embedding.worker";
import { takeTexts } from "../../src/meaning/endpoint/embedding-backlog.service";
import { keepModel, wantedModel } from "../../src/meaning/models.service";
import { readableLog } from "../support/digests";
import { type Embeddings, openEmbeddings } from "../support/embeddings";
import { importRecords, sourceRecord } from "../support/factories";
import { status } from "../support/receiver";
import { until } from "../support/until";
import { useDatabase } from "../support/use-api";

const PACE = { idle: 20, first: 20, most: 100 };
const REFUSED = "a paper has no meaning, as the endpoint refuses its text";
const isPoison = (text: string) => /poison/i.test(text);

describe("papers that an endpoint embeds", () => {
  let server: Embeddings;
  const t = useDatabase();
  const { model } = wantedModel("small");
  beforeAll(async () => {
    server = t.use(await openEmbeddings({ small: 8 }));
  });
  beforeEach(async () => {
    server.instead = null;
    await t.db.reset();
    await t.db.run("delete from embedding_backlog");
    await t.db.bulk((tx) => keepModel(tx, wantedModel("small")));
  });

  const importTitles = (...titles: string[]) =>
    importRecords(
      t.db,
      titles.map((title) => sourceRecord({ title })),
    );
  const ordinary = (count: number) => Array.from({ length: count }, (_, i) => `Ordinary ${"i".repeat(i + 1)}`);
  const waiting = async () => (await t.db.run("select from embedding_backlog")).length;
  /** The lines of the log meanwhile. */
  const work = async (isDone: () => Promise<boolean>) => {
    const { lines, log } = readableLog();
    const stop = new AbortController();
    const endpoint = { url: server.url, model: "small", key: undefined };
    const working = embedInBackground(t.db, endpoint, log, stop.signal, PACE);
    await until(isDone).finally(() => stop.abort());
    await working;
    return lines.map((line) => JSON.parse(line));
  };
  const embedAll = () => work(async () => (await waiting()) === 0);
  const withoutMeaning = () =>
    t.db.run<{ id: number; title: string }>(
      `select p.id, p.title from papers p join paper_vectors v on v.paper_id = p.id
       where v.model = $1 and v.vector = '' order by p.title`,
      [model],
    );
  /** An answer whose vector for a poison is another one. */
  const withVector = (embedding: unknown) => (input: string[]) =>
    status(
      200,
      JSON.stringify({
        data: input.map((text) => ({ embedding: isPoison(text) ? embedding : [text.length, 1, 1, 1, 1, 1, 1, 1] })),
      }),
    );

  test("are logged when it refuses their texts, with why, as they count as without meaning", async () => {
    await importTitles("Poison", ...ordinary(6), "More poison");
    server.instead = ({ input }) => (input.some(isPoison) ? status(422, '{"detail":"not this text"}') : null);
    const lines = await embedAll();
    const poisoned = await withoutMeaning();
    expect(poisoned.map(({ title }) => title)).toEqual(["More poison", "Poison"]);
    expect(lines).toMatchObject([
      { level: 40, msg: REFUSED, err: { message: expect.stringContaining('answers 422: "not this text"') } },
    ]);
    expect(poisoned.map(({ id }) => id)).toContain(lines[0].paperId);
  });

  const failures: [string, (input: string[]) => RequestListener][] = [
    ["the status 500", () => status(500)],
    ["a broken connection", () => (_, response) => response.destroy()],
    ["null as its vector", withVector(null)],
    ["a vector without numbers", withVector([])],
    ["a vector of other dimensions", withVector([1, 2])],
    ["a vector of what are no numbers", withVector([null, "1"])],
  ];
  test.each(failures)("do not wait for one that is answered with %s", async (_, fail) => {
    // The first one of the halves, so that no other tells the dimensions before it.
    await importTitles("Poison", ...ordinary(8));
    server.instead = ({ input }) => (input.some(isPoison) ? fail(input) : null);
    const lines = await embedAll();
    expect((await withoutMeaning()).map(({ title }) => title)).toEqual(["Poison"]);
    expect(await t.db.run("select from paper_vectors where model = $1", [model])).toHaveLength(9);
    expect(lines.map(({ msg }) => msg)).toContain(REFUSED);
  });

  test("keep their place while it takes no text at all, however often it is asked", async () => {
    await importTitles(...ordinary(4));
    for (const answer of [status(500), status(422), status(429), status(200, "{}")]) {
      server.instead = () => answer;
      const before = server.asked.length;
      await work(async () => server.asked.length > before + 12);
    }
    // As it is behind what remembers answers.
    const remembered = new Set<string>();
    server.instead = ({ input }) => (remembered.has(input[0]!) ? null : status(500));
    for (const { input } of server.asked) if (input.length === 1) remembered.add(input[0]!);
    for (const title of ordinary(4)) remembered.delete(title);
    const before = server.asked.length;
    await work(async () => server.asked.length > before + 12);
    expect(await waiting()).toBe(4);
    expect(await t.db.run("select from paper_vectors where model = $1", [model])).toEqual([]);
  });

  test("are taken by another worker two minutes after one was lost at the latest", async () => {
    await importTitles(...ordinary(3));
    expect((await takeTexts(t.db, model)).texts).toHaveLength(3);
    expect((await takeTexts(t.db, model)).texts).toEqual([]);
    const left = await t.db.run("select from embedding_backlog where leased_until < now() + interval '2 minutes'");
    expect(left).toHaveLength(3);
    await t.db.run("update embedding_backlog set leased_until = leased_until - interval '2 minutes'");
    expect((await takeTexts(t.db, model)).texts).toHaveLength(3);
  });

  test("are logged to fail until some are embedded: that others have taken all does not mean that it works", async () => {
    await importTitles(...ordinary(3));
    server.instead = () => status(503, "away");
    const before = server.asked.length;
    const end = performance.now() + 1000;
    const lines = await work(async () => {
      if (server.asked.length > before) await takeTexts(t.db, model);
      return performance.now() > end;
    });
    expect(lines).toMatchObject([
      {
        level: 50,
        msg: 'embedding papers by "small" fails; trying again until it succeeds',
        err: { message: expect.stringContaining(`answers 503: "away". It was asked for "small" at ${server.url}/`) },
      },
    ]);
  });

  test("are given back when the worker ends, which is no failure", async () => {
    await importTitles(...ordinary(3));
    server.instead = () => () => {};
    const before = server.asked.length;
    expect(await work(async () => server.asked.length > before)).toEqual([]);
    expect((await takeTexts(t.db, model)).texts).toHaveLength(3);
  });

  test("are kept from others until each request has its answer", async () => {
    await importTitles("Poison", ...ordinary(7));
    const ends: Date[] = [];
    server.instead =
      ({ input }) =>
      async (request, response) => {
        const [row] = await t.db.run<{ end: Date | null }>(
          "select min(leased_until) as end from embedding_backlog having count(*) = count(leased_until)",
        );
        ends.push(row!.end!);
        const answer = input.some(isPoison) ? status(422) : withVector(null)(input);
        answer(request, response);
      };
    await embedAll();
    expect(ends.length).toBeGreaterThan(6);
    for (const [i, end] of ends.entries()) if (i > 0) expect(end.getTime()).toBeGreaterThan(ends[i - 1]!.getTime());
  });
});
