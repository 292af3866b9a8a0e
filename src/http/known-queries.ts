import { type ExecutionResult, execute, type GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";
import type { Asked } from "./asked";
import type { PrivacyCheck } from "./cache-control";
import { type Compilable, compile, compiledFields } from "./compile";
import { bytesOf } from "./documents";

/** One operation of a document that was parsed, validated and executed before. */
export interface KnownQuery extends Compilable {
  /** Whether anything that it selects is the viewer's own. */
  isPrivate: boolean;
  /** Whether it can be executed at once; otherwise it is made ready by that, which may take a while. */
  isReady(): boolean;
  /** Executes it with variables that are coerced already; coercing them once more gives the same. */
  execute(contextValue: unknown, variables: Record<string, unknown>): Promise<ExecutionResult> | ExecutionResult;
}

/** The queries that were used last. */
export interface KnownQueries {
  find(asked: Pick<Asked, "text" | "hash" | "operationName">): KnownQuery | undefined;
  /** One of a valid document; with its hash, if it is a persisted one. */
  remember(query: Compilable, text: string, hash: string | null): void;
}

const MAX_TEXTS = 1000;
const MAX_BYTES = 30 * 1024 * 1024;
/** What the code for a field takes, measured with V8's heap statistics and rounded up: it cannot be asked for. */
const BYTES_PER_FIELD = 2600;

/** The operations of one document, by their names. */
type Operations = Map<string | null, KnownQuery>;

export function createKnownQueries(schema: GraphQLSchema, isPrivate: PrivacyCheck, isCompiled: boolean): KnownQueries {
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
    find({ text, hash, operationName }) {
      const found = text ?? texts.get(hash!);
      return found === undefined ? undefined : known.get(found)?.get(operationName);
    },
    remember(query, text, hash) {
      if (hash !== null) texts.set(hash, text);
      const others = known.get(text);
      // One that ends in errors comes by again and again.
      if (others?.has(query.operationName)) return;
      const whole = {
        ...query,
        isPrivate: isPrivate(query.document),
        ...createExecutor(schema, query, isCompiled),
      };
      known.set(text, new Map(others).set(query.operationName, whole));
    },
  };
}

function sizeOf(operations: Operations): number {
  const queries = [...operations.values()];
  return queries.reduce((sum, query) => sum + BYTES_PER_FIELD * compiledFields(query), bytesOf(queries[0]!.document));
}

type Executor = Pick<KnownQuery, "isReady" | "execute">;

/** The first time that it is used, it has come twice: that is when compiling it begins to pay. */
function createExecutor(schema: GraphQLSchema, known: Compilable, isCompiled: boolean): Executor {
  let execute: Executor["execute"] | undefined;
  return {
    isReady: () => execute !== undefined,
    execute(contextValue, variables) {
      execute ??= (isCompiled && compile(schema, known)) || interpret(schema, known);
      return execute(contextValue, variables);
    },
  };
}

function interpret(schema: GraphQLSchema, { document, operationName }: Compilable): Executor["execute"] {
  return (contextValue, variableValues) => execute({ schema, document, operationName, contextValue, variableValues });
}
