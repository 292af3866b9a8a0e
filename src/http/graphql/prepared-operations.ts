import { type ExecutionResult, execute, type GraphQLSchema, OperationTypeNode } from "graphql";
import { LRUCache } from "lru-cache";
import type { PartEncoding } from "../../graphql/encoded-parts";
import type { HttpContext } from "../server-options";
import { type Compilable, compile, compiledFields, type Execute } from "./compile-query";
import { bytesOf } from "./document-cache";
import { BYTES_PER_FIELD } from "./jit";
import { addParts } from "./parts";
import type { GraphqlRequest } from "./request";

/** One query or mutation of a document that was parsed and validated before. */
export interface PreparedOperation extends Compilable {
  /** Whether it can be executed at once; otherwise executing it compiles it first, which may take a while. */
  isReady(): boolean;
  /**
   * Executes it with coerced variables; coercing them once more gives the same. With an encoding, content in the result may be
   * in parts.
   */
  execute(
    context: OperationContext,
    variables: Record<string, unknown>,
    parts: PartEncoding | null,
  ): Promise<ExecutionResult>;
}

/** What a context is told of its operation. */
type OperationContext = Pick<HttpContext, "repeat" | "parts">;

/** LRU cache of operations. */
export interface PreparedOperations {
  /** Undefined if query and hash are both sent, to persist the query: whether they match is checked elsewhere. */
  find(request: Pick<GraphqlRequest, "query" | "persistedHash" | "operationName">): PreparedOperation | undefined;
  /** Adds an operation of a valid document; with its hash, if it is a persisted one. */
  add(operation: Compilable, text: string, hash: string | null): void;
}

const MAX_TEXTS = 1000;
const MAX_BYTES = 30 * 1024 * 1024;

/** The operations of one document, by their names. */
type Operations = Map<string | null, PreparedOperation>;

/** How operations are executed that come again. */
export interface Preparing {
  isCompiled: boolean;
  /** Whether papers keep parts of theirs encoded. */
  hasParts: boolean;
}

export function createPreparedOperations(
  schema: GraphQLSchema,
  { isCompiled, hasParts }: Preparing,
): PreparedOperations {
  const executing = { schema, isCompiled, partSchema: hasParts ? once(() => addParts(schema)) : () => null };
  const known = new LRUCache<string, Operations>({
    max: MAX_TEXTS,
    maxSize: MAX_BYTES,
    sizeCalculation: sizeOf,
  });
  const texts = new LRUCache<string, string>({
    max: MAX_TEXTS,
    maxSize: MAX_BYTES,
    sizeCalculation: (text) => 2 * text.length + 1,
  });
  return {
    find({ query, persistedHash, operationName }) {
      if (query !== null && persistedHash !== null) return undefined;
      const found = query ?? texts.get(persistedHash!);
      return found === undefined ? undefined : known.get(found)?.get(operationName);
    },
    add(operation, text, hash) {
      if (hash !== null) texts.set(hash, text);
      const others = known.get(text);
      // One that ends in errors is added again each time.
      if (others?.has(operation.operationName)) return;
      const whole = { ...operation, ...createExecutor(operation, executing) };
      known.set(text, new Map(others).set(operation.operationName, whole));
    },
  };
}

function sizeOf(operations: Operations): number {
  const queries = [...operations.values()];
  return queries.reduce((sum, query) => sum + BYTES_PER_FIELD * compiledFields(query), bytesOf(queries[0]!.document));
}

interface Executing {
  schema: GraphQLSchema;
  isCompiled: boolean;
  /** See `addParts`; null if there are no parts. */
  partSchema: () => GraphQLSchema | null;
}

/**
 * Compiles a query at the first use: it has then come twice, which is when compiling begins to pay. A mutation is not compiled:
 * one that ends in errors would be executed again.
 */
function createExecutor(known: Compilable, { schema, isCompiled, partSchema }: Executing) {
  const { document, operation, operationName } = known;
  const mayCompile = isCompiled && operation.operation === OperationTypeNode.QUERY;
  const interpret: Execute = (contextValue, variableValues) =>
    execute({ schema, document, operationName, contextValue, variableValues });
  const compileFor = (parts: () => GraphQLSchema | null) =>
    once(() => (mayCompile ? compile(schema, known, parts()) : null));
  const withParts = compileFor(partSchema);
  const withoutParts = compileFor(() => null);
  let isReady = false;
  return {
    isReady: () => isReady,
    async execute(
      context: OperationContext,
      variables: Record<string, unknown>,
      parts: PartEncoding | null,
    ): Promise<ExecutionResult> {
      isReady = true;
      context.parts = parts;
      const compiled = parts ? withParts() : withoutParts();
      if (!compiled) return interpret(context, variables);
      const result = await compiled(context, variables);
      if (result.data && !result.errors) return result;
      // graphql-js reports errors more exactly.
      context.repeat();
      return interpret(context, variables);
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
