import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { readConfig } from "../../src/config/config";
import { allSettings } from "../../src/config/settings";
import { root } from "../../src/root";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { addressOf, ask, type Running, run } from "../support/processes";
import { createTestRedis, describeWithRedis, redisNotice, type TestRedis } from "../support/redis";
import { createTestSmtp, type TestSmtp } from "../support/smtp";
import { useDatabase } from "../support/use-api";

jest.setTimeout(60_000);

const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const text = read("docker-compose.yml");
const compose = parse(text, { merge: true });
const dockerfile = read("Dockerfile");
// biome-ignore lint/suspicious/noExplicitAny: what the file may hold is what the tests are about
const services: Record<string, any> = compose.services;
const names = Object.keys(services);
const ours = names.filter((name) => services[name].build);
const SECRET = "0123456789abcdef0123456789abcdef";

/** A service's environment as Compose would fill it in from a .env file with the secrets alone. */
function environmentOf(name: string): Record<string, string> {
  const filled = Object.entries<string>(services[name].environment).map(([setting, value]) => [
    setting,
    value.replace(/\$\{\w+:([?-])([^}]*)\}/g, (_, kind, rest) => (kind === "?" ? SECRET : rest)),
  ]);
  return Object.fromEntries(filled);
}

describe("docker-compose.yml", () => {
  describe.each(names)("%s", (name) => {
    const service = services[name];

    test("is checked, limited, and started again when it ends", () => {
      const asked = service.healthcheck.test ?? (service.build && /^HEALTHCHECK (.*\\\n)*.*\/readyz/m.exec(dockerfile));
      expect(asked).toBeTruthy();
      expect(service.deploy.resources.limits).toEqual({
        cpus: expect.stringMatching(/^[\d.]+$/),
        memory: expect.stringMatching(/^\d+[MG]$/),
      });
      expect(service.restart).toBe("unless-stopped");
    });

    test("runs an image of one version, not as root, with no more rights than it needs", () => {
      expect(service.image).toMatch(/^[a-z/-]+:v?\d+\.\d+[\w.-]*$/);
      expect(service.user).toMatch(/^(?!root\b|0\b)\w+/);
      expect(service.cap_drop).toEqual(["ALL"]);
      expect(service.security_opt).toEqual(["no-new-privileges:true"]);
      const getsConfig = (service.configs ?? []).length > 0;
      expect(service.read_only).toBe(!getsConfig);
    });

    test("names only services, volumes and configs that there are", () => {
      const volumes = (service.volumes ?? []).map((volume: string) => volume.split(":")[0]);
      const configs = (service.configs ?? []).map(({ source }: { source: string }) => source);
      expect(names).toEqual(expect.arrayContaining(Object.keys(service.depends_on ?? {})));
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(volumes));
      expect(Object.keys(compose.configs)).toEqual(expect.arrayContaining(configs));
    });
  });

  test("lets strangers reach the proxy alone, and its mails only from the machine itself", () => {
    const published = Object.fromEntries(names.map((name) => [name, services[name].ports]));
    for (const [name, ports] of Object.entries(published)) {
      if (name === "proxy") expect(ports).toEqual([expect.stringMatching(/^\d+:8080$/)]);
      else if (name === "mail") expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
      else expect(ports).toBeUndefined();
    }
  });

  test("holds no secret: each comes from .env, and nothing starts without it", () => {
    const given = names.flatMap((name) => Object.entries<string>(services[name].environment ?? {}));
    for (const [setting, value] of given) {
      const inUrl = /:\/\/[^/@:]+:([^@]+)@/.exec(value)?.[1];
      const secret = /PASSWORD|SECRET/.test(setting) ? value : inUrl;
      if (secret) expect(secret).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
    }
    const secrets = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, secret]) => secret));
    expect([...secrets].sort()).toEqual(["DIGEST_SECRET", "POSTGRES_PASSWORD", "REPLICATION_PASSWORD"]);
  });

  test.each(ours)("gives %s only settings that it knows and accepts", (name) => {
    expect(Object.keys(allSettings)).toEqual(expect.arrayContaining(Object.keys(services[name].environment)));
    expect(readConfig(environmentOf(name))).toMatchObject({ HOST: "0.0.0.0", DIGEST_SECRET: SECRET });
  });

  test.each(ours)("has %s wait for a database that is ready, and reach only services that there are", (name) => {
    const { depends_on: needs, environment } = services[name];
    const { DATABASE_URL, DATABASE_REPLICA_URLS, REDIS_URL, SMTP_URL } = environment;
    const hosts = [DATABASE_URL, ...DATABASE_REPLICA_URLS.split(","), REDIS_URL, SMTP_URL].map(
      (url) => new URL(url.replace(/\$\{[^}]*\}/g, SECRET)).hostname,
    );
    expect(Object.keys(needs)).toEqual(hosts);
    expect(needs[hosts[0]!]).toEqual({ condition: "service_healthy" });
  });

  test("ranks and sends in the worker alone, which is the same image as the API", () => {
    const { worker, ...apis } = Object.fromEntries(ours.map((name) => [name, services[name]]));
    expect(worker.command).toEqual(["node", "dist/worker.main.js"]);
    expect(readConfig(environmentOf("worker")).WORKER).toBe(true);
    expect(Object.keys(apis)).toHaveLength(2);
    for (const [name, api] of Object.entries(apis)) {
      expect(api.image).toBe(worker.image);
      expect(readConfig(environmentOf(name)).WORKER).toBe(false);
    }
  });

  test.each([
    [
      "sources, for the worker that reads them and the API that tells of them",
      ["SOURCES", "SOURCES_SINCE", "SOURCES_CONTACT"],
    ],
    ["the model that embeds queries and papers", ["EMBEDDINGS_URL", "EMBEDDINGS_MODEL", "EMBEDDINGS_KEY"]],
    ["the addresses that write to readers", ["MAIL_FROM", "MAIL_FROM_CONFIRMATION"]],
  ])("takes %s from .env, the defaults without", (_, settings) => {
    const defaults: Record<string, unknown> = readConfig({});
    for (const name of ours) {
      const config: Record<string, unknown> = readConfig(environmentOf(name));
      for (const setting of settings) {
        expect(services[name].environment[setting]).toContain(`\${${setting}:-`);
        expect(config[setting]).toEqual(defaults[setting]);
      }
    }
  });

  test("balances over every API process that is ready, and the API believes the one proxy", () => {
    const [, upstreams] = /reverse_proxy (.*) \{/.exec(compose.configs.caddyfile.content)!;
    const apis = ours.filter((name) => name !== "worker");
    expect(upstreams!.split(" ")).toEqual(apis.map((name) => `${name}:${allSettings.PORT!.default}`));
    expect(compose.configs.caddyfile.content).toContain("health_uri /readyz");
    // One address is passed on, so one hop is right, also where a proxy of TRUSTED_PROXIES stands before this one.
    expect(compose.configs.caddyfile.content).toContain("header_up X-Forwarded-For {client_ip}");
    expect(compose.configs.caddyfile.content).toMatch(/trusted_proxies static \$\{TRUSTED_PROXIES:-127\.0\.0\.1\/32\}/);
    for (const name of apis) expect(services[name].environment.TRUST_PROXY).toBe("1");
  });
});

describe("the Dockerfile", () => {
  const stages = dockerfile.split(/^(?=FROM )/m).slice(1);
  const images = stages.map((stage) => /^FROM (\S+)/.exec(stage)![1]!);

  test("builds and runs on one version of Node, of a line that has long-term support and that .ci/run starts the API on", () => {
    expect(new Set(images).size).toBe(1);
    const [, major] = /^node:(\d+)\.\d+\.\d+-bookworm-slim$/.exec(images[0]!)!;
    expect(Number(major) % 2).toBe(0);
    expect(Number(major)).toBeGreaterThanOrEqual(24);
    expect(read(".ci/run")).toContain(
      `npx -y node@${major} node_modules/jest/bin/jest.js test/processes/processes.test.ts\n`,
    );
  });

  test("leaves behind what only builds, of which no process needs anything", () => {
    const [build, last] = stages as [string, string];
    const [, removed] = /^RUN sh build\.sh && rm -rf (.*)$/m.exec(build)!;
    const builders = removed!.split(" ").map((folder) => folder.replace("node_modules/", ""));
    expect(builders).toEqual(["esbuild", "@esbuild", "typescript", "@typescript"]);
    expect(last).toMatch(/^COPY --from=build \/app\/node_modules /m);
    expect(last).not.toMatch(/npm|build\.sh/);
    const dist = path.join(root, "dist");
    const programs = readdirSync(dist).filter((name) => name.endsWith(".js"));
    const needed = programs.flatMap((name) => {
      const program = readFileSync(path.join(dist, name), "utf8");
      return [...program.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module!);
    });
    expect(needed).toContain("pg");
    expect(needed.filter((module) => builders.includes(module.split("/")[0]!))).toEqual([]);
  });

  test("copies what is there and does not run as root", () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    const ignored = read(".dockerignore").split("\n");
    for (const [, files] of dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)) {
      for (const file of files!.split(" "))
        expect(ignored.some((each) => `!${file}/`.startsWith(`${each}/`))).toBe(true);
    }
  });
});

describeWithRedis(`the processes of docker-compose.yml${redisNotice}`, () => {
  const t = useDatabase();
  let redis: TestRedis;
  let smtp: TestSmtp;
  const running: Running[] = [];
  beforeAll(async () => {
    redis = t.use(await createTestRedis());
    smtp = t.use(await createTestSmtp());
    // Where there is a paper no process loads the sample.
    await importRecords(t.db, [sourceRecord()]);
  });

  /** The service's own environment, with the servers of this test in place of the other services. */
  const here = (name: string) => ({
    ...environmentOf(name),
    DATABASE_URL: t.db.url,
    // A replica has a test of its own.
    DATABASE_REPLICA_URLS: "",
    REDIS_URL: redis.url,
    SMTP_URL: smtp.url,
  });
  const start = (name: string) => {
    const program = path.basename(services[name].command?.at(-1) ?? "api.main.js", ".js");
    const process = t.use(run(program, [], here(name)));
    running.push(process);
    return process;
  };
  /** The exit code of a health check, run as Docker would in the container. */
  const check = ([, program, ...args]: string[], env: Record<string, string>) =>
    new Promise<number>((resolve) => {
      const child = execFile(program!, args, { cwd: root, env: { PATH: process.env.PATH, ...env } });
      child.on("close", (code) => resolve(code ?? -1));
    });

  test("two APIs and a worker share one state, send a mail, and end on SIGTERM", async () => {
    const [api1, api2, worker] = ["api1", "api2", "worker"].map(start) as [Running, Running, Running];
    const [first, second] = await Promise.all([addressOf(api1), addressOf(api2)]);
    await worker.waitForOutput("The worker ranks feeds");
    const [, imageCheck] = /^HEALTHCHECK[^[]*(\[.*\])$/m.exec(dockerfile)!;
    for (const address of [first, second]) {
      expect(await check(["CMD", ...JSON.parse(imageCheck!)], { PORT: new URL(address).port })).toBe(0);
    }
    expect(await check(services.worker.healthcheck.test, { DATABASE_URL: t.db.url })).toBe(0);

    const vote = 'mutation { upvotePaper(input: { paperId: "UGFwZXI6MQ" }) { changed paper { id upvoteCount } } }';
    const { data: voted } = await ask(first, vote, await signIn(t.db, "ada"));
    expect(voted).toMatchObject({ upvotePaper: { changed: true } });
    const { data: read } = await ask(second, '{ paper: node(id: "UGFwZXI6MQ") { id ... on Paper { upvoteCount } } }');
    expect(voted.upvotePaper).toMatchObject(read);
    expect(await (await redis.client()).dbsize()).toBeGreaterThan(0);

    const subscribe =
      'mutation { subscribeToDigest(input: { email: "ada@example.org", consentVersion: "1" }) { confirmationSent } }';
    expect((await ask(second, subscribe)).data).toEqual({ subscribeToDigest: { confirmationSent: true } });
    while (smtp.accepted().length === 0) await sleep(25);
    expect(smtp.accepted()).toEqual(["ada@example.org"]);
    expect(smtp.received[0]!.raw).toContain("http://localhost:4000/");

    for (const { child } of running) child.kill("SIGTERM");
    for (const { ended } of running) expect(await ended).toEqual({ code: 0, signal: null });
    expect(await check(["CMD", ...JSON.parse(imageCheck!)], { PORT: new URL(first).port })).not.toBe(0);
  });
});
