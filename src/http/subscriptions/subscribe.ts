import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLError,
} from "graphql";
import { asGraphQLError } from "../../graphql/errors";
import { isObject } from "../../graphql/json";
import { Refusal } from "../graphql/document-reader";
import type { HttpContext, ServerOptions } from "../server-options";
import { createOperationParser, type ParserOptions } from "./parse-operation";

/** The operation that is executed for each event, without its context. */
type Operation = Omit<ExecutionArgs, "contextValue" | "variableValues"> & {
  variableValues: Record<string, unknown> | null;
};

/** The outcome of a subscription: its results, or its errors (not masked yet). */
export type Outcome =
  | { operation: Operation; results: AsyncIterableIterator<ExecutionResult> }
  | { errors: readonly GraphQLError[] };

/** Admits and starts a subscription of either transport. Never throws. */
export type Subscribe = (params: unknown, listener: HttpContext) => Promise<Outcome>;

type SubscribeOptions = ParserOptions & Pick<ServerOptions, "createEventContexts" | "mask">;

export function createSubscribe(options: SubscribeOptions): Subscribe {
  const { schema, admission } = options;
  const read = createOperationParser(options);

  async function admit(params: unknown, listener: HttpContext): Promise<Operation> {
    const { document, operationName, variables } = await read(params, listener);
    await admission.admit({ document, operationName, variables }, listener);
    return { schema, document, operationName, variableValues: variables };
  }

  return async (params, listener) => {
    try {
      const operation = await admit(params, listener);
      // Events come from the primary: a replica may not have their data yet.
      listener.readPrimary();
      const events = await createSourceEventStream({ ...operation, contextValue: listener });
      if (!isStream(events)) return { errors: (events as ExecutionResult).errors ?? [] };
      return { operation, results: executeEach(events, operation, listener, options) };
    } catch (thrown) {
      const errors = thrown instanceof Refusal ? thrown.errors : [asGraphQLError(thrown)];
      return { errors: await admission.consumeRefused(listener, isObject(params) ? params : {}, errors) };
    } finally {
      listener.turn.leave?.();
    }
  };
}

/**
 * Executes the operation for each event, which consumes points. Without points left, the subscription ends with an error, as
 * a listener must know that it misses events. Not a generator: `return` must reach the source while it waits for an event.
 */
function executeEach(
  events: AsyncIterator<unknown>,
  operation: Operation,
  listener: HttpContext,
  { admission, mask, createEventContexts }: SubscribeOptions,
): AsyncIterableIterator<ExecutionResult> {
  const { requestId } = listener;
  const createContext = createEventContexts(listener);
  const points = admission.eventCost({ ...operation, variables: operation.variableValues });
  const end = async () => {
    await events.return?.();
    return { value: undefined, done: true } as const;
  };
  return {
    async next() {
      const { value: event, done } = await events.next();
      if (done) return { value: undefined, done };
      const refusal = await admission.consume(listener.caller, points).then(() => null, asGraphQLError);
      if (refusal) {
        await end();
        return toNext({ errors: [mask(refusal, requestId)] });
      }
      const { data, errors } = await execute({
        ...operation,
        rootValue: event,
        contextValue: createContext(event as object),
      });
      return toNext(errors ? { data, errors: errors.map((error) => mask(error, requestId)) } : { data });
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Its errors are masked, so they are plain objects. */
function toNext(result: FormattedExecutionResult): IteratorResult<ExecutionResult> {
  return { value: result as ExecutionResult, done: false };
}

function isStream(result: object): result is AsyncIterableIterator<unknown> {
  return Symbol.asyncIterator in result;
}
