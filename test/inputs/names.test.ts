import { AccessTokenScope } from "../../src/users/access-token.entity";
import { runTokenCommand } from "../../src/users/token-command";
import { nameAttacks } from "../attacks/names";
import { portOf } from "../support/api";
import { settings, subscribeManaged } from "../support/digests";
import { contractViolation } from "../support/error-contract";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { asGet, asPost, createHttpClient, type HttpClient, PREFLIGHTED, type Sent } from "../support/http-client";
import { unlimited } from "../support/limits";
import { INHERITED } from "../support/names";
import { openAcknowledged } from "../support/raw-listener";
import { useApi } from "../support/use-api";

describe("a name that every object has", () => {
  const t = useApi({ limits: unlimited, digests: settings });
  let sender: HttpClient;
  let token: string;
  let managing: string;
  beforeAll(async () => {
    sender = t.use(createHttpClient(portOf(t.api), 4));
    await importRecords(t.db, [sourceRecord({ authors: ["Ada"], featured: featured("2026-01-05") })]);
    token = await signIn(t.db, "ada", Object.values(AccessTokenScope));
    managing = await subscribeManaged(t.db);
  });
  afterEach(() => {
    // What a stranger sends is no fault of ours: the log is for those.
    expect(t.api.logged.splice(0)).toEqual([]);
  });

  test("is a name like any other in a document and in its variables, the first time and later", async () => {
    for (let i = 0; i < 2; i++) {
      const faults = await Promise.all(
        nameAttacks.map(async ([place, send]) => {
          const { status, body } = await sender.send(asPost(send, token));
          return [place, contractViolation(status, body)];
        }),
      );
      expect(faults.filter(([, fault]) => fault !== null)).toEqual([]);
    }
  });

  /** What is neither GraphQL nor a page may be any refusal, if it is one. */
  const expectNoFault = async (place: string, sent: Sent) => {
    const { status } = await sender.send(sent);
    expect({ place, isFault: status >= 500 }).toEqual({ place, isFault: false });
  };

  test.each(INHERITED)("is one in query strings and headers: %s", async (name) => {
    const query = "{ papers { totalCount } }";
    for (const key of [name, "query", "variables", "extensions", "operationName"]) {
      await expectNoFault(`the parameter ${key}`, asGet({ query, [key]: name }));
      await expectNoFault(`the parameter ${key}, as an object`, asGet({ query, [key]: `{"${name}":{"${name}":1}}` }));
    }
    for (const header of [
      "accept",
      "accept-encoding",
      "authorization",
      "host",
      "user-agent",
      "origin",
      "if-none-match",
      "x-forwarded-for",
    ]) {
      await expectNoFault(`the header ${header}`, asGet({ query }, { ...PREFLIGHTED, [header]: name }));
    }
    await expectNoFault("the type of a body", { headers: { "content-type": name }, body: "{}" });
    await expectNoFault("a path", { method: "GET", path: `/${name}` });
    await expectNoFault("a path below GraphQL's", { method: "GET", path: `/graphql/${name}` });
  });

  test.each(INHERITED)("is one in the pages: %s", async (name) => {
    const paths = ["confirm", "manage", "unsubscribe", "resubscribe", "issues", name].map(
      (page) => `/digest/${page}/${name}`,
    );
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const fields = [
      "email",
      "frequency",
      "weekday",
      "hour",
      "timeZone",
      "maxPapers",
      "keywords",
      "categories",
      "minUpvotes",
      "hasCode",
      "skipEmpty",
      "consentVersion",
      "pausedUntil",
      "days",
      "action",
      name,
    ];
    for (const path of paths) {
      await expectNoFault(path, { method: "GET", path });
      await expectNoFault(path, { path, headers: form, body: `action=${name}&${name}=${name}` });
    }
    for (const path of ["/digest", `/digest/manage/${managing}`]) {
      for (const action of ["", "save", "pause", name]) {
        for (const field of fields) {
          await expectNoFault(`${path}, ${action}: ${field}`, {
            path,
            headers: form,
            body: `action=${action}&${field}=${name}`,
          });
        }
      }
      await expectNoFault(`${path}?done=${name}`, { method: "GET", path: `${path}?done=${name}&${name}=${name}` });
    }
  });

  test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"])(
    "%s is no button, no command and no field",
    async (name) => {
      const http = () => t.api.http();
      const answer = await http().post(`/digest/manage/${managing}`).type("form").send({ action: name });
      expect(answer.status).toBe(400);
      const body = `action=save&${name}=1`;
      expect((await http().post(`/digest/manage/${managing}`).type("form").send(body)).status).toBe(422);
      expect((await http().post("/digest").type("form").send(`${name}=1`)).status).toBe(422);
      expect((await http().get(`/digest/manage/${managing}?done=${name}`)).text).not.toContain("function");
      await expect(runTokenCommand(t.db, [name, "--name", "x"])).rejects.toThrow("Usage:");
    },
  );

  test.each(INHERITED)("is one in what a socket is told: %s", async (name) => {
    const listener = await openAcknowledged(t.api);
    listener.send({
      type: "subscribe",
      id: "1",
      payload: { query: "subscription { paperFeatured { rank } }", operationName: name },
    });
    expect((await listener.hears("error")).payload).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    listener.send({ type: "complete", id: name });
    listener.send({ type: "ping", payload: { [name]: name } });
    await listener.hears("pong");
    listener.socket.terminate();
  });
});
