import {
  type DocumentNode,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type * as Jit from "graphql-jit";
import type { KnownQuery } from "./known-queries";
import { selectionsOf } from "./spread";

/** Code is written for each field, as often as its fragment is spread: beyond so many it would take long, and much memory. */
const MAX_FIELDS = 500;

/** One query of a valid document. */
export interface Compilable {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  operationName: string | null;
}

/**
 * Compiles a valid query to JavaScript (graphql-jit); null when that cannot be done well. Answers without errors are the
 * same as graphql-js gives; where one has errors, let graphql-js answer instead: it tells them more exactly.
 */
export function compile(
  schema: GraphQLSchema,
  { document, operation, operationName }: Compilable,
): KnownQuery["execute"] | null {
  if (compiledFields({ document, operation }) === 0 || mayLetNullPass(schema, { document, operation })) return null;
  // It takes a while to load, and is first needed when a query has come twice.
  const { compileQuery, isCompiledQuery } = require("graphql-jit") as typeof Jit;
  const compiled = compileQuery(schema, document, operationName ?? "", {
    disablingCapturingStackErrors: true,
    disableLeafSerialization: true,
  });
  if (!isCompiledQuery(compiled)) return null;
  return (contextValue, variables) => compiled.query(undefined, contextValue, variables);
}

/** For how many fields code would be written; 0 for a query that is not compiled. */
export function compiledFields({ document, operation }: Pick<Compilable, "document" | "operation">): number {
  const fields = countFields(document, operation.selectionSet);
  return fields > MAX_FIELDS ? 0 : fields;
}

/**
 * Whether a variable that can be null stands in an input object or a list where null may not, as it may where there is a
 * default: graphql-jit would let it pass.
 */
function mayLetNullPass(schema: GraphQLSchema, { document, operation }: Pick<Compilable, "document" | "operation">) {
  const nullable = operation.variableDefinitions?.filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE) ?? [];
  const names = new Set(nullable.map(({ variable }) => variable.name.value));
  const types = new TypeInfo(schema);
  let found = false;
  const find = (values: readonly ValueNode[]) => {
    const isNullable = values.some((value) => value.kind === Kind.VARIABLE && names.has(value.name.value));
    found ||= isNullable && isNonNullType(types.getInputType());
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      ObjectField: ({ value }) => find([value]),
      ListValue: ({ values }) => find(values),
    }),
  );
  return found;
}

/** Fields with fragments spread, counted until they are too many; without end where it could not answer well. */
function countFields(document: DocumentNode, { selections }: SelectionSetNode): number {
  let count = 0;
  for (const selection of selections) {
    // graphql-jit keeps a condition at its place in the document, which several spreads of a fragment share.
    if (selection.directives?.length) return Number.POSITIVE_INFINITY;
    // It writes answers as object literals, in which this name is not one like any other.
    if (selection.kind === Kind.FIELD && selection.alias?.value === "__proto__") return Number.POSITIVE_INFINITY;
    if (count > MAX_FIELDS) break;
    if (selection.kind !== Kind.FIELD) count += countFields(document, selectionsOf(document, selection));
    else count += 1 + (selection.selectionSet ? countFields(document, selection.selectionSet) : 0);
  }
  return count;
}
