import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import type { Asked } from "./asked";
import { createPrivacyCheck } from "./cache-control";
import { type Compilable, compile } from "./compile";
import { bytesOf } from "./documents";

/** One operation of a document that was parsed, validated and executed before. */
export interface KnownQuery {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  operationName: string | null;
  /** Whether anything that it selects is the viewer's own. */
  isPrivate: boolean;
  /** Executes it with variables that are coerced already; coercing them once more gives the same. */
  execute(contextValue: unknown, variables: Record<string, unknown>): Promise<ExecutionResult> | ExecutionResult;
}

/** The queries that were used last. */
export interface KnownQueries {
  find(asked: Pick<Asked, "text" | "hash" | "operationName">): KnownQuery | undefined;
  /** One of a valid document; with its hash, if it is a persisted one. */
  remember(query: Omit<KnownQuery, "execute" | "isPrivate">, text: string, hash: string | null): void;
}

/** Compiled code takes memory that cannot be asked for, so texts are counted too. */
const MAX_TEXTS = 1000;
const MAX_BYTES = 30 * 1024 * 1024;

/** The operations of one document, by their names. */
type Operations = Map<string | null, KnownQuery>;

export function createKnownQueries(schema: GraphQLSchema, isCompiled: boolean): KnownQueries {
  const isPrivate = createPrivacyCheck(schema);
  const known = new LRUCache<string, Operations>({
    max: MAX_TEXTS,
    maxSize: MAX_BYTES,
    sizeCalculation: (operations) =>
      Math.max(1, ...Array.from(operations.values(), ({ document }) => bytesOf(document))),
  });
  const texts = new LRUCache<string, string>({ max: MAX_TEXTS });
  return {
    find({ text, hash, operationName }) {
      const found = text ?? texts.get(hash!);
      return found === undefined ? undefined : known.get(found)?.get(operationName);
    },
    remember(query, text, hash) {
      const whole = {
        ...query,
        isPrivate: isPrivate(query.document),
        execute: createExecutor(schema, query, isCompiled),
      };
      known.set(text, new Map(known.get(text)).set(query.operationName, whole));
      if (hash !== null) texts.set(hash, text);
    },
  };
}

type Executor = KnownQuery["execute"];

/** The first time that it is used, it has come twice: that is when compiling it begins to pay. */
function createExecutor(schema: GraphQLSchema, known: Compilable, isCompiled: boolean): Executor {
  let executor: Executor | undefined;
  return (contextValue, variables) => {
    executor ??= (isCompiled && compile(schema, known)) || interpret(schema, known);
    return executor(contextValue, variables);
  };
}

function interpret(schema: GraphQLSchema, { document, operationName }: Compilable): Executor {
  return (contextValue, variableValues) => execute({ schema, document, operationName, contextValue, variableValues });
}
