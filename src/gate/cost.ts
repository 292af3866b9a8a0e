import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  TypeInfo,
  ValidationContext,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { type ComplexityEstimator, createComplexityRule, fieldExtensionsEstimator } from "graphql-query-complexity";
import { pageCost } from "../paging/page-cost";

/** What an operation may cost, and does. */
export interface Operation {
  document: DocumentNode;
  operationName?: string | null;
  /** As sent; they must be known to be good. */
  variables?: Record<string, unknown> | null;
}

/**
 * The cost of an operation in points, about the objects that it reads: a scalar costs nothing, an object 1, a page its
 * size times the cost of a row. A field that does more work than that says so by its own `complexity`.
 */
export function costOf(
  schema: GraphQLSchema,
  { document, operationName, variables }: Operation,
  limit: number,
): number {
  const types = new TypeInfo(schema);
  // A field whose argument is not good costs nothing: it fails where it stands, and the others are executed.
  const context = new ValidationContext(schema, document, types, () => {});
  const rule = createComplexityRule({
    maximumComplexity: Infinity,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    estimators: [fieldExtensionsEstimator(), estimate],
    // Fragments that are spread again and again multiply: no more fields are looked at than could be afforded.
    maxQueryNodes: limit,
  })(context);
  visit(document, visitWithTypeInfo(types, rule));
  return Math.ceil(rule.complexity);
}

const estimate: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  if (isLeafType(getNamedType(field.type))) return 0;
  if (type.name.startsWith("__")) return introspectionCost(field, childComplexity);
  if (field.args.some((arg) => arg.name === "first")) return pageCost(args, childComplexity);
  return 1 + childComplexity;
};

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
    `This operation costs ${found} points; at most ${limit} are allowed. Ask for smaller pages, or for less in each.`,
    { extensions: { code: "QUERY_TOO_COMPLEX", cost, limit } },
  );
}
