import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLError,
} from "graphql";
import { asGraphQLError } from "../../errors";
import { isObject } from "../../json";
import type { HttpContext } from "../gate.plugin";
import { createOperationReader, type ReaderOptions, Refusal } from "./operation";

/** What is executed for each event; whose context it is made with is left out. */
type Operation = Omit<ExecutionArgs, "contextValue" | "variableValues"> & {
  variableValues: Record<string, unknown> | null;
};

/** What a subscription comes to: its answers, or why there are none (not masked yet). */
export type Outcome =
  | { operation: Operation; answers: AsyncIterableIterator<ExecutionResult> }
  | { errors: readonly GraphQLError[] };

/** Lets a subscription through the gate, whatever transport it came by. */
export type Subscribing = (params: unknown, listener: HttpContext) => Promise<Outcome>;

export interface SubscribingOptions extends ReaderOptions {
  /** Makes the listener's context for each event. It outlives the request by far, so it should keep little of it. */
  createEventContexts: (listener: HttpContext) => (event: object) => HttpContext;
}

export function createSubscribing(options: SubscribingOptions): Subscribing {
  const { schema, gate } = options;
  const read = createOperationReader(options);

  async function admit(params: unknown, listener: HttpContext): Promise<Operation> {
    const { document, operationName, variables } = await read(params, listener.caller);
    listener.admission = await gate.admit({ document, operationName, variables }, listener);
    return { schema, document, operationName, variableValues: variables };
  }

  return async (params, listener) => {
    try {
      const operation = await admit(params, listener);
      // Events come from the primary: what they are about may be known there only.
      listener.readPrimary();
      const events = await createSourceEventStream({ ...operation, contextValue: listener });
      if (!isStream(events)) return { errors: (events as ExecutionResult).errors ?? [] };
      return { operation, answers: answerEach(events, operation, listener, options) };
    } catch (thrown) {
      const errors = thrown instanceof Refusal ? thrown.errors : [asGraphQLError(thrown)];
      // What was not admitted was not paid for either, and whoever has no points left learns nothing else.
      const charged = listener.admission
        ? null
        : gate.chargeRefused(listener.spender, isObject(params) ? params : {}).then(() => null, asGraphQLError);
      const refusal = await charged;
      return { errors: refusal ? [refusal] : errors };
    } finally {
      listener.caller.leave?.();
    }
  };
}

/**
 * Executes the operation for each event, for its points. A listener without points is told so, and heard no more: who
 * misses events has to know. Not a generator: `return` must reach the source while it waits for an event.
 */
function answerEach(
  events: AsyncIterator<unknown>,
  operation: Operation,
  listener: HttpContext,
  { gate, createEventContexts }: SubscribingOptions,
): AsyncIterableIterator<ExecutionResult> {
  const { requestId } = listener;
  const createContext = createEventContexts(listener);
  const points = gate.eventCost({ ...operation, variables: operation.variableValues });
  const end = async () => {
    await events.return?.();
    return { value: undefined, done: true } as const;
  };
  return {
    async next() {
      const { value: event, done } = await events.next();
      if (done) return { value: undefined, done };
      const refusal = await gate.charge(listener.spender, points).then(() => null, asGraphQLError);
      if (refusal) {
        await end();
        return answer({ errors: [gate.mask(refusal, requestId)] });
      }
      const { data, errors } = await execute({
        ...operation,
        rootValue: event,
        contextValue: createContext(event as object),
      });
      return answer(errors ? { data, errors: errors.map((error) => gate.mask(error, requestId)) } : { data });
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Its errors are masked, so they are plain. */
function answer(result: FormattedExecutionResult): IteratorResult<ExecutionResult> {
  return { value: result as ExecutionResult, done: false };
}

function isStream(result: object): result is AsyncIterableIterator<unknown> {
  return Symbol.asyncIterator in result;
}
