import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { parse } from "yaml";
import { connect } from "../../src/db/connect";
import type { Database } from "../../src/db/database";
import { freePort } from "../../src/db/embedded/cluster";
import { root } from "../../src/root";
import { createTestCluster, describeWithPostgres, postgresNotice, type TestCluster } from "../support/postgres";

jest.setTimeout(60_000);

const compose = parse(readFileSync(path.join(root, "docker-compose.yml"), "utf8"), { merge: true });
/** As the shell in the container gets it: Compose takes a doubled dollar for one. */
const script = (text: string) => text.replaceAll("$$", "$");

describeWithPostgres(`the databases of docker-compose.yml${postgresNotice}`, () => {
  let cluster: TestCluster;
  let db: Database;
  let replicaPort: number;
  let replica: ChildProcess | undefined;
  beforeAll(async () => {
    cluster = await createTestCluster();
    replicaPort = await freePort();
    const secrets = { POSTGRES_PASSWORD: "secret1", REPLICATION_PASSWORD: "secret2" };
    const init = cluster.shell(script(compose.configs.init.content), secrets);
    expect(await once(init, "exit")).toEqual([0, null]);
    db = await connect({ databaseUrl: urlOfApi().toString(), dataDir: cluster.folder, log: () => {} });
  });
  afterAll(async () => {
    await stopReplica();
    await db?.close();
    await cluster.close();
  });

  const replicaData = () => path.join(cluster.folder, "replica");
  const startReplica = () => {
    const { host } = new URL(cluster.url(""));
    const text = script(compose.services.replica.command[2])
      .replace("--dbname=host=postgres", `--dbname=postgres://${host}/`)
      .replace("exec postgres", `exec postgres -c port=${replicaPort} -c unix_socket_directories=`);
    replica = cluster.shell(text, {
      PGDATA: replicaData(),
      PGPASSWORD: "secret2",
    });
  };
  const stopReplica = async () => {
    if (replica?.exitCode !== null) return;
    replica.kill("SIGINT");
    await once(replica, "exit");
  };
  /** The names of all users that the replica knows, as soon as there are so many. */
  const usersOfReplica = async (count: number): Promise<string[]> => {
    for (;;) {
      const names = await readUsers().catch(() => []);
      if (names.length === count) return names;
      await sleep(25);
    }
  };
  const urlOfApi = () => new URL(cluster.url("daily_papers").replace("postgres@", "daily_papers:secret1@"));
  const readUsers = async (): Promise<string[]> => {
    const url = urlOfApi();
    url.port = String(replicaPort);
    const client = new Client({ connectionString: url.toString() });
    client.on("error", () => {});
    await client.connect();
    const { rows } = await client.query("select username from users where pg_is_in_recovery() order by id");
    await client.end();
    return rows.map(({ username }) => username);
  };
  const add = (username: string) => db.pool.query("insert into users (username) values ($1)", [username]);

  test("the API's user is no superuser, and brings its database up to date all the same", async () => {
    const { rows } = await db.pool.query(
      "select rolname as name, rolsuper as super, rolreplication as replicates from pg_roles where rolname = current_user",
    );
    expect(rows).toEqual([{ name: "daily_papers", super: false, replicates: false }]);
  });

  test("the replica makes its copy anew where one was broken off, follows, and goes on after a pause", async () => {
    await mkdir(`${replicaData()}.new`);
    await add("ada");
    startReplica();
    expect(await usersOfReplica(1)).toEqual(["ada"]);
    expect(existsSync(`${replicaData()}.new`)).toBe(false);
    await add("bob");
    expect(await usersOfReplica(2)).toEqual(["ada", "bob"]);
    await stopReplica();
    await add("eve");
    startReplica();
    expect(await usersOfReplica(3)).toEqual(["ada", "bob", "eve"]);
    const { rows: slots } = await db.pool.query("select slot_name as name, active from pg_replication_slots");
    expect(slots).toEqual([{ name: "replica", active: true }]);
  });
});
