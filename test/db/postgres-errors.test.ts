import { once } from "node:events";
import { Webhook } from "standardwebhooks";
import { clientErrorOf, isReplicaFailure, isServerFailure } from "../../src/db/postgres-errors";
import { sql } from "../../src/db/sql";
import { EVENTS_SECRET, settings } from "../support/digests";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const saying = (message: string, code?: string) => Object.assign(new Error(message), { code });

describe("a failure of the database with the code", () => {
  test.each([
    // Exceptions of the connection, and the server that stops, crashes, starts or ends who was idle.
    ["SERVICE_UNAVAILABLE", ["08000", "08001", "08003", "08004", "08006", "08P01", "57P01", "57P02", "57P03", "57P05"]],
    // Who may not come in, a database that is not there, too many connections.
    ["SERVICE_UNAVAILABLE", ["28000", "28P01", "3D000", "57P04", "53300"]],
    // A full disk, no memory, another limit of the server; its files; what may only be read.
    ["SERVICE_UNAVAILABLE", ["53000", "53100", "53200", "53400", "58000", "58030", "58P01", "25006", "55000", "55006"]],
    ["SERVICE_UNAVAILABLE", ["40001", "40P01", "40003"]],
    [
      "SERVICE_UNAVAILABLE",
      ["ECONNREFUSED", "ECONNRESET", "EPIPE", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN", "EMFILE"],
    ],
    ["TIMEOUT", ["57014", "55P03", "25P03", "25P04"]],
    // Ours: each is a bug, or a damaged database, and the log has all of it.
    [
      undefined,
      ["42601", "42P01", "23505", "22003", "54000", "0A000", "P0001", "XX000", "XX001", "XX002", "F0000", "ERANGE"],
    ],
  ])("is %s: %j", (ours, codes) => {
    for (const code of codes) expect([code, clientErrorOf(saying("", code))?.extensions.code]).toEqual([code, ours]);
  });

  test.each([
    "Connection terminated unexpectedly",
    "Connection terminated due to connection timeout",
    "Client has encountered a connection error and is not queryable",
    "Client was closed and is not queryable",
    "timeout expired",
    "timeout exceeded when trying to connect",
  ])("or only the words of node-postgres, %s, is SERVICE_UNAVAILABLE", (message) => {
    expect(clientErrorOf(saying(message))?.extensions).toMatchObject({ code: "SERVICE_UNAVAILABLE", retryAfter: 2 });
    expect(isServerFailure(saying(message))).toBe(true);
  });

  test("of a replica without room or memory does not leave the replica out, but asks the primary", () => {
    for (const code of ["53100", "53200", "58030", "40001", "42P01"]) {
      expect([isServerFailure(saying("", code)), isReplicaFailure(saying("", code))]).toEqual([false, true]);
    }
  });
});

describe("the API on a database", () => {
  const t = useApi({ digests: { ...settings, eventsSecret: EVENTS_SECRET } });
  let id: string;
  let token: string;
  beforeAll(async () => {
    await importRecords(t.db, [sourceRecord()]);
    token = await signIn(t.db, "ada");
    id = (await t.api.data("{ papers { nodes { id } } }")).papers.nodes[0].id;
  });

  const vote = () =>
    t.api.ask("mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }", { id }, token);

  test("that has no room answers each vote so, with the time to come again, and fills no log", async () => {
    await t.db.run(`
      create function refuse() returns trigger language plpgsql as $$
      begin raise 'could not extend file' using errcode = '53100'; end $$;
      create trigger refuse before insert on upvotes for each row execute function refuse()`);
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 30 }, vote));
    for (const { errors } of answers) {
      expect(errors).toMatchObject([{ extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 2 } }]);
      expect(errors![0]!.message).not.toMatch(/file|disk|53100/);
    }
    expect(t.api.logged.length).toBeLessThanOrEqual(1 + (performance.now() - began) / 1000);
    expect(t.api.logged[0]).toMatchObject({ err: { code: "53100" } });
    await t.db.run("drop trigger refuse on upvotes; drop function refuse()");
    expect((await vote()).data).toEqual({ upvotePaper: { changed: true } });
  });

  test("that has no room says 503 at every entry point, to a mail service as to a voter", async () => {
    await t.db.run(`
      create function refuse() returns trigger language plpgsql as $$
      begin raise 'could not extend file' using errcode = '53100'; end $$;
      create trigger refuse before insert on digest_events for each row execute function refuse();
      create trigger refuse before delete on upvotes for each row execute function refuse()`);
    const [body, at] = ['{"type":"complaint","data":{"email":"ada@example.org"}}', new Date()];
    const signature = {
      "content-type": "application/json",
      "webhook-id": "e1",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(EVENTS_SECRET).sign("e1", at, body),
    };
    const told = await t.api.http().post("/digest/events").set(signature).send(body);
    expect([told.status, told.headers["retry-after"]]).toEqual([503, "2"]);
    expect(told.body.errors).toMatchObject([{ extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 2 } }]);
    const query = `mutation { removePaperUpvote(input: { paperId: "${id}" }) { changed } }`;
    const accept = { accept: "application/graphql-response+json", authorization: `Bearer ${token}` };
    const voted = await t.api.http().post("/graphql").set(accept).send({ query });
    expect(voted.body.errors).toMatchObject([{ extensions: { code: "SERVICE_UNAVAILABLE" } }]);
    await t.db.run("drop trigger refuse on digest_events; drop trigger refuse on upvotes; drop function refuse()");
  });

  test("that may only be read for a while says so of a vote, and goes on to be read", async () => {
    const name = new URL(t.db.url).pathname.slice(1);
    await t.db.run(`alter database ${name} set default_transaction_read_only = on`);
    await endAll();
    await t.api.data("{ papers { nodes { id } } }");
    const remove = "mutation ($id: ID!) { removePaperUpvote(input: { paperId: $id }) { changed } }";
    expect((await t.api.ask(remove, { id }, token)).errors).toMatchObject([
      { extensions: { code: "SERVICE_UNAVAILABLE" } },
    ]);
    await t.db.run(
      `set default_transaction_read_only = off; alter database ${name} reset default_transaction_read_only`,
    );
    await endAll();
    expect((await t.api.ask(remove, { id }, token)).data).toEqual({ removePaperUpvote: { changed: true } });
  });

  test("that ends a connection between two statements of a transaction has it run again", async () => {
    let tries = 0;
    const done = await t.db.transaction(async (tx) => {
      if (++tries === 1) {
        const [{ pid }] = (await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`)) as [{ pid: number }];
        const lost = once(tx.client, "error").catch(() => {});
        await t.db.run("select pg_terminate_backend($1)", [pid]);
        await lost;
      }
      return tx.query(sql`select 1 as one`);
    });
    expect([tries, done]).toEqual([2, [{ one: 1 }]]);
  });

  /** Connections of the API read a database's defaults when they are made. */
  const endAll = () =>
    t.db.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
});
