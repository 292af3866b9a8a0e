import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UTCDate } from "@date-fns/utc";
import { format } from "date-fns/format";
import { subDays } from "date-fns/subDays";
import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from "graphql";
import { root } from "../../src/root";
import { addressOf, ask, firstOfStream, mistake, type Running, run, serverPid, useDataDir } from "../support/processes";
import { until } from "../support/until";

jest.setTimeout(60_000);

const FEED =
  '{ feed(on: "2025-11-05") { papers(first: 1) { totalCount edges { node { title upvoteCount authorCount publishedOn } } } } }';
const RELATED = '{ feed(on: "2025-11-05") { papers(first: 1) { nodes { relatedPapers { title } } } } }';
const POINTS = {
  title: "POINTS: Improving Your Vision-language Model with Affordable Strategies",
  upvoteCount: 6,
  authorCount: 6,
  publishedOn: "2024-09-07",
};

describe("the processes on an embedded PostgreSQL", () => {
  const t = useDataDir();
  let api: Running;
  let address: string;
  /** An API beside a worker of its own, as most of these tests need it: one for them all. */
  const startAgain = async () => {
    api = run("api.main", [], { DATA_DIR: t.dataDir, WORKER: "off" });
    address = await addressOf(api);
  };

  test("two first starts at once share one server and one sample, and answer; SIGTERM ends both, the server too; a second start keeps the data", async () => {
    const both = ["on", "off"].map((WORKER) => run("api.main", [], { DATA_DIR: t.dataDir, WORKER }));
    for (const each of both) {
      const { data } = await ask(await addressOf(each), "{ papers { totalCount } }");
      expect(data).toEqual({ papers: { totalCount: 626 } });
    }
    const count = (text: string) => both.map((each) => each.output().split(text).length - 1).sort();
    expect(count(`Made a new database in ${t.dataDir} (DATA_DIR).`)).toEqual([0, 1]);
    expect(count("Loaded the sample: 626 papers")).toEqual([0, 1]);
    const [first, other] = both as [Running, Running];
    address = await addressOf(first);
    const { data } = await ask(address, FEED);
    expect(data).toEqual({ feed: { papers: { totalCount: 71, edges: [{ node: POINTS }] } } });
    await until(async () => JSON.stringify(await ask(address, RELATED)).split("title").length === 6, 20);
    const readme = await readFile(path.join(root, "README.md"), "utf8");
    const recipes = [...readme.matchAll(/```graphql\n(.*?)```/gs)].map(([, query]) => query!);
    expect(recipes.length).toBeGreaterThan(3);
    const creating = run(
      "token.main",
      ["create", "--user", "ada", "--scopes", "UPVOTES_WRITE,PAPERS_WRITE,WEBHOOKS_WRITE"],
      {
        DATA_DIR: t.dataDir,
      },
    );
    expect((await creating.ended).code).toBe(0);
    const secret = creating.output().trim();
    expect(secret).toMatch(/^dp_[\w-]+$/);
    const vote = 'mutation { upvotePaper(input: { paperId: "UGFwZXI6MQ" }) { changed paper { viewerHasUpvoted } } }';
    const voted = { upvotePaper: { changed: true, paper: { viewerHasUpvoted: true } } };
    expect((await ask(address, vote, secret)).data).toEqual(voted);
    const [similar] = /papersByArxivId\(.*?\) \{ id \}/.exec(readme)!;
    const ids: object[] = (await ask(address, `{ ${similar} }`)).data.papersByArxivId!;
    const to = ids.map((paper) => Object.values(paper)[0]);
    for (const recipe of recipes) {
      const variables = recipe.includes("$to") ? { to } : undefined;
      if (recipe.startsWith("subscription")) expect(await firstOfStream(address, recipe)).toBe(":");
      else expect((await ask(address, recipe, secret, variables)).errors).toBeUndefined();
    }
    const paths = [...readme.matchAll(/http:\/\/localhost:4000(\/(?:papers|feeds)\/\S+)/g)].map(([, each]) => each!);
    expect(paths.length).toBeGreaterThan(5);
    for (const each of paths) expect([each, (await fetch(new URL(each, address))).status]).toEqual([each, 200]);
    const [, bibtex] = /```bibtex\n(.*?)```/s.exec(readme)!;
    expect(await (await fetch(new URL("/papers/2605.16363.bib", address))).text()).toBe(bibtex);
    expect(first.output()).toContain("npm run --silent token -- create");

    // It sends its own mails, too.
    const subscribe =
      'mutation { subscribeToDigest(input: { email: "grace@example.org", consentVersion: "1" }) { confirmationSent } }';
    expect((await ask(address, subscribe)).data).toEqual({ subscribeToDigest: { confirmationSent: true } });
    const [, outboxAddress] = /Outbox\s+(http:\S+)/.exec(first.output())!;
    const outbox = async () => (await fetch(outboxAddress!)).text();
    while (!(await outbox()).includes("grace@example.org")) await sleep(50);
    expect(first.output()).not.toContain('"level":50');
    for (const each of both) each.child.kill("SIGTERM");
    expect([await first.ended, await other.ended]).toEqual(Array(2).fill({ code: 0, signal: null }));
    expect(await serverPid(t.dataDir)).toBeNull();
    const serverLog = path.join(t.dataDir, "postgres/server.log");
    await appendFile(serverLog, Buffer.alloc(10_000_000));

    await startAgain();
    expect((await ask(address, FEED)).data).toEqual(data);
    // What the server has written is kept, but not for ever.
    expect((await stat(`${serverLog}.old`)).size).toBeGreaterThan(10_000_000);
    expect((await stat(serverLog)).size).toBeLessThan(1_000_000);
    // Who kept the address of the outbox finds it again.
    expect(new URL(/Outbox\s+(http:\S+)/.exec(api.output())![1]!).pathname).toBe(new URL(outboxAddress!).pathname);
    expect((await stat(path.join(t.dataDir, "outbox-secret"))).mode & 0o777).toBe(0o600);
    expect(api.output()).not.toMatch(/Loaded the sample|new database/);
  });

  test("the bundled API has the names of schema.graphql, though bundling renames classes", async () => {
    const every = { oneOf: true, specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true };
    const { data } = await ask(address, getIntrospectionQuery(every));
    const served = printSchema(lexicographicSortSchema(buildClientSchema(data as unknown as IntrospectionQuery)));
    expect(`${served}\n`).toBe(await readFile(path.join(root, "schema.graphql"), "utf8"));
  });

  test("an import joins the server of a running API and leaves it running", async () => {
    const item = { paper: { id: "2601.00001", title: "Imported beside", upvotes: 3 }, _date: "2026-06-01" };
    const done = run("import.main", ["huggingface", "-"], { DATA_DIR: t.dataDir }, Buffer.from(JSON.stringify(item)));
    expect(await done.ended).toEqual({ code: 0, signal: null });
    expect(done.output()).toContain("Done: read 1, created 1, updated 0, unchanged 0, rejected 0.");
    const { data } = await ask(address, '{ paper(arxivId: "2601.00001") { title upvoteCount featuredOn } }');
    expect(data).toEqual({ paper: { title: "Imported beside", upvoteCount: 3, featuredOn: "2026-06-01" } });
  });

  test("a worker ranks feeds beside an API that does not, and ends on a signal", async () => {
    const worker = run("worker.main", [], { DATA_DIR: t.dataDir });
    await worker.waitForOutput("The worker ranks feeds");
    const { data } = await ask(address, '{ feed(on: "2026-06-01") { isFinal papers { totalCount } } }');
    expect(data).toEqual({ feed: { isFinal: true, papers: { totalCount: 1 } } });
    expect(await worker.close()).toEqual({ code: 0, signal: null });
  });

  test("an import of which nothing is good ends with exit code 1, and says why in plain words", async () => {
    const input = Buffer.from('{"status":"no_data"}');
    const done = run("import.main", ["huggingface", "-"], { DATA_DIR: t.dataDir }, input);
    expect(await done.ended).toEqual({ code: 1, signal: null });
    expect(done.output()).toContain("rejected line 1: It is not a daily papers item: paper is missing.");
    expect(done.output()).toContain("Done: read 1, created 0, updated 0, unchanged 0, rejected 1.");
  });

  test.each([
    [[], 20],
    [["--verbose"], 25],
  ])("an import with %j tells %i of 25 reasons, whatever notes there are beside", async (options, told) => {
    const bad = Array.from({ length: 25 }, (_, i) => ({ paper: { id: `bad ${i}`, title: "T" } }));
    const noted = Array.from({ length: 25 }, (_, i) => ({
      paper: { id: `2601.000${i + 10}`, title: `Noted ${i}`, upvotes: "many" },
    }));
    const input = Buffer.from([...noted, ...bad].map((each) => JSON.stringify(each)).join("\n"));
    const done = run("import.main", ["huggingface", "-", ...options], { DATA_DIR: t.dataDir }, input);
    expect(await done.ended).toEqual({ code: 0, signal: null });
    expect(done.output().match(/^rejected line \d+: /gm)).toHaveLength(told);
    expect(done.output().match(/^note on line \d+: /gm)).toHaveLength(told);
    expect(done.output().includes("... more of these are not shown; --verbose shows all")).toBe(told < 25);
  });

  test("an import of live days without papers, and of days to come, is done with today, and says so", async () => {
    const days: (string | null)[] = [];
    const source = createHttpServer((request, response) => {
      days.push(new URL(request.url!, "http://source").searchParams.get("date"));
      response.end("[]");
    });
    await new Promise<void>((resolve) => source.listen(0, "127.0.0.1", resolve));
    const { port } = source.address() as { port: number };
    const [yesterday, today] = [1, 0].map((ago) => format(subDays(new UTCDate(), ago), "yyyy-MM-dd"));
    const range = ["--from", yesterday!, "--to", "2999-12-31", "--base-url", `http://127.0.0.1:${port}`];
    const done = run("import.main", ["huggingface", ...range], { DATA_DIR: t.dataDir });
    expect(await done.ended).toEqual({ code: 0, signal: null });
    expect(done.output()).toContain(`--to 2999-12-31 is in the future: the import ends with today, ${today} in UTC.`);
    expect(done.output()).toContain("Done: read 0, created 0, updated 0, unchanged 0, rejected 0.");
    expect(days).toEqual([yesterday, today]);
    source.close();
  });

  test("what a killed API leaves running is taken over by the next", async () => {
    const left = await serverPid(t.dataDir);
    expect(left).not.toBeNull();
    api.child.kill("SIGKILL");
    await api.ended;
    await startAgain();
    expect(await serverPid(t.dataDir)).toBe(left);
  });

  test("what is under way at SIGTERM is answered before the process ends, which stops the server that it took over", async () => {
    const slow =
      '{ searchPapers(query: "learning", first: 100) { nodes { title authors(first: 10) { nodes { name } } } } }';
    // The connections are there already: what is sent over them now has arrived.
    await Promise.all(Array.from({ length: 8 }, () => ask(address, "{ __typename }")));
    const answers = Array.from({ length: 8 }, () => ask(address, slow));
    await sleep(20);
    api.child.kill("SIGTERM");
    // None is broken off: what came too late is told so.
    for (const { data, errors } of await Promise.all(answers)) {
      if (errors) expect(errors).toMatchObject([{ extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 2 } }]);
      else expect(data).toHaveProperty("searchPapers");
    }
    expect(await api.ended).toEqual({ code: 0, signal: null });
    expect(await serverPid(t.dataDir)).toBeNull();
  });

  test("an import alone starts the server for its own time, and stops it", async () => {
    const file = path.join(t.dataDir, "items.jsonl");
    await writeFile(
      file,
      '{"paper":{"id":"2503.0213","title":"Damaged"}}\n{"paper":{"id":"2601.00002","title":"Good"}}\n{bad\n',
    );
    const done = run("import.main", ["huggingface", file], { DATA_DIR: t.dataDir });
    expect(await done.ended).toEqual({ code: 0, signal: null });
    expect(done.output()).toContain('rejected line 1: "2503.0213" is not an arXiv id');
    expect(done.output()).toContain("Done: read 3, created 1, updated 0, unchanged 0, rejected 2.");
    expect(await serverPid(t.dataDir)).toBeNull();
  });

  describe("a mistake that shows when the server runs ends with one clear sentence, and stops the server:", () => {
    afterEach(async () => expect(await serverPid(t.dataDir)).toBeNull());

    test("a taken port", async () => {
      const holder = createServer();
      await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
      const { port } = holder.address() as { port: number };
      const said = await mistake(run("api.main", [], { DATA_DIR: t.dataDir, PORT: String(port) }));
      expect(said).toContain(`Port ${port} on 127.0.0.1 is taken; set PORT`);
      holder.close();
    });

    test("a trusted document that does not fit the schema", async () => {
      const file = path.join(t.dataDir, "documents.json");
      await writeFile(file, JSON.stringify({ old: "query Old { papers { gone } }" }));
      const said = await mistake(run("api.main", [], { DATA_DIR: t.dataDir, TRUSTED_DOCUMENTS: file }));
      expect(said).toContain(`${file}: Old (old): Cannot query field "gone" on type "PaperConnection".`);
    });

    test("an import of a file that is not there", async () => {
      const said = await mistake(run("import.main", ["huggingface", "/nope.jsonl"], { DATA_DIR: t.dataDir }));
      expect(said).toContain("/nope.jsonl cannot be read: there is no such file.");
    });
  });
});
