import type { AddressInfo } from "node:net";
import { getNamedType, isInputObjectType, isObjectType } from "graphql";
import { getSchema } from "../src/schema";
import { AccessTokenScope } from "../src/users/access-token.entity";
import type { Attack } from "./attacks/attack";
import { cursorAttacks } from "./attacks/cursors";
import { dateAttacks } from "./attacks/dates";
import { documentAttacks } from "./attacks/documents";
import { hiddenAttacks } from "./attacks/hidden";
import { httpAttacks } from "./attacks/http";
import { limitAttacks } from "./attacks/limits";
import { sizeAttacks } from "./attacks/sizes";
import { textArguments, textAttacks } from "./attacks/texts";
import { valueAttacks } from "./attacks/values";
import { startApi, type TestApi } from "./support/api";
import { type Answer, contractViolation, parse } from "./support/error-contract";
import { featured, importRecords, signIn, sourceRecord } from "./support/factories";
import { asPost, createHttpClient, type HttpClient } from "./support/http-client";
import { unlimited } from "./support/limits";
import { useApi } from "./support/use-api";

describe("attacks", () => {
  const t = useApi({ limits: unlimited });
  let hidingApi: TestApi;
  let sender: HttpClient;
  let hidingSender: HttpClient;
  let token: string;
  beforeAll(async () => {
    hidingApi = t.use(await startApi(t.db, { limits: unlimited, introspection: false }));
    sender = t.use(senderTo(t.api));
    hidingSender = t.use(senderTo(hidingApi));
    await importRecords(t.db, [
      sourceRecord({
        arxivId: "2601.00001",
        authors: ["Ada Byron"],
        organization: { key: "lab", name: "Lab" },
        keywords: ["agents"],
        featured: featured("2026-01-05"),
        upvotes: 5,
      }),
    ]);
    token = await signIn(t.db, "ada", Object.values(AccessTokenScope));
    const create =
      'mutation { createWebhook(input: { url: "https://hooks.example/", events: [FEED_FINAL] }) { secret } }';
    await t.api.data(create, {}, token);
  });
  afterEach(() => {
    // What a stranger sends is no fault of ours: the log is for those.
    expect([...t.api.logged.splice(0), ...hidingApi.logged.splice(0)]).toEqual([]);
  });

  function senderTo({ server }: TestApi): HttpClient {
    return createHttpClient((server.server.address() as AddressInfo).port, 4);
  }

  async function attack(to: HttpClient, { send, signedIn, status, code, ...right }: Attack): Promise<Answer> {
    const received = await to.send("http" in send ? send.http : asPost(send, signedIn ? token : undefined));
    expect(contractViolation(received.status, received.body)).toBeNull();
    const answer = parse(received.body)!;
    const [first] = answer.errors ?? [];
    expect({ status: received.status, code: first?.extensions?.code ?? null, answer }).toMatchObject({ status, code });
    if (right.argument !== undefined) expect(first?.extensions?.argument).toBe(right.argument);
    if (right.says !== undefined) expect(first?.message).toMatch(right.says);
    if (right.errors !== undefined) expect(answer.errors).toHaveLength(right.errors);
    if (right.data !== undefined) expect(answer.data).toMatchObject(right.data);
    const after = await to.send(asPost({ query: "{ papers { totalCount } }" }));
    expect([after.status, parse(after.body)]).toMatchObject([
      200,
      { data: { papers: { totalCount: expect.any(Number) } } },
    ]);
    if (right.nothingFound) expect([answer.data?.found].flat().every((found) => found === null)).toBe(true);
    return answer;
  }

  const each = (attacks: Attack[]) =>
    test.each(attacks.map((one) => [one.name, one] as const))("%s", (_, one) => attack(sender, one));

  describe("at the limits", () => each(limitAttacks));
  describe("by documents", () => each(documentAttacks));
  describe("by texts", () => {
    each(textAttacks);

    test("no argument that takes a text is forgotten", () => {
      expect(Object.keys(textArguments).sort()).toEqual(textArgumentsOfSchema().sort());
    });
  });
  describe("by values", () => each(valueAttacks));
  describe("by sizes", () => each(sizeAttacks));
  describe("by dates", () => each(dateAttacks));
  describe("by cursors", () => each(cursorAttacks));
  describe("over HTTP", () => each(httpAttacks));

  describe("learn no name while introspection is off, by asking for nearly", () => {
    test.each(hiddenAttacks.map((one) => [one.name, one] as const))("%s", async (_, one) => {
      const { errors } = await attack(hidingSender, one);
      expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
    });
  });
});

/** `Type.field(argument)` and `Input.field` of all arguments and input fields that take a text or an id; subscriptions are not asked by HTTP. */
function textArgumentsOfSchema(): string[] {
  return Object.values(getSchema().getTypeMap()).flatMap((type) => {
    if (type.name.startsWith("__") || /^(Mutation|Subscription)$/.test(type.name)) return [];
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).flatMap((field) =>
        /^(String|ID)$/.test(getNamedType(field.type).name) ? [`${type.name}.${field.name}`] : [],
      );
    }
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.flatMap((arg) =>
        /^(String|ID)$/.test(getNamedType(arg.type).name) ? [`${type.name}.${field.name}(${arg.name})`] : [],
      ),
    );
  });
}
