import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from "graphql";
import { defaultOptimizations } from "../../../src/config/optimizations";
import { getSchema } from "../../../src/schema";
import { AccessTokenScope } from "../../../src/users/access-token.entity";
import { portOf, startApi, testLimits } from "../../support/api";
import { watchCompilations } from "../../support/compilations";
import { settings } from "../../support/digests";
import { signIn } from "../../support/factories";
import { asPost, createHttpClient, type HttpClient } from "../../support/http-client";
import { useApi } from "../../support/use-api";
import { arrangeEveryField } from "./arrange-every-field";

const schema = getSchema();

/** Fields from the root to objects of a type. */
type Path = readonly { parent: GraphQLObjectType; field: GraphQLField<unknown, unknown> }[];

/** A shortest path to each object type that a query reaches. */
function pathsToTypes(): Map<GraphQLObjectType, Path> {
  const root = schema.getQueryType()!;
  const paths = new Map<GraphQLObjectType, Path>([[root, []]]);
  for (const [parent, path] of paths) {
    for (const field of Object.values(parent.getFields())) {
      const type = getNamedType(field.type);
      if (isObjectType(type) && !paths.has(type)) paths.set(type, [...path, { parent, field }]);
    }
  }
  return paths;
}

const paths = pathsToTypes();

const NULL_HERE = [
  // Of a subscription that is not paused and was sent nothing yet.
  "DigestSubscription.pausedUntil",
  "DigestSubscription.lastSentAt",
];

describe("every field of the schema", () => {
  // Ids of subscriptions are made with the secret that processes share.
  const limits = { ...testLimits, MAX_ROOT_FIELDS: 100 };
  const t = useApi({ digests: settings, sources: ["huggingface"], limits });
  let toFast: HttpClient;
  let toPlain: HttpClient;
  let token: string;
  let samples: Awaited<ReturnType<typeof arrangeEveryField>>;
  const compilations = watchCompilations();
  beforeAll(async () => {
    const plain = await startApi(t.db, {
      limits,
      digests: settings,
      sources: ["huggingface"],
      optimizations: { ...defaultOptimizations, fastPath: false },
    });
    t.use(plain);
    toFast = t.use(createHttpClient(portOf(t.api), 1));
    toPlain = t.use(createHttpClient(portOf(plain), 1));
    token = await signIn(t.db, "ada", Object.values(AccessTokenScope));
    samples = await arrangeEveryField(t.db, token, t.api);
  });
  afterAll(() => compilations.stop());

  const argumentsOf = (parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string => {
    const given = {
      ...(field.args.some(({ name }) => name === "first") && { first: 2 }),
      ...samples[`${parent.name}.${field.name}`],
    };
    const missing = field.args.find((arg) => isRequiredArgument(arg) && !(arg.name in given));
    if (missing) throw new Error(`${parent.name}.${field.name} needs a sample of ${missing.name}.`);
    const isEnum = (name: string) => field.args.some((arg) => arg.name === name && isEnumType(getNamedType(arg.type)));
    const pairs = Object.entries(given).map(
      ([name, value]) => `${name}: ${isEnum(name) ? value : JSON.stringify(value)}`,
    );
    return pairs.length > 0 ? `(${pairs.join(", ")})` : "";
  };

  const selectionOf = (type: GraphQLObjectType): string => {
    const fields = Object.values(type.getFields()).map((field) => {
      const below = getNamedType(field.type);
      const inner = isLeafType(below) ? "" : isInterfaceType(below) ? "{ __typename id }" : "{ __typename }";
      return `${field.name}${argumentsOf(type, field)} ${inner}`;
    });
    return `{ __typename ${fields.join(" ")} }`;
  };

  const queryOf = (type: GraphQLObjectType, path: Path): string =>
    path.reduceRight(
      (below, { parent, field }) => `{ ${field.name}${argumentsOf(parent, field)} ${below} }`,
      selectionOf(type),
    );

  const seen = new Set<string>();

  test.each([...paths].map(([type, path]) => [type.name, type, path] as const))(
    "of %s is answered the third time, from compiled code, as the first time by graphql-js",
    async (_, type, path) => {
      compilations.reset();
      const sent = asPost({ query: queryOf(type, path) }, token);
      const { body: judged } = await toPlain.send(sent);
      const answers: string[] = [];
      for (let i = 0; i < 3; i++) answers.push((await toFast.send(sent)).body);
      // What decays with time, and what is left of an allowance, differ from one answer to the next.
      const told = (body: string) =>
        body
          .replace(/(\d\.\d{3})\d+/g, "$1")
          .replace(/("(?:used|remaining)":)\d+/g, "$1")
          .replace(/("resetAt":)"[^"]+"/, "$1");
      expect(answers.map(told)).toEqual([judged, judged, judged].map(told));
      expect(JSON.parse(judged).errors).toBeUndefined();
      // Content that stands side by side is compiled apart.
      expect(compilations.count()).toBeGreaterThan(0);
      note(
        JSON.parse(answers[2]!).data,
        type,
        path.map(({ field }) => field.name),
      );
    },
  );

  /** Notes which fields had a value. */
  const note = (value: unknown, type: GraphQLObjectType, [step, ...rest]: string[]): void => {
    if (Array.isArray(value))
      for (const each of value)
        note(
          each,
          type,
          [step!, ...rest].filter((name) => name !== undefined),
        );
    else if (typeof value !== "object" || value === null) return;
    else if (step !== undefined) note((value as Record<string, unknown>)[step], type, rest);
    else {
      for (const [name, each] of Object.entries(value)) {
        const isThere = each !== null && !(Array.isArray(each) && each.length === 0);
        if (isThere && name !== "__typename") seen.add(`${type.name}.${name}`);
      }
    }
  };

  test("has a value in what was compared", () => {
    const all = [...paths.keys()].flatMap((type) =>
      Object.keys(type.getFields()).map((name) => `${type.name}.${name}`),
    );
    expect(all.filter((field) => !seen.has(field)).sort()).toEqual(NULL_HERE.sort());
  });
});
