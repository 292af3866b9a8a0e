import { readFile, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import path from "node:path";
import { addressOf, ask, root, run, serverPid, temporaryFolder } from "./support/processes";

jest.setTimeout(60_000);

/** What the server says of itself in the last line of its pid file: starting, ready, stopping. */
async function statusOf(dataDir: string): Promise<string> {
  const file = await readFile(path.join(dataDir, "postgres/postmaster.pid"), "utf8").catch(() => "");
  return file.trim().split("\n").at(-1)!.trim();
}

/** The first line of a subscription's event stream: a comment when it was taken, and nothing has happened yet. */
async function firstOfStream(address: string, query: string): Promise<string> {
  const end = new AbortController();
  const response = await fetch(`${address}/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query }),
    signal: end.signal,
  });
  const { value } = await response.body!.getReader().read();
  end.abort();
  return Buffer.from(value!).toString().split("\n")[0]!;
}

const FEED =
  '{ feed(on: "2025-11-05") { papers(first: 1) { totalCount edges { node { title upvoteCount authorCount publishedOn } } } } }';
const POINTS = {
  title: "POINTS: Improving Your Vision-language Model with Affordable Strategies",
  upvoteCount: 6,
  authorCount: 6,
  publishedOn: "2024-09-07",
};

describe("the processes on an embedded PostgreSQL", () => {
  let dataDir: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ folder: dataDir, remove } = await temporaryFolder());
  });
  afterAll(async () => {
    expect(await serverPid(dataDir)).toBeNull();
    await remove();
  });
  const start = () => run("main", [], { DATA_DIR: dataDir });

  test("the first start loads the sample and answers; SIGTERM ends it, the server too; a second start keeps the data", async () => {
    const first = start();
    const address = await addressOf(first);
    const { data } = await ask(address, FEED);
    expect(data).toEqual({ feed: { papers: { totalCount: 71, edges: [{ node: POINTS }] } } });
    expect(first.output()).toContain("Loaded the sample: 626 papers");
    const readme = await readFile(path.join(root, "README.md"), "utf8");
    const recipes = [...readme.matchAll(/```graphql\n(.*?)```/gs)].map(([, query]) => query!);
    expect(recipes.length).toBeGreaterThan(3);
    const creating = run("token.main", ["create", "--user", "ada", "--scopes", "UPVOTES_WRITE"], {
      DATA_DIR: dataDir,
    });
    expect((await creating.ended).code).toBe(0);
    const secret = creating.output().trim();
    expect(secret).toMatch(/^dp_[\w-]+$/);
    for (const recipe of recipes) {
      if (recipe.startsWith("subscription")) expect(await firstOfStream(address, recipe)).toBe(":");
      else expect((await ask(address, recipe, secret)).errors).toBeUndefined();
    }
    expect(first.output()).toContain("npm run --silent token -- create");
    first.child.kill("SIGTERM");
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(await serverPid(dataDir)).toBeNull();

    const second = start();
    expect((await ask(await addressOf(second), FEED)).data).toEqual(data);
    expect(second.output()).not.toContain("Loaded the sample");
    second.child.kill("SIGINT");
    expect(await second.ended).toEqual({ code: 0, signal: null });
    expect(await serverPid(dataDir)).toBeNull();
  });

  test("what is under way at SIGTERM is answered before the process ends", async () => {
    const api = start();
    const address = await addressOf(api);
    const slow = '{ searchPapers(query: "learning", first: 100) { nodes { title authors { nodes { name } } } } }';
    // The connections are there already: what is sent over them now has arrived.
    await Promise.all(Array.from({ length: 8 }, () => ask(address, "{ __typename }")));
    const answers = Array.from({ length: 8 }, () => ask(address, slow));
    await new Promise((resolve) => setTimeout(resolve, 20));
    api.child.kill("SIGTERM");
    // None is broken off: what came too late is told so.
    for (const { data, errors } of await Promise.all(answers)) {
      if (errors) expect(errors).toMatchObject([{ extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 2 } }]);
      else expect(data).toHaveProperty("searchPapers");
    }
    expect(await api.ended).toEqual({ code: 0, signal: null });
  });

  test("told to end, it serves on for SHUTDOWN_DELAY_MS while it says that it is not ready", async () => {
    const api = run("main", [], { DATA_DIR: dataDir, SHUTDOWN_DELAY_MS: "1000" });
    const address = await addressOf(api);
    api.child.kill("SIGTERM");
    const ready = address.replace("/graphql", "/readyz");
    while ((await fetch(ready)).status !== 503) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await ask(address, FEED)).errors).toBeUndefined();
    expect(await api.ended).toEqual({ code: 0, signal: null });
  });

  test("an import joins the server of a running API and leaves it running", async () => {
    const api = start();
    const address = await addressOf(api);
    const item = { paper: { id: "2601.00001", title: "Imported beside", upvotes: 3 }, _date: "2026-06-01" };
    const done = run("ingest.main", ["huggingface", "-"], { DATA_DIR: dataDir }, Buffer.from(JSON.stringify(item)));
    expect(await done.ended).toEqual({ code: 0, signal: null });
    expect(done.output()).toContain("Done: read 1, created 1, updated 0, unchanged 0, rejected 0.");
    const { data } = await ask(address, '{ paper(arxivId: "2601.00001") { title upvoteCount featuredOn } }');
    expect(data).toEqual({ paper: { title: "Imported beside", upvoteCount: 3, featuredOn: "2026-06-01" } });
    api.child.kill("SIGTERM");
    await api.ended;
  });

  test("a worker ranks feeds beside an API that does not, and ends on a signal", async () => {
    const api = run("main", [], { DATA_DIR: dataDir, WORKER: "off" });
    const address = await addressOf(api);
    const worker = run("worker.main", [], { DATA_DIR: dataDir });
    await worker.says("The worker ranks feeds");
    const { data } = await ask(address, '{ feed(on: "2026-06-01") { isFinal papers { totalCount } } }');
    expect(data).toEqual({ feed: { isFinal: true, papers: { totalCount: 1 } } });
    for (const { child, ended } of [worker, api]) {
      child.kill("SIGTERM");
      expect(await ended).toEqual({ code: 0, signal: null });
    }
  });

  test("an import alone starts the server for its own time, and stops it", async () => {
    const file = path.join(dataDir, "items.jsonl");
    await writeFile(
      file,
      '{"paper":{"id":"2503.0213","title":"Damaged"}}\n{"paper":{"id":"2601.00002","title":"Good"}}\n{bad\n',
    );
    const done = run("ingest.main", ["huggingface", file], { DATA_DIR: dataDir });
    expect(await done.ended).toEqual({ code: 0, signal: null });
    expect(done.output()).toContain('rejected line 1: "2503.0213" is no arXiv id.');
    expect(done.output()).toContain("Done: read 3, created 1, updated 0, unchanged 0, rejected 2.");
    expect(await serverPid(dataDir)).toBeNull();
  });

  test("an import of live days without papers is done", async () => {
    const source = createHttpServer((_, response) => response.end("[]"));
    await new Promise<void>((resolve) => source.listen(0, "127.0.0.1", resolve));
    const { port } = source.address() as { port: number };
    const days = ["--from", "2026-02-07", "--to", "2026-02-08", "--base-url", `http://127.0.0.1:${port}`];
    const done = run("ingest.main", ["huggingface", ...days], { DATA_DIR: dataDir });
    expect(await done.ended).toEqual({ code: 0, signal: null });
    expect(done.output()).toContain("Done: read 0, created 0, updated 0, unchanged 0, rejected 0.");
    source.close();
  });

  test("an import of which nothing is good ends with exit code 1, and says why in plain words", async () => {
    const input = Buffer.from('{"status":"no_data"}');
    const done = run("ingest.main", ["huggingface", "-"], { DATA_DIR: dataDir }, input);
    expect(await done.ended).toEqual({ code: 1, signal: null });
    expect(done.output()).toContain("rejected line 1: It is no daily papers item: paper is missing.");
    expect(done.output()).toContain("Done: read 1, created 0, updated 0, unchanged 0, rejected 1.");
  });

  test("a second API joins; when the first stops the server, the second brings it back and answers on", async () => {
    const first = start();
    await addressOf(first);
    const second = start();
    const address = await addressOf(second);
    const pid = await serverPid(dataDir);
    first.child.kill("SIGTERM");
    await second.says("starting it again");
    const isReady = async () => (await statusOf(dataDir)) === "ready" && (await serverPid(dataDir)) !== pid;
    while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, 20));
    const readyAt = Date.now();
    const answered = async () => (await ask(address, FEED).catch(() => ({ errors: [] }))).errors === undefined;
    while (!(await answered())) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(Date.now() - readyAt).toBeLessThan(2000);
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(Date.now() - readyAt).toBeLessThan(5000);
    second.child.kill("SIGTERM");
    expect(await second.ended).toEqual({ code: 0, signal: null });
    expect(await serverPid(dataDir)).toBeNull();
  });

  test("what a killed API leaves running is taken over by the next, which stops it", async () => {
    const killed = start();
    await addressOf(killed);
    killed.child.kill("SIGKILL");
    await killed.ended;
    const left = await serverPid(dataDir);
    expect(left).not.toBeNull();
    const next = start();
    await addressOf(next);
    expect(await serverPid(dataDir)).toBe(left);
    next.child.kill("SIGTERM");
    expect(await next.ended).toEqual({ code: 0, signal: null });
    expect(await serverPid(dataDir)).toBeNull();
  });

  test("a server that was killed too, its number now another program's, is started anew", async () => {
    const killed = start();
    await addressOf(killed);
    killed.child.kill("SIGKILL");
    const pid = await serverPid(dataDir);
    process.kill(pid!, "SIGKILL");
    await killed.ended;
    while (await serverPid(dataDir)) await new Promise((resolve) => setTimeout(resolve, 20));
    const pidFile = path.join(dataDir, "postgres/postmaster.pid");
    await writeFile(pidFile, (await readFile(pidFile, "utf8")).replace(/^\d+/, String(process.pid)));
    const next = start();
    expect((await ask(await addressOf(next), FEED)).errors).toBeUndefined();
    next.child.kill("SIGTERM");
    expect((await next.ended).code).toBe(0);
  });

  test("two first starts at once share one server and one sample", async () => {
    const { folder, remove: removeOther } = await temporaryFolder();
    const both = [0, 1].map(() => run("main", [], { DATA_DIR: folder }));
    for (const api of both) {
      const { data } = await ask(await addressOf(api), "{ papers { totalCount } }");
      expect(data).toEqual({ papers: { totalCount: 626 } });
    }
    for (const api of both) api.child.kill("SIGTERM");
    for (const api of both) expect((await api.ended).code).toBe(0);
    expect(await serverPid(folder)).toBeNull();
    await removeOther();
  });
});
