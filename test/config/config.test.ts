import { readFileSync } from "node:fs";
import path from "node:path";
import { readConfig } from "../../src/config/config";
import { defaultLimits, limitNames } from "../../src/config/limits";
import { describeSettings } from "../../src/config/settings";
import { root } from "../../src/root";
import { problemsOf } from "./problems";

describe("settings", () => {
  test("have defaults, and an empty value counts as none", () => {
    expect(readConfig({ PORT: "", DATABASE_URL: " " })).toEqual({
      PORT: 4000,
      HOST: "localhost",
      DATA_DIR: expect.stringMatching(/\/\.data$/),
      DATABASE_URL: undefined,
      OIDC_ISSUER: undefined,
      OIDC_AUDIENCE: undefined,
      OIDC_TOKENS: false,
      EXPLORER: true,
      WORKER: true,
      SOURCES: [],
      SOURCES_SINCE: undefined,
      SOURCES_CONTACT: undefined,
      WEBHOOKS_HTTP: false,
      HUGGINGFACE_URL: "https://huggingface.co",
      ARXIV_API_URL: "https://export.arxiv.org/api/query",
      ARXIV_OAI_URL: "https://oaipmh.arxiv.org/oai",
      FAST_PATH: true,
      COMPILED_QUERIES: true,
      SHARED_READS: true,
      GROUPED_VOTES: true,
      CONTENT_CACHE_MB: 128,
      ANSWER_CACHE_MB: 32,
      PUBLIC_URL: undefined,
      SMTP_URL: undefined,
      SITE_NAME: "Daily Papers",
      MAIL_FROM: { name: "", address: "digest@localhost" },
      MAIL_FROM_CONFIRMATION: { name: "", address: "confirm@localhost" },
      DIGEST_SECRET: undefined,
      DIGEST_EVENTS_SECRET: undefined,
      DKIM_DOMAIN: undefined,
      DKIM_SELECTOR: undefined,
      DKIM_PRIVATE_KEY_FILE: undefined,
      REDIS_URL: undefined,
      TRUST_PROXY: false,
      INTROSPECTION: true,
      MCP: true,
      MEANING_INDEX: "auto",
      TRUSTED_DOCUMENTS: undefined,
      TRUSTED_DOCUMENTS_ONLY: false,
      LOG_LEVEL: "info",
      METRICS_PORT: undefined,
      METRICS_HOST: "localhost",
      METRICS_TOKEN: undefined,
      OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
      ...defaultLimits,
    });
  });

  test.each(limitNames)("%s is a limit that can be set", (name) => {
    const env = { DATABASE_QUERY_TIMEOUT_MS: "6", [name]: "7" };
    expect(readConfig(env)[name]).toBe(7);
    expect(problemsOf({ [name]: "-1" })).toEqual([
      expect.stringMatching(`^${name} "-1" is not a whole number from [012] to 999999999.$`),
    ]);
  });

  test("of time leave an operation time for a statement", () => {
    expect(problemsOf({ OPERATION_TIMEOUT_MS: "3000" })).toEqual([
      "OPERATION_TIMEOUT_MS must be more than DATABASE_QUERY_TIMEOUT_MS, or no statement would begin.",
    ]);
  });

  test("stand in README, all of them, with their defaults: `npm run schema` renews them", () => {
    expect(readFileSync(path.join(root, "README.md"), "utf8")).toContain(`\n${describeSettings()}\n`);
  });

  test.each([
    ["off", "127.0.0.1", 0, false],
    ["1", "203.0.113.9", 0, true],
    ["1", "203.0.113.9", 1, false],
  ])("TRUST_PROXY %s: a hop from %s at %i is believed: %j", (TRUST_PROXY, address, hop, believed) => {
    const trust = readConfig({ TRUST_PROXY }).TRUST_PROXY;
    expect(typeof trust === "function" ? trust(address, hop) : trust).toBe(believed);
  });

  test("TRUST_PROXY takes addresses and networks, and nothing that is none", () => {
    expect(readConfig({ TRUST_PROXY: "10.0.0.0/8, ::1" }).TRUST_PROXY).toEqual(["10.0.0.0/8", "::1"]);
    for (const text of [
      "yes",
      "0",
      "-1",
      "10.0.0.0/33",
      "::1/129",
      "10.0.0.0/",
      "0.0.0.0/0",
      "10.1",
      "10.0.0.0/8/8",
      "proxy.example",
      ",",
    ]) {
      expect(problemsOf({ TRUST_PROXY: text })).toHaveLength(1);
    }
  });

  test("are read from the environment", () => {
    const env = {
      PORT: "0",
      HOST: "::1",
      DATA_DIR: "/data",
      DATABASE_URL: "postgresql://u:p@db:5432/papers",
      EXPLORER: "off",
    };
    expect(readConfig(env)).toMatchObject({ ...env, PORT: 0, EXPLORER: false });
  });

  test("that are malformed are told all at once, each with what would be right", () => {
    expect(problemsOf({ PORT: "65536", HOST: "a b", EXPLORER: "yes", DATABASE_URL: "mysql://u:secret@db/x" })).toEqual([
      'PORT "65536" is not a number from 0 to 65535.',
      'HOST "a b" is not a host name or an IP address.',
      "DATABASE_URL is not postgres://USER:PASSWORD@HOST:PORT/DATABASE.",
      'EXPLORER "yes" is not on or off.',
    ]);
  });

  test("that only make sense together are asked for together", () => {
    const message = "OIDC_ISSUER and OIDC_AUDIENCE go together: set both or none.";
    expect(problemsOf({ OIDC_ISSUER: "https://login.example" })).toEqual([message]);
    expect(problemsOf({ OIDC_AUDIENCE: "papers" })).toEqual([message]);
    expect(problemsOf({ OIDC_ISSUER: "https://login.example", OIDC_AUDIENCE: "papers" })).toEqual([]);
  });

  test("of trusted documents: only those that there are", () => {
    expect(problemsOf({ TRUSTED_DOCUMENTS_ONLY: "on" })).toEqual([
      "TRUSTED_DOCUMENTS_ONLY needs TRUSTED_DOCUMENTS, or every document would be refused.",
    ]);
    const env = { TRUSTED_DOCUMENTS: "documents", TRUSTED_DOCUMENTS_ONLY: "on" };
    expect(readConfig(env).TRUSTED_DOCUMENTS).toBe(path.resolve("documents"));
  });

  test("of sources: known ones, each once, and arXiv only with a contact", () => {
    const SOURCES_CONTACT = "ada@papers.example";
    const config = readConfig({ SOURCES: "arxiv, huggingface,arxiv", SOURCES_SINCE: "2026-02-28", SOURCES_CONTACT });
    expect(config).toMatchObject({ SOURCES: ["arxiv", "huggingface"], SOURCES_SINCE: "2026-02-28", SOURCES_CONTACT });
    expect(problemsOf({ SOURCES: "arxiv" })).toEqual([
      "SOURCES with arxiv needs SOURCES_CONTACT: arXiv wants to know whom to write to.",
    ]);
    expect(problemsOf({ SOURCES: "huggingface,openreview" })).toEqual([
      'SOURCES "huggingface,openreview" is not huggingface or arxiv, or both separated by a comma.',
    ]);
    for (const day of ["2026-02-30", "2023-05-03", "yesterday"]) {
      expect(problemsOf({ SOURCES_SINCE: day })).toEqual([
        `SOURCES_SINCE "${day}" is not a day from 2023-05-04 on, e.g. 2026-05-01.`,
      ]);
    }
    expect(problemsOf({ SOURCES_SINCE: "2999-01-01" })).toEqual([
      'SOURCES_SINCE "2999-01-01" is in the future: it is the first day to fill.',
    ]);
    for (const contact of ["ada", "Ada <ada@papers.example>", "https://papers.example/a b"]) {
      expect(problemsOf({ SOURCES_CONTACT: contact })).toHaveLength(1);
    }
    for (const url of ["huggingface.co", "https://user@mirror.example", "https://mirror.example/?a=1"]) {
      expect(problemsOf({ HUGGINGFACE_URL: url })).toHaveLength(1);
    }
  });

  test("of webhooks: receivers by name, address or network", () => {
    const names = new Set(["hooks.lan"]);
    const networks = ["10.0.0.0/8", "::1"];
    expect(readConfig({ WEBHOOKS_ALLOW: "Hooks.lan., 10.0.0.0/8,::1" }).WEBHOOKS_ALLOW).toEqual({ names, networks });
    for (const text of [
      "10.0.0/8",
      "10.0.0.0/33",
      "10.1",
      "https://hooks.lan",
      "hooks.lan:8080",
      "a b",
      ",",
      "0x7f.1",
      "fe80::1%eth0",
    ]) {
      expect(problemsOf({ WEBHOOKS_ALLOW: text })).toEqual([
        `WEBHOOKS_ALLOW "${text}" is not host names, addresses or networks such as hooks.lan,10.0.0.0/8.`,
      ]);
    }
  });

  test("of embeddings go together, and show no key", () => {
    const set = { EMBEDDINGS_URL: "http://localhost:11434/v1/", EMBEDDINGS_MODEL: "nomic-embed-text" };
    expect(readConfig({ ...set, EMBEDDINGS_KEY: "secret" })).toMatchObject({ ...set, EMBEDDINGS_KEY: "secret" });
    for (const url of [
      "ftp://a.example",
      "http://user:secret@a.example",
      "https://a.example/v1?key=secret",
      "localhost",
    ])
      expect(problemsOf({ ...set, EMBEDDINGS_URL: url })).toEqual([
        "EMBEDDINGS_URL is not an http or https URL without user, ? and #.",
      ]);
    expect(problemsOf({ ...set, EMBEDDINGS_KEY: "secret\nkey" })).toEqual([
      "EMBEDDINGS_KEY is not a key of visible ASCII characters.",
    ]);
    const together = "EMBEDDINGS_URL and EMBEDDINGS_MODEL go together: set both or none.";
    expect(problemsOf({ EMBEDDINGS_URL: set.EMBEDDINGS_URL })).toEqual([together]);
    expect(problemsOf({ EMBEDDINGS_MODEL: "nomic-embed-text" })).toEqual([together]);
    expect(problemsOf({ EMBEDDINGS_KEY: "secret" })).toEqual([
      "EMBEDDINGS_KEY needs EMBEDDINGS_URL, to which it is sent.",
    ]);
  });

  test.each(["80a", "-1", "1e3", "4000.5", "999999"])("PORT %j is refused", (PORT) =>
    expect(problemsOf({ PORT })).toHaveLength(1),
  );

  test.each(["db", "postgres://", "postgres://host", "http://x/y", "postgres:///papers"])(
    "DATABASE_URL %j is refused",
    (DATABASE_URL) => expect(problemsOf({ DATABASE_URL })).toHaveLength(1),
  );
});
