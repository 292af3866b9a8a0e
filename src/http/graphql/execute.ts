import { getVariableValues, OperationTypeNode } from "graphql";
import { LRUCache } from "lru-cache";
import { asGraphQLError } from "../../graphql/errors";
import type { HttpContext, ServerOptions } from "../server-options";
import { startApollo } from "./apollo";
import { createDocumentCache, withTrusted } from "./document-cache";
import { beginMutation } from "./mutation";
import { createPreparedOperations, type PreparedOperation } from "./prepared-operations";
import { documentHash, type GraphqlRequest } from "./request";
import type { Result } from "./response";

export interface Executor {
  /**
   * Executes a request's operation as soon as it is admitted; never throws. `isLarge` says that reading its variables takes
   * long.
   */
  execute(request: GraphqlRequest, context: HttpContext, isLarge: boolean): Promise<Result>;
  stop(): Promise<void>;
}

const MAX_ADMITTED = 1000;

/** Executes operations: prepared ones directly, all others by Apollo Server. */
export async function startExecutor(options: ServerOptions): Promise<Executor> {
  const { schema, admission, trustedDocuments, optimizations } = options;
  const preparedOperations = optimizations.fastPath
    ? createPreparedOperations(schema, {
        isCompiled: optimizations.compiledQueries,
        hasParts: optimizations.contentCacheMb > 0,
      })
    : null;
  const documents = withTrusted(createDocumentCache(), trustedDocuments.byHash);
  const apollo = await startApollo({ ...options, documents, prepared: preparedOperations });
  /** Documents whose last operation was admitted; all others wait for a turn to be parsed, as refusing takes time, too. */
  const admittedDocuments = new LRUCache<string, true>({ max: MAX_ADMITTED });

  async function executePrepared(
    prepared: PreparedOperation,
    { variables, parts }: GraphqlRequest,
    context: HttpContext,
  ): Promise<Result | null> {
    const { document, operation, operationName } = prepared;
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 1 });
    if (!coerced) return null;
    const { turn } = context;
    if (operation.operation === OperationTypeNode.MUTATION) beginMutation(context);
    if (!prepared.isReady()) await admission.waitToParse(turn);
    turn.operation = { document, operation, name: operation.name?.value ?? null };
    await admission.admit({ document, operationName, variables }, context, true);
    return prepared.execute(context, coerced, parts);
  }

  async function executeByApollo(request: GraphqlRequest, context: HttpContext, isRead: boolean): Promise<Result> {
    const { turn } = context;
    const hash = documentHash(request);
    if (!isRead && !(admittedDocuments.has(hash) && (await documents.get(hash)))) await admission.waitToParse(turn);
    const result = await apollo.execute(request, context);
    if (turn.admitted) admittedDocuments.set(hash, true);
    else admittedDocuments.delete(hash);
    return result;
  }

  async function consumeRefused(request: GraphqlRequest, context: HttpContext, result: Result): Promise<Result> {
    if (!result.errors?.length) return result;
    return { ...result, errors: await admission.consumeRefused(context, request, result.errors) };
  }

  return {
    async execute(received, context, isLarge) {
      let request = received;
      try {
        if (isLarge) await admission.waitToParse(context.turn);
        if (!request.isOwn) request = trustedDocuments.resolve(request, context);
        context.turn.isSafe = request.method === "GET";
        const prepared = preparedOperations?.find(request);
        const result = prepared ? await executePrepared(prepared, request, context) : null;
        return await consumeRefused(request, context, result ?? (await executeByApollo(request, context, isLarge)));
      } catch (error) {
        return consumeRefused(request, context, { errors: [asGraphQLError(error)] });
      }
    },
    stop: () => apollo.stop(),
  };
}
