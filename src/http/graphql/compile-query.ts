import {
  type DocumentNode,
  type ExecutionResult,
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
import { documentWithParts } from "./document-with-parts";
import { selectionsOf } from "./fragments";
import { compileDocument } from "./jit";

/** Each field becomes code, as often as its fragment is spread: beyond this many, that takes too long, and much memory. */
const MAX_FIELDS = 500;

/** One query of a valid document. */
export interface Compilable {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  operationName: string | null;
}

/** Executes one query with variables that are already coerced. */
export type Execute = (
  contextValue: unknown,
  variables: Record<string, unknown>,
) => Promise<ExecutionResult> | ExecutionResult;

/**
 * Compiles a valid query to JavaScript (graphql-jit); null if the result could be wrong or too large. Results without errors
 * are those of graphql-js; where one has errors, execute it by graphql-js instead, whose errors are more exact. With the schema
 * of `addParts`, content is in encoded parts, which the result of only `jsonBytes` shows.
 */
export function compile(schema: GraphQLSchema, query: Compilable, partSchema: GraphQLSchema | null): Execute | null {
  if (compiledFields(query) === 0 || mayLetNullPass(schema, query)) return null;
  const withParts = partSchema && documentWithParts(schema, query);
  const program = withParts
    ? compileDocument(partSchema, withParts, query.operationName)
    : compileDocument(schema, query.document, query.operationName);
  return program && ((contextValue, variables) => program(undefined, contextValue, variables));
}

/** The number of fields that become code; 0 for a query that is not compiled. */
export function compiledFields({ document, operation }: Pick<Compilable, "document" | "operation">): number {
  const fields = countFields(document, operation.selectionSet);
  return fields > MAX_FIELDS ? 0 : fields;
}

/**
 * Whether a nullable variable is used in an input object or a list at a non-null position, which GraphQL allows where there
 * is a default: graphql-jit would let null pass.
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

/** Counts fields, those of fragments at each spread, until they are too many; infinite where graphql-jit would go wrong. */
function countFields(document: DocumentNode, { selections }: SelectionSetNode): number {
  let count = 0;
  for (const selection of selections) {
    // graphql-jit keeps a condition by its place in the document, which several spreads of a fragment share.
    if (selection.directives?.length) return Number.POSITIVE_INFINITY;
    // It writes results as object literals, in which this name sets the prototype.
    if (selection.kind === Kind.FIELD && selection.alias?.value === "__proto__") return Number.POSITIVE_INFINITY;
    if (count > MAX_FIELDS) break;
    if (selection.kind !== Kind.FIELD) count += countFields(document, selectionsOf(document, selection));
    else count += 1 + (selection.selectionSet ? countFields(document, selection.selectionSet) : 0);
  }
  return count;
}
