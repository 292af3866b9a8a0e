import {
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type ParseOptions,
  type ValidationRule,
} from "graphql";
import { rateLimited } from "../errors";
import type { Limits } from "../limits";
import type { Log } from "../log";
import { costOf, type Operation, tooComplex } from "./cost";
import { retryAfter } from "./counters";
import { documentRules } from "./document-rules";
import { rememberCosts } from "./known-costs";
import { mask } from "./mask";
import type { Allowance, RateLimiter, Spender } from "./rate-limiter";

/** What an operation costs, and where that leaves who asked. */
export interface Admission extends Allowance {
  cost: number;
}

/**
 * The one way in, whatever the transport: parse with `parseOptions`, validate with `validationRules`, `admit`, execute
 * with `executionOptions`, and `mask` every error of the answer.
 */
export interface Gate {
  parseOptions: ParseOptions;
  validationRules: ValidationRule[];
  validationOptions: { maxErrors: number };
  executionOptions: { maxCoercionErrors: number };
  /**
   * Weighs a valid operation and spends its points; throws QUERY_TOO_COMPLEX or RATE_LIMITED. Whether its variables are good
   * is looked up, unless that is known.
   */
  admit(operation: Operation, spender: Spender, isGood?: boolean): Promise<Admission>;
  /** The points of a subscription's each event; the subscription itself was admitted. */
  eventCost(operation: Operation): number;
  /** Spends points for what is not executed, one for what came to nothing; throws RATE_LIMITED when they are not left. */
  charge(spender: Spender, points?: number): Promise<Allowance>;
  /** A `requestId` that is not known here is null in the answer, for the transport to fill in. */
  mask(error: GraphQLError, requestId: string | null): GraphQLFormattedError;
}

export interface GateOptions {
  schema: GraphQLSchema;
  limits: Limits;
  rateLimiter: RateLimiter;
  /** Without introspection, no answer suggests the name of anything. */
  introspection: boolean;
  log: Log;
}

export function createGate({ schema, limits, rateLimiter, introspection, log }: GateOptions): Gate {
  const spend = async (spender: Spender, points: number) => {
    const allowance = await rateLimiter.spend(spender, points);
    if (!allowance.granted) throw beyondLimit(allowance, points);
    return allowance;
  };
  const cost = rememberCosts((operation) => costWithin(schema, operation, limits.MAX_COST));
  return {
    parseOptions: { maxTokens: limits.MAX_TOKENS },
    validationRules: documentRules(limits),
    // graphql-js adds one error of its own that says that there are more.
    validationOptions: { maxErrors: limits.MAX_ERRORS - 1 },
    executionOptions: { maxCoercionErrors: limits.MAX_ERRORS - 1 },
    async admit(operation, spender, isGood = canBeExecuted(schema, operation)) {
      const points = isGood ? Math.max(1, cost(operation)) : 1;
      const { limit, used, remaining, resetAt } = await spend(spender, points);
      return { cost: points, limit, used, remaining, resetAt };
    },
    eventCost: (operation) => Math.max(1, cost(operation)),
    charge: (spender, points = 1) => spend(spender, points),
    mask(error, requestId) {
      const masked = mask(error, requestId, log);
      return introspection ? masked : { ...masked, message: masked.message.replace(/ ?Did you mean .*\?/s, "") };
    },
  };
}

/** Whether an operation can be executed with its variables. */
function canBeExecuted(schema: GraphQLSchema, { document, operationName, variables }: Operation): boolean {
  const definition = getOperationAST(document, operationName);
  if (!definition) return false;
  // One error is enough to know: thousands would take seconds.
  return !getVariableValues(schema, definition.variableDefinitions ?? [], variables ?? {}, { maxErrors: 1 }).errors;
}

/** The cost of a good operation; throws QUERY_TOO_COMPLEX beyond the limit. */
function costWithin(schema: GraphQLSchema, operation: Operation, limit: number): number {
  let cost: number;
  try {
    cost = costOf(schema, operation, limit);
  } catch (error) {
    // More fields than points are too many; what cannot be weighed for another reason is not executed either.
    const isTooMany = error instanceof GraphQLError && error.message.includes("maximum allowed number of nodes");
    throw isTooMany ? tooComplex(null, limit) : error;
  }
  if (cost > limit) throw tooComplex(cost, limit);
  return cost;
}

function beyondLimit({ limit, remaining, resetAt }: Allowance, cost: number): GraphQLError {
  const seconds = retryAfter({ resetAt });
  const message = `The limit of ${limit} points a minute does not leave the ${cost} that this costs; try again in ${seconds} s.`;
  return rateLimited(message, seconds, { limit, remaining, cost });
}
