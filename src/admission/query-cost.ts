import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isLeafType,
  Kind,
} from "graphql";
import { tooComplex } from "../graphql/errors";
import { isObject } from "../graphql/json";
import { listCost } from "../paging/page-cost";
import { TooManySelections, type WeighedField, weigh } from "./weigh";

/** An operation whose cost is calculated. */
export interface Operation {
  document: DocumentNode;
  operationName?: string | null;
  /** As sent; they must be known to be valid. */
  variables?: Record<string, unknown> | null;
}

/**
 * The points of an operation's fields, roughly the number of objects that it reads: a scalar costs nothing, an object 1, a
 * page its size times the cost of a row. A field that does more work has a `complexity` of its own. Throws QUERY_TOO_COMPLEX
 * when there are more than `limit` selections.
 */
export function fieldsCost(schema: GraphQLSchema, operation: Operation, limit: number): number {
  return weighBy(schema, operation, limit, costOfField);
}

/** Points of an event besides its fields: it is executed, written and sent for each listener, however little they select. */
const EVENT_COST = 10;

/** The points of each event of a valid subscription, including its selected fields. */
export function eventCost(schema: GraphQLSchema, operation: Operation, limit: number): number {
  const root = schema.getSubscriptionType();
  return weighBy(schema, operation, limit, (field) =>
    field.type === root ? EVENT_COST + field.childComplexity : costOfField(field),
  );
}

function weighBy(
  schema: GraphQLSchema,
  { document, operationName, variables }: Operation,
  limit: number,
  cost: (field: WeighedField) => number,
): number {
  const operation = getOperationAST(document, operationName);
  if (!operation) return 0;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 1 });
  if (!coerced) return 0;
  const fragments = new Map(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  try {
    const weighing = { schema, fragments, variables: coerced, maxSelections: limit, costOf: cost };
    return Math.ceil(weigh(operation, weighing));
  } catch (error) {
    throw error instanceof TooManySelections ? tooComplex(null, limit) : error;
  }
}

/** Points of a mutation: it writes rows and their indexes, and waits for the disk. */
const WRITE_COST = 400;
/** Cost of a list without a complexity of its own: it is below one row, and one index range holds all of it. */
const listBelow = listCost({ read: () => 0, count: () => 10 });

function costOfField(weighed: WeighedField): number {
  const { type, field, childComplexity, asked, above } = weighed;
  const own = field.extensions.complexity;
  const toEstimate = { ...weighed, context: { asked, above } };
  if (typeof own === "number") return own;
  if (typeof own === "function") return own(toEstimate);
  if (isLeafType(getNamedType(field.type))) return 0;
  if (type.name === "Mutation") return WRITE_COST + childComplexity;
  if (type.name.startsWith("__")) return introspectionCost(field, childComplexity);
  if (field.args.some((arg) => arg.name === "first")) return Number(listBelow(toEstimate));
  return 1 + childComplexity;
}

/** Introspection reads only memory, but a response of megabytes takes time to write. */
const POINTS_PER_DESCRIPTION = 0.1;
/** Estimated lengths of introspection's lists: those of the schema, and below a type those of a large type. */
const LENGTHS = new Map([
  ["types", 120],
  ["directives", 8],
  ["fields", 8],
  ["inputFields", 3],
  ["args", 2],
  ["enumValues", 2],
  ["possibleTypes", 2],
  ["interfaces", 1],
]);

function introspectionCost({ name }: { name: string }, childComplexity: number): number {
  return (LENGTHS.get(name) ?? 1) * (POINTS_PER_DESCRIPTION + childComplexity);
}

/** Most costs that are cached for one document: clients vary their page sizes little. */
const MAX_SHAPES = 20;
/** A shape holds names that the client chose: longer ones are not cached, to save memory. */
const MAX_SHAPE_LENGTH = 300;

/**
 * Caches the costs of documents: weighing one visits every field, and the same few come again and again. A cost depends on
 * the numbers, list lengths and values of enums in the variables that the operation defines, not on other strings. The variables must be valid, so
 * that their types limit their depth.
 */
export function memoizeCosts(weigh: (operation: Operation) => number): (operation: Operation) => number {
  const costsOf = memoizeByDocument(() => new Map<string, number>());
  return (operation) => {
    const costs = costsOf(operation.document);
    const shape = JSON.stringify([operation.operationName ?? null, shapesOf(operation)]);
    const cost = costs.get(shape) ?? weigh(operation);
    if (costs.size < MAX_SHAPES && shape.length <= MAX_SHAPE_LENGTH) costs.set(shape, cost);
    return cost;
  };
}

/** Caches a function's results by document, for as long as the document is referenced. */
export function memoizeByDocument<Found>(find: (document: DocumentNode) => Found): (document: DocumentNode) => Found {
  const known = new WeakMap<DocumentNode, Found>();
  return (document) => {
    let found = known.get(document);
    if (found === undefined) {
      found = find(document);
      known.set(document, found);
    }
    return found;
  };
}

function shapesOf({ document, operationName, variables }: Operation): unknown[] {
  const defined = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const given = variables ?? {};
  // Absent differs from null: an absent variable may have a default.
  return defined.map(({ variable: { name } }) =>
    Object.hasOwn(given, name.value) ? [shapeOf(given[name.value])] : [],
  );
}

/** As the names of enum values are written; other texts that look so are few. */
const ENUM_VALUE = /^[A-Z][A-Z_]{0,29}$/;

function shapeOf(value: unknown): unknown {
  if (typeof value === "string") return ENUM_VALUE.test(value) ? value : "";
  if (Array.isArray(value)) return { length: value.length };
  return isObject(value) ? Object.entries(value).map(([name, each]) => [name, shapeOf(each)]) : value;
}
