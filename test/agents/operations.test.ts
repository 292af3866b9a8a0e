import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parse, specifiedRules, validate } from "graphql";
import { createAdmission } from "../../src/admission/admission";
import { createRateLimiter } from "../../src/admission/rate-limiter";
import { readOperations } from "../../src/agents/operations";
import { defaultLimits } from "../../src/config/limits";
import { readTrustedDocuments } from "../../src/http/trusted-documents/read-files";
import { getSchema } from "../../src/schema";
import { startApi, type TestApi } from "../support/api";
import { settings } from "../support/digests";
import { temporaryFolder } from "../support/processes";
import { useAgents } from "./use-agents";

const operations = [...readOperations().values()];
const schema = getSchema();

describe("operations of agents", () => {
  const { t } = useAgents();

  test.each(operations.map(({ name, ...each }) => [name, each] as const))(
    "%s is valid within all limits, names itself, and says first what it does",
    (name, { text, description }) => {
      const limits = defaultLimits;
      const { validationRules, parseOptions } = createAdmission({
        schema,
        limits,
        rateLimiter: createRateLimiter(limits, null),
      });
      const document = parse(text, parseOptions);
      expect(validate(schema, document, [...specifiedRules, ...validationRules])).toEqual([]);
      expect(document.definitions[0]).toMatchObject({ name: { value: name } });
      expect(text.startsWith(`# ${description}\n`)).toBe(true);
      expect(description).toMatch(/^[A-Z].{20,}\.$/);
    },
  );

  test("are a manifest as Apollo's tools write it, which this server itself takes for trusted documents", async () => {
    const { text } = await t.api
      .http()
      .get("/mcp/operations.json")
      .expect(200)
      .expect("content-type", /^application\/json/);
    const manifest = JSON.parse(text);
    expect(manifest).toMatchObject({ format: "apollo-persisted-query-manifest", version: 1 });
    for (const { id, name, type, body } of manifest.operations) {
      expect(id).toMatch(/^[0-9a-f]{64}$/);
      expect(body).toBe(readOperations().get(name)!.text);
      expect(type).toBe(/upvote$/.test(name) ? "mutation" : "query");
    }
    const { folder, remove } = await temporaryFolder();
    const file = path.join(folder, "operations.json");
    await writeFile(file, text);
    expect(readTrustedDocuments(file)).toHaveLength(operations.length);
    await remove();
  });

  test("llms.txt names each of them, and where to find all", async () => {
    const { text } = await t.api
      .http()
      .get("/llms.txt")
      .expect(200)
      .expect("content-type", "text/plain; charset=utf-8");
    expect(text).toMatch(/^# Daily Papers\n\n> /);
    for (const { name, description } of operations) expect(text).toContain(`- ${name}: ${description}`);
    for (const url of ["/mcp", "/graphql", "/mcp/operations.json", "/feeds/day.md"]) {
      expect(text).toContain(`(https://papers.example${url})`);
    }
  });

  test("llms.txt asks for no document that is refused", async () => {
    const of = async (api: TestApi) => (await api.http().get("/llms.txt")).text;
    const only = t.use(await startApi(t.db, { digests: settings, trustedOnly: true }));
    expect(await of(t.api)).toMatch(/POST \{"query": .*introspection/);
    expect(await of(only)).toMatch(/POST \{"documentId": .*DEVELOP/);
    expect(await of(only)).not.toMatch(/"query"|introspection/);
    const closed = t.use(await startApi(t.db, { digests: settings, introspection: false }));
    expect(await of(closed)).toMatch(/POST \{"query": /);
    expect(await of(closed)).not.toContain("introspection");
  });
});
