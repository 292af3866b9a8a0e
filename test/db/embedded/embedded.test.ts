import { chmod, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { ExpectedError } from "../../../src/config/expected-error";
import { createRunner, findBinaries } from "../../../src/db/embedded/binaries";
import { readFacts } from "../../../src/db/embedded/cluster";
import { SUPERUSER, urlOf } from "../../../src/db/embedded/connect";
import { type EmbeddedServer, startEmbedded } from "../../../src/db/embedded/embedded";
import { ROLE } from "../../../src/db/embedded/role";
import { startServer, stopServer } from "../../../src/db/embedded/server";
import { migrate } from "../../../src/db/migrate";
import { withDataSource } from "../../support/data-source";
import { serverUrl } from "../../support/database";
import { serverPid, temporaryFolder } from "../../support/processes";

jest.setTimeout(60_000);

const START_TIMEOUT_MS = 20_000;
const isRoot = process.getuid?.() === 0;
const withClient = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  return work(client).finally(() => client.end());
};
const ownersOf = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query(`
      select pg_get_userbyid(relowner) as owner from pg_class where relnamespace = 'public'::regnamespace
      union select pg_get_userbyid(datdba) from pg_database where datname = current_database()
      union select pg_get_userbyid(cfgowner) from pg_ts_config where cfgnamespace = 'public'::regnamespace`);
    return rows.map(({ owner }) => owner);
  });

describe("the embedded PostgreSQL", () => {
  let dataDir: string;
  let remove: () => Promise<void>;
  let server: EmbeddedServer;
  const logged: string[] = [];
  const start = () =>
    startEmbedded({
      dataDir,
      startTimeout: START_TIMEOUT_MS,
      log: (line) => logged.push(line),
      settings: { fsync: "off" },
    });
  const facts = () => path.join(dataDir, "postgres/daily-papers.json");
  const pidFile = () => path.join(dataDir, "postgres/postmaster.pid");
  beforeAll(async () => {
    ({ folder: dataDir, remove } = await temporaryFolder());
    if (isRoot) await chmod(dataDir, 0o755);
    server = await start();
  });
  afterAll(async () => {
    await server.stop();
    expect(await serverPid(dataDir)).toBeNull();
    await remove();
  });
  test("needs no TLS where PGSSLMODE asks for it, for another server", () => {
    for (const url of [server.url, server.superuserUrl])
      expect(new URL(url).searchParams.get("sslmode")).toBe("disable");
  });

  /** As when the machine's memory was short: no word, and its files left behind. */
  const kill = async () => {
    process.kill((await serverPid(dataDir))!, "SIGKILL");
    while ((await serverPid(dataDir)) !== null) await sleep(20);
  };

  test("gives the API a role that may read no file of the server and make no role, but all that migrations need", async () => {
    await withClient(server.url, async (client) => {
      await expect(client.query("select pg_read_file('/etc/passwd')")).rejects.toMatchObject({ code: "42501" });
      await expect(client.query("create role other superuser")).rejects.toMatchObject({ code: "42501" });
      await expect(client.query("copy (select 1) to program 'true'")).rejects.toMatchObject({ code: "42501" });
    });
    expect(await migrate(server.url)).toBeGreaterThan(10);
    expect(await ownersOf(server.url)).toEqual([ROLE]);
  });

  test("of an earlier version, whose API was the superuser, is handed over with all that is in it", async () => {
    await withClient(server.superuserUrl, (client) =>
      client.query(`reassign owned by ${ROLE} to ${SUPERUSER}; drop owned by ${ROLE}; drop role ${ROLE}`),
    );
    expect(await ownersOf(server.superuserUrl)).toEqual([SUPERUSER]);
    const { apiPassword: _, ...old } = JSON.parse(await readFile(facts(), "utf8"));
    await writeFile(facts(), JSON.stringify(old));
    await server.stop();
    server = await start();
    expect(await ownersOf(server.url)).toEqual([ROLE]);
    // Whoever may do this may do whatever a migration does.
    await withDataSource(server.url, async (dataSource) => {
      for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
      await dataSource.runMigrations({ transaction: "each" });
    });
  });

  test("that was killed starts at once, though its number is another PostgreSQL's now, and whoever starts it together", async () => {
    const [first, second] = [server, await start()];
    await Promise.all([first.stop(), second.stop()]);
    server = await start();
    const text = await readFile(pidFile(), "utf8");
    const foreign = await withClient(serverUrl("postgres"), async (client) => {
      const { rows } = await client.query("select pg_backend_pid() as pid");
      return /PPid:\s+(\d+)/.exec(await readFile(`/proc/${rows[0].pid}/status`, "utf8"))![1]!;
    });
    await server.stop();
    await writeFile(pidFile(), text.replace(/^\d+/, foreign));
    const servers = await Promise.all([start(), start(), start()]);
    for (const each of servers) await withClient(each.url, (client) => client.query("select 1"));
    server = servers.find(({ owned }) => owned)!;
    for (const each of servers) if (each !== server) await each.stop();
    expect(await serverPid(dataDir)).not.toBeNull();
  });

  test("that left an empty pid file starts, and its next start keeps the data", async () => {
    await withClient(server.superuserUrl, (client) =>
      client.query("create table kept (); grant all on kept to public"),
    );
    await server.stop();
    await writeFile(pidFile(), "");
    server = await start();
    await withClient(server.url, (client) => client.query("select from kept"));
  });

  describe("that cannot be started says why, at once, and leaves nothing running:", () => {
    const refusal = async () => {
      const began = performance.now();
      const message = await start().then(
        () => "started",
        (error) => error.message,
      );
      expect(performance.now() - began).toBeLessThan(START_TIMEOUT_MS);
      expect(await serverPid(dataDir)).toBeNull();
      return message;
    };
    beforeAll(() => server.stop());
    afterAll(async () => {
      server = await start();
    });

    test("for want of a file", async () => {
      const version = path.join(dataDir, "postgres/PG_VERSION");
      await rename(version, `${version}.away`);
      expect(await refusal()).toMatch(
        /^The embedded PostgreSQL does not start: "\S+" is not a valid data directory: File "\S+PG_VERSION" is missing\. Its log is \S+server\.log\.$/,
      );
      await rename(`${version}.away`, version);
    });

    test("for a password that is not its own", async () => {
      const text = await readFile(facts(), "utf8");
      await writeFile(facts(), JSON.stringify({ ...JSON.parse(text), password: "other" }));
      expect(await refusal()).toContain(`runs, but the password in ${facts()} is not its own.`);
      await writeFile(facts(), text);
    });

    test("for facts that are damaged", async () => {
      const text = await readFile(facts(), "utf8");
      await writeFile(facts(), text.slice(0, 20));
      expect(await refusal()).toContain(`${facts()} is damaged`);
      await writeFile(facts(), text);
    });

    test("for a database that takes no connection", async () => {
      const inPostgres = async (statements: string) => {
        const { port, password } = await readFacts(path.join(dataDir, "postgres"));
        const runner = await createRunner(await findBinaries(), dataDir);
        expect(await startServer({ folder: path.join(dataDir, "postgres"), runner, port })).toBeNull();
        const url = urlOf(port, SUPERUSER, password, "postgres");
        await withClient(url, async (client) => {
          for (const statement of statements.split("; ")) await client.query(statement);
        });
        await stopServer(path.join(dataDir, "postgres"));
      };
      await inPostgres(
        "alter database daily_papers owner to daily_papers; alter database daily_papers allow_connections false",
      );
      expect(await refusal()).toContain('database "daily_papers" is not currently accepting connections');
      await inPostgres("alter database daily_papers allow_connections true");
    });
  });

  test("starts in a folder whose name a shell would take for more, and in none with a line break", async () => {
    const odd = path.join(dataDir, 'it\'s $HOME "of" `id` \\ %s 论文');
    const other = await startEmbedded({ dataDir: odd, settings: { fsync: "off" } });
    await withClient(other.url, (client) => client.query("select 1"));
    expect((await stat(path.join(odd, "postgres/server.log"))).size).toBeGreaterThan(0);
    await other.stop();
    expect(await serverPid(odd)).toBeNull();
    await expect(startEmbedded({ dataDir: path.join(dataDir, "two\nlines") })).rejects.toThrow(
      new ExpectedError("DATA_DIR must not have a line break in its path."),
    );
  });

  test("leaves another's database alone, and says so", async () => {
    const other = path.join(dataDir, "other");
    await mkdir(path.join(other, "postgres/base"), { recursive: true });
    await expect(startEmbedded({ dataDir: other })).rejects.toThrow(
      new ExpectedError(
        `${other}/postgres is not a database of this program: daily-papers.json is missing. Set DATA_DIR to another folder.`,
      ),
    );
  });

  test("that cannot be started again for a while is tried until it can", async () => {
    const version = path.join(dataDir, "postgres/PG_VERSION");
    await rename(version, `${version}.away`);
    await kill();
    while (!logged.some((line) => line.includes("Trying until it starts again"))) await sleep(50);
    await rename(`${version}.away`, version);
    const answers = () => withClient(server.url, (client) => client.query("select 1")).catch(() => null);
    while ((await answers()) === null) await sleep(50);
    expect(server.owned).toBe(true);
  });

  const asRoot = isRoot ? test : test.skip;
  asRoot("started by root has a right of root's only where its folder cannot be reached without", async () => {
    const rightsOf = async (folder: string) => {
      const status = await readFile(`/proc/${await serverPid(folder)}/status`, "utf8");
      return /CapEff:\s+(\w+)/.exec(status)![1]!;
    };
    expect(await rightsOf(dataDir)).toMatch(/^0+$/);
    const closed = path.join(dataDir, "closed");
    await mkdir(closed, { mode: 0o700 });
    const other = await startEmbedded({ dataDir: path.join(closed, "data"), settings: { fsync: "off" } });
    expect(await rightsOf(path.join(closed, "data"))).toMatch(/^0+[24]$/);
    await other.stop();
  });
});
