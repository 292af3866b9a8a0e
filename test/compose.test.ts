import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { readConfig } from "../src/config";

const root = path.join(__dirname, "..");
const compose = parse(readFileSync(path.join(root, "docker-compose.yml"), "utf8"));

describe("docker-compose.yml", () => {
  test("starts the API with settings that it knows, on a database that is ready", () => {
    const { api } = compose.services;
    const env = { DATABASE_URL: api.environment.DATABASE_URL.replace(/\$\{[^}]*\}/, "secret") };
    expect(Object.keys(api.environment)).toEqual(Object.keys(env));
    const url = new URL(readConfig(env).DATABASE_URL!);
    const { environment, healthcheck } = compose.services[url.hostname];
    expect(api.depends_on[url.hostname].condition).toBe("service_healthy");
    expect(healthcheck.test).toContain(`--username=${environment.POSTGRES_USER}`);
    expect([url.username, url.pathname]).toEqual([environment.POSTGRES_USER, `/${environment.POSTGRES_DB}`]);
    expect(api.ports).toEqual([expect.stringMatching(/:4000"?$/)]);
  });

  test("keeps its data in a named volume, and no secret in the file", () => {
    const [volume] = compose.services.postgres.volumes[0].split(":");
    expect(Object.keys(compose.volumes)).toContain(volume);
    expect(compose.services.postgres.environment.POSTGRES_PASSWORD).toMatch(/^\$\{POSTGRES_PASSWORD:\?/);
  });

  test("the Dockerfile copies what is there and does not run as root", () => {
    const dockerfile = readFileSync(path.join(root, "Dockerfile"), "utf8");
    expect(dockerfile).toMatch(/^USER node$/m);
    const ignored = readFileSync(path.join(root, ".dockerignore"), "utf8").split("\n");
    for (const [, files] of dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)) {
      for (const file of files!.split(" ")) expect(ignored).toContain(`!${file}`);
    }
  });
});
