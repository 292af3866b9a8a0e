import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { asGraphQLError, badUserInput } from "../../errors";
import type { Gate } from "../../gate/gate";
import type { HttpContext } from "../gate.plugin";

/** What a subscription comes to: its answers, or why there are none (not masked yet). */
export type Outcome =
  | { args: ExecutionArgs; answers: AsyncIterableIterator<ExecutionResult> }
  | { errors: GraphQLError[] };

/** Lets a subscription through the gate, whatever transport it came by. */
export type Subscribing = (params: unknown, listener: HttpContext) => Promise<Outcome>;

export interface SubscribingOptions {
  schema: GraphQLSchema;
  gate: Gate;
  introspection: boolean;
  /** The listener's context for one event, with loaders and a deadline of its own. */
  createEventContext: (listener: HttpContext, event: object) => HttpContext;
}

export function createSubscribing(options: SubscribingOptions): Subscribing {
  const { schema, gate } = options;
  const rules = [...specifiedRules, ...gate.validationRules];
  if (!options.introspection) rules.push(NoSchemaIntrospectionCustomRule);

  /** The operation, parsed, valid and paid for; throws the errors that it is refused with. */
  async function admit(params: unknown, listener: HttpContext): Promise<ExecutionArgs> {
    const { query, operationName, variables } = readParams(params);
    const document = parseQuery(query, gate);
    refuseAny(validate(schema, document, rules, gate.validationOptions), "GRAPHQL_VALIDATION_FAILED");
    const definition = pickOperation(document, operationName);
    const { maxCoercionErrors: maxErrors } = gate.executionOptions;
    const given = getVariableValues(schema, definition.variableDefinitions ?? [], variables ?? {}, { maxErrors });
    refuseAny(given.errors ?? [], null);
    listener.admission = await gate.admit({ document, operationName, variables }, listener.spender);
    return { schema, document, operationName, variableValues: variables, contextValue: listener };
  }

  return async (params, listener) => {
    try {
      const args = await admit(params, listener);
      const events = await createSourceEventStream(args);
      if (!isStream(events)) return { errors: [...((events as ExecutionResult).errors ?? [])] };
      return { args, answers: answerEach(events, args, options) };
    } catch (thrown) {
      const errors = thrown instanceof Refusal ? thrown.errors : [asGraphQLError(thrown)];
      // What was not admitted was not paid for either, and whoever has no points left learns nothing else.
      const refusal = listener.admission ? null : await gate.charge(listener.spender).catch(asGraphQLError);
      return { errors: refusal ? [refusal] : errors };
    }
  };
}

/** Executes the operation for each event. Not a generator: `return` must reach the source while it waits for an event. */
function answerEach(
  events: AsyncIterator<unknown>,
  args: ExecutionArgs,
  { gate, createEventContext }: SubscribingOptions,
): AsyncIterableIterator<ExecutionResult> {
  const { requestId } = args.contextValue as HttpContext;
  const end = async () => {
    await events.return?.();
    return { value: undefined, done: true } as const;
  };
  return {
    async next() {
      const { value: event, done } = await events.next();
      if (done) return { value: undefined, done };
      const contextValue = createEventContext(args.contextValue as HttpContext, event as object);
      const { data, errors } = await execute({ ...args, rootValue: event, contextValue });
      const answer = errors ? { data, errors: errors.map((error) => gate.mask(error, requestId)) } : { data };
      return { value: answer as ExecutionResult, done: false };
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Several errors at once. */
class Refusal extends Error {
  constructor(readonly errors: GraphQLError[]) {
    super();
  }
}

function refuseAny(errors: readonly GraphQLError[], code: string | null): void {
  if (errors.length === 0) return;
  if (code === null) throw new Refusal([...errors]);
  throw new Refusal(errors.map((error) => withCode(error, code)));
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, originalError, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, originalError, extensions: { ...extensions, code } });
}

interface Params {
  query: string;
  operationName: string | null;
  variables: Record<string, unknown> | null;
}

function readParams(params: unknown): Params {
  const { query, operationName = null, variables = null } = isObject(params) ? params : {};
  if (typeof query !== "string") throw badUserInput("query", "query must be a text: the subscription.");
  if (operationName !== null && typeof operationName !== "string") {
    throw badUserInput("operationName", "operationName must be a text.");
  }
  if (variables !== null && !isObject(variables)) throw badUserInput("variables", "variables must be an object.");
  return { query, operationName, variables };
}

function parseQuery(query: string, gate: Gate): DocumentNode {
  try {
    return parse(query, gate.parseOptions);
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, "GRAPHQL_PARSE_FAILED") : error;
  }
}

function pickOperation(document: DocumentNode, operationName: string | null) {
  const definition = getOperationAST(document, operationName);
  if (!definition) {
    const message = operationName
      ? `Unknown operation named "${operationName}".`
      : "Must provide operation name if query contains multiple operations.";
    throw badUserInput("operationName", message);
  }
  if (definition.operation !== "subscription") {
    throw badUserInput("query", "Only subscriptions are taken here; send queries and mutations by POST to /graphql.");
  }
  return definition;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStream(result: object): result is AsyncIterableIterator<unknown> {
  return Symbol.asyncIterator in result;
}
