import { type ExecutionResult, execute, type GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";
import type { HttpContext } from "../server-options";
import { type Compilable, compile, compiledFields, type Execute } from "./compile-query";
import { bytesOf } from "./document-cache";
import { BYTES_PER_FIELD } from "./jit";
import { addParts } from "./parts";
import type { GraphqlRequest } from "./request";

/** One operation of a document that was parsed and validated before. */
export interface PreparedQuery extends Compilable {
  /** Whether it can be executed at once; otherwise executing it compiles it first, which may take a while. */
  isReady(): boolean;
  /**
   * Executes it with coerced variables; coercing them once more gives the same. Where the result is written as JSON (`isJson`),
   * its content may be in encoded parts.
   */
  execute(context: Repeatable, variables: Record<string, unknown>, isJson: boolean): Promise<ExecutionResult>;
}

/** A context that can be told that its operation is executed again. */
type Repeatable = Pick<HttpContext, "repeat">;

/** LRU cache of queries. */
export interface PreparedQueries {
  /** Undefined if query and hash are both sent, to persist the query: whether they match is checked elsewhere. */
  find(request: Pick<GraphqlRequest, "query" | "persistedHash" | "operationName">): PreparedQuery | undefined;
  /** Adds a query of a valid document; with its hash, if it is a persisted one. */
  add(query: Compilable, text: string, hash: string | null): void;
}

const MAX_TEXTS = 1000;
const MAX_BYTES = 30 * 1024 * 1024;

/** The operations of one document, by their names. */
type Operations = Map<string | null, PreparedQuery>;

/** How queries are executed that come again. */
export interface Preparing {
  isCompiled: boolean;
  /** Whether papers keep parts of theirs encoded. */
  hasParts: boolean;
}

export function createPreparedQueries(schema: GraphQLSchema, { isCompiled, hasParts }: Preparing): PreparedQueries {
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
    add(query, text, hash) {
      if (hash !== null) texts.set(hash, text);
      const others = known.get(text);
      // One that ends in errors is added again each time.
      if (others?.has(query.operationName)) return;
      const whole = { ...query, ...createExecutor(query, executing) };
      known.set(text, new Map(others).set(query.operationName, whole));
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

/** Compiles at the first use: the query has then come twice, which is when compiling begins to pay. */
function createExecutor(known: Compilable, { schema, isCompiled, partSchema }: Executing) {
  const { document, operationName } = known;
  const interpret: Execute = (contextValue, variableValues) =>
    execute({ schema, document, operationName, contextValue, variableValues });
  const compileFor = (parts: () => GraphQLSchema | null) =>
    once(() => (isCompiled ? compile(schema, known, parts()) : null));
  const asJson = compileFor(partSchema);
  const asValues = compileFor(() => null);
  let isReady = false;
  return {
    isReady: () => isReady,
    async execute(context: Repeatable, variables: Record<string, unknown>, isJson: boolean): Promise<ExecutionResult> {
      isReady = true;
      const compiled = isJson ? asJson() : asValues();
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
