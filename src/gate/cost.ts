import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isLeafType,
  Kind,
} from "graphql";
import { listCost } from "../paging/page-cost";
import { TooManySelections, type WeighedField, weigh } from "./weigh";

/** What an operation may cost, and does. */
export interface Operation {
  document: DocumentNode;
  operationName?: string | null;
  /** As sent; they must be known to be good. */
  variables?: Record<string, unknown> | null;
}

/**
 * The points of an operation's fields, about the objects that it reads: a scalar costs nothing, an object 1, a page its
 * size times the cost of a row. A field that does more work than that says so by its own `complexity`. Throws
 * QUERY_TOO_COMPLEX when there are more fields than could be afforded.
 */
export function fieldsCost(schema: GraphQLSchema, operation: Operation, limit: number): number {
  return weighBy(schema, operation, limit, priceOf);
}

/** Each event is executed, written and sent for each of its listeners, however little they select. */
const EVENT_COST = 10;

/** The points of a valid subscription's each event: of itself, and of what is selected of it. */
export function eventCost(schema: GraphQLSchema, operation: Operation, limit: number): number {
  const root = schema.getSubscriptionType();
  return weighBy(schema, operation, limit, (field) =>
    field.type === root ? EVENT_COST + field.childComplexity : priceOf(field),
  );
}

function weighBy(
  schema: GraphQLSchema,
  { document, operationName, variables }: Operation,
  limit: number,
  price: (field: WeighedField) => number,
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
    const weighing = { schema, fragments, variables: coerced, maxSelections: limit, priceOf: price };
    return Math.ceil(weigh(operation, weighing));
  } catch (error) {
    throw error instanceof TooManySelections ? tooComplex(null, limit) : error;
  }
}

/** A change writes rows and their indexes, and waits for the disk. */
const WRITE_COST = 400;
/** A list that has no price of its own stands below one row, and an index has all of it together. */
const listBelow = listCost({ read: () => 0, count: () => 10 });

function priceOf(weighed: WeighedField): number {
  const { type, field, childComplexity, asked, above } = weighed;
  const own = field.extensions.complexity;
  const told = { ...weighed, context: { asked, above } };
  if (typeof own === "number") return own;
  if (typeof own === "function") return own(told);
  if (isLeafType(getNamedType(field.type))) return 0;
  if (type.name === "Mutation") return WRITE_COST + childComplexity;
  if (type.name.startsWith("__")) return introspectionCost(field, childComplexity);
  if (field.args.some((arg) => arg.name === "first")) return Number(listBelow(told));
  return 1 + childComplexity;
}

/** Introspection reads memory alone, but an answer of megabytes takes time to write. */
const POINTS_PER_DESCRIPTION = 0.1;
/** About as many as the schema has; of lists below a type, as many as a large type has. */
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

/** More than an operation may cost. */
export function tooComplex(cost: number | null, limit: number): GraphQLError {
  const found = cost === null ? `more than ${limit}` : cost;
  return new GraphQLError(
    `This operation costs ${found} points; at most ${limit} are allowed. Ask for smaller pages, for less below each row (relatedPapers, highlights, lists), for fewer words in filters, or for totalCount in an operation of its own.`,
    { extensions: { code: "QUERY_TOO_COMPLEX", cost, limit } },
  );
}
