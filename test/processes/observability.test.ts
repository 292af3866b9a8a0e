import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import request from "supertest";
import { createMetricsServer } from "../../src/http/metrics.routes";
import { createOperationMetrics } from "../../src/http/operation-metrics";
import { measureDatabase } from "../../src/processes/database-metrics";
import { startApi } from "../support/api";
import { createTestDatabase, withReads } from "../support/database";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { addressOf, ask, run } from "../support/processes";
import { useApi } from "../support/use-api";

const TOKEN = "a token for metrics";
const VOTE = "mutation Vote($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }";

/** Votes are counted beside the scrapes, which do not wait for that. */
async function eventually(scrape: () => Promise<string>, line: string): Promise<void> {
  while (!(await scrape()).includes(line)) await sleep(10);
}

describe("what an operator sees", () => {
  const t = useApi(({ db }) => {
    const metrics = createOperationMetrics();
    measureDatabase(metrics.registry, db);
    return { metrics, metricsToken: TOKEN };
  });
  beforeAll(async () => {
    await importRecords(t.db, [sourceRecord({ title: "Voted" })]);
  });
  const metrics = async () => (await t.api.http().get("/metrics").set("authorization", `Bearer ${TOKEN}`)).text;

  test("/metrics tells latencies, errors, costs, votes and connections, to bearers of its token alone", async () => {
    const { id } = (await t.api.data("query Papers { papers { nodes { id } } }")).papers.nodes[0];
    await t.api.data(VOTE, { id }, await signIn(t.db, "ada"));
    const ada = await signIn(t.db, "ada");
    await t.api.ask(
      `mutation { ...F } fragment F on Mutation { again: upvotePaper(input: { paperId: "${id}" }) { changed } }`,
      {},
      ada,
    );
    await t.api.ask('mutation { upvotePaper(input: { paperId: "x" }) { userErrors { code } } }', {}, ada);
    await t.api.ask("{ viewer { id } }", {}, "dp_wrong");
    await t.api.ask("query Broken { nope }");
    await t.api.ask(VOTE, { id });
    const text = await metrics();
    expect(text).toContain('daily_papers_operation_seconds_count{operation="Papers",type="query"} 1');
    expect(text).toContain('daily_papers_operation_errors_total{operation="Vote",code="UNAUTHENTICATED"} 1');
    expect(text).toMatch(/daily_papers_operation_errors_total\{operation="\w+",code="GRAPHQL_VALIDATION_FAILED"\} 1/);
    expect(text).toContain('daily_papers_mutations_total{field="upvotePaper"} 2');
    expect(text).toContain('daily_papers_operation_errors_total{operation="none",code="UNAUTHENTICATED"} 1');
    expect(text).toMatch(/daily_papers_operation_cost_points_sum [1-9]/);
    expect(text).toMatch(/daily_papers_write_connections\{state="idle"\} [1-5]\n/);
    await eventually(metrics, "daily_papers_upvote_count_mismatches 0");
    expect(text).toContain("process_resident_memory_bytes");
    for (const header of ["", "Bearer wrong", `Basic ${TOKEN}`]) {
      const refused = await t.api.http().get("/metrics").set("authorization", header);
      expect([refused.status, refused.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    }
  });

  test("a count that does not equal its votes shows", async () => {
    const metrics = createOperationMetrics();
    measureDatabase(metrics.registry, t.db);
    await t.db.run("update papers set upvote_count = upvote_count + 1");
    await eventually(() => metrics.registry.metrics(), "daily_papers_upvote_count_mismatches 1");
    await t.db.run("update papers set upvote_count = upvote_count - 1");
  });

  test("a scrape does not wait for a database that does not answer", async () => {
    const metrics = createOperationMetrics();
    const never = new Promise<never>(() => {});
    measureDatabase(metrics.registry, { ...t.db, bulk: () => never });
    // Left out until it is known: no number would be true.
    expect(await metrics.registry.metrics()).not.toMatch(/^daily_papers_upvote_count_mismatches\b/m);
  });

  test("the names that clients give their operations do not fill the memory", async () => {
    const metrics = createOperationMetrics();
    const fresh = await startApi(t.db, { metrics });
    const names = Array.from({ length: 250 }, (_, i) => `query Name${i} { __typename }`);
    for (let i = 0; i < names.length; i += 25)
      await Promise.all(names.slice(i, i + 25).map((query) => fresh.ask(query)));
    await fresh.ask("query NamedLate { __typename }");
    await fresh.ask(`query ${"L".repeat(101)} { __typename }`);
    const text = await metrics.registry.metrics();
    expect(text).toContain('operation="NamedLate"');
    expect(text).toContain('operation="other"');
    expect(text).not.toContain('operation="Name0"');
    expect(new Set(text.match(/operation="[^"]*"/g)).size).toBeLessThan(210);
    await fresh.close();
  });

  test("a port of its own serves metrics, to bearers of the token alone where there is one, and nothing else", async () => {
    const guarded = createMetricsServer(createOperationMetrics().registry, TOKEN);
    await guarded.listen({ port: 0, host: "127.0.0.1" });
    const ask = () => request(guarded.server).get("/metrics");
    expect((await ask()).status).toBe(401);
    expect((await ask().set("authorization", `Bearer ${TOKEN}`)).text).toContain("process_cpu_seconds_total");
    await guarded.close();
    const server = createMetricsServer(createOperationMetrics().registry, null);
    await server.listen({ port: 0, host: "127.0.0.1" });
    expect((await request(server.server).get("/metrics")).text).toContain("process_cpu_seconds_total");
    expect((await request(server.server).post("/graphql").send({ query: "{ __typename }" })).status).toBe(404);
    await server.close();
  });

  test("every error carries the requestId that the answer's header tells, and a log line holds no secret", async () => {
    const answer = await t.api.http().post("/graphql").send({ query: "{ nope }" });
    expect(answer.body.errors[0].extensions.requestId).toBe(answer.headers["x-request-id"]);
    const secret = await signIn(t.db, "bob");
    const failing = await startApi(
      withReads(t.db, (statement) =>
        statement.text.includes("access_tokens")
          ? t.db.query(statement)
          : Promise.reject(
              new Error(
                `${secret} of ada@example.org at 203.0.113.9, 2001:db8::7 or 1:2:3:4:5:6:7:8 since 12:30:45 with p@ss`,
              ),
            ),
      ),
    );
    const { errors } = await failing.ask("{ papers { nodes { id } } }", {}, secret);
    expect(failing.logged).toMatchObject([
      {
        requestId: errors![0]!.extensions.requestId,
        err: { message: "dp_*** of ***@*** at *.*.*.*, *:* or *:* since 12:30:45 with p@ss" },
      },
    ]);
    await failing.close();
  });
});

describe("traces", () => {
  test("of a request go to the collector: the operation and its SQL, without values", async () => {
    const received: string[] = [];
    const collector = createServer((incoming, outgoing) => {
      let body = "";
      incoming.on("data", (chunk) => {
        body += chunk;
      });
      incoming.on("end", () => {
        received.push(`${incoming.url} ${body}`);
        outgoing.end("{}");
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const db = await createTestDatabase();
    // Where there is a paper no process loads the sample.
    await importRecords(db, [sourceRecord()]);
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const api = run("api.main", [], { DATABASE_URL: db.url, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, WORKER: "off" });
    const got = await fetch(`${await addressOf(api)}?query={__typename}&variables={"secret":"hushed"}`, {
      headers: { "apollo-require-preflight": "1", "x-forwarded-for": "203.0.113.77" },
    });
    expect(got.status).toBe(200);
    await fetch((await addressOf(api)).replace("/graphql", "/digest/manage/a-token"));
    const { errors } = await ask(await addressOf(api), 'query Traced { searchPapers(query: "hushed") { totalCount } }');
    expect(errors).toBeUndefined();
    expect(await api.close()).toEqual({ code: 0, signal: null });
    const text = received.join("\n");
    expect(text).toMatch(/^\/v1\/traces \{"resourceSpans"/);
    for (const part of ["daily-papers-api", '"POST"', "query Traced", "pg.query:r", "websearch_to_tsquery"])
      expect(text).toContain(part);
    for (const secret of ["hushed", "203.0.113.77", "a-token"]) expect(text).not.toContain(secret);
    collector.closeAllConnections();
    collector.close();
    await db.close();
  });
});
