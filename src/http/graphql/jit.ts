import type { DocumentNode, ExecutionResult, GraphQLSchema } from "graphql";
import type * as Jit from "graphql-jit";

/** Memory of a field's code, measured with V8's heap statistics and rounded up: it cannot be queried at run time. */
export const BYTES_PER_FIELD = 2600;

/** Executes a document with the object that its selection is of; without one, of the whole API. */
export type Program = (
  root: object | undefined,
  contextValue: unknown,
  variables: Record<string, unknown>,
) => Promise<ExecutionResult> | ExecutionResult;

/** Compiles an operation of a valid document to JavaScript; null if that is impossible. */
export function compileDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
): Program | null {
  // Loaded late: it is slow to load, and not needed before a query has come twice.
  const { compileQuery, isCompiledQuery } = require("graphql-jit") as typeof Jit;
  const compiled = compileQuery(schema, document, operationName ?? "", {
    disablingCapturingStackErrors: true,
    disableLeafSerialization: true,
  });
  return isCompiledQuery(compiled) ? compiled.query : null;
}
