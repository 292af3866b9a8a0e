import {
  type GraphQLError,
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
import type { Caller } from "../turns";
import { eventCost, fieldsCost, type Operation, tooComplex } from "./cost";
import { retryAfter } from "./counters";
import { documentCost, OPERATION_COST, REFUSAL_COST, tokensIn, tokensOf } from "./document-cost";
import { documentRules } from "./document-rules";
import { rememberCosts } from "./known-costs";
import { mask } from "./mask";
import type { Allowance, RateLimiter, Spender } from "./rate-limiter";
import { createShares } from "./shares";

/** What an operation costs, and where that leaves who asked. */
export interface Admission extends Allowance {
  cost: number;
}

/** Who is let in: whose points are spent, and whose turn is taken. */
export interface Asker {
  spender: Spender;
  caller: OperationCaller;
}

/** One operation's; the same object wherever a context is copied, as Apollo Server does. */
export interface OperationCaller extends Caller {
  /** There when the operation was let in. To be called when it is over, however it ends: the next one may wait for that. */
  leave?: () => void;
}

/**
 * The one way in, whatever the transport: wait to `read`, parse with `parseOptions`, validate with `validationRules`,
 * `admit`, execute with `executionOptions`, and `mask` every error of the answer.
 */
export interface Gate {
  parseOptions: ParseOptions;
  validationRules: ValidationRule[];
  validationOptions: { maxErrors: number };
  executionOptions: { maxCoercionErrors: number };
  /**
   * Weighs a valid operation, waits while the caller has as much under way as one may have, and spends its points; throws
   * QUERY_TOO_COMPLEX or RATE_LIMITED. Whether its variables are good is looked up, unless that is known.
   */
  admit(operation: Operation, asker: Asker, isGood?: boolean): Promise<Admission>;
  /** The points of a subscription's each event; the subscription itself was admitted. */
  eventCost(operation: Operation): number;
  /** Waits for the caller's turn to have a document read that is not known yet: call it right before. */
  read(caller: Caller): Promise<void>;
  /** Spends points for what is not executed, at least those of any operation; throws RATE_LIMITED when they are not left. */
  charge(spender: Spender, points?: number): Promise<Allowance>;
  /** Spends the points of an operation that is refused: it had to be read, parsed and checked to find that out. */
  chargeRefused(spender: Spender, asked: { query?: unknown; variables?: unknown }): Promise<Allowance>;
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
  const shares = createShares(limits);
  const cost = rememberCosts((operation) => fieldsCost(schema, operation, limits.MAX_COST));
  const costOfEvent = rememberCosts((operation) => eventCost(schema, operation, limits.MAX_COST));
  return {
    parseOptions: { maxTokens: limits.MAX_TOKENS },
    validationRules: documentRules(limits),
    // graphql-js adds one error of its own that says that there are more.
    validationOptions: { maxErrors: limits.MAX_ERRORS - 1 },
    executionOptions: { maxCoercionErrors: limits.MAX_ERRORS - 1 },
    async admit(operation, { spender, caller }, isGood = canBeExecuted(schema, operation)) {
      const ofDocument = documentCost(tokensOf(operation.document), operation.variables);
      const points = ofDocument + (isGood ? cost(operation) : 0);
      if (points > limits.MAX_COST) throw tooComplex(points, limits.MAX_COST);
      const leave = await shares.enter(caller, points);
      try {
        const { limit, used, remaining, resetAt } = await spend(spender, points);
        caller.leave = leave;
        return { cost: points, limit, used, remaining, resetAt };
      } catch (error) {
        leave();
        throw error;
      }
    },
    read: (caller) => shares.read(caller),
    eventCost: costOfEvent,
    charge: (spender, points = OPERATION_COST) => spend(spender, points),
    chargeRefused(spender, { query, variables }) {
      const tokens = typeof query === "string" ? tokensIn(query, limits.MAX_TOKENS) : 0;
      return spend(spender, Math.min(REFUSAL_COST + documentCost(tokens, variables), limits.MAX_COST));
    },
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

function beyondLimit({ limit, remaining, resetAt }: Allowance, cost: number): GraphQLError {
  const seconds = retryAfter({ resetAt });
  const message = `The limit of ${limit} points a minute does not leave the ${cost} that this costs; try again in ${seconds} s.`;
  return rateLimited(message, seconds, { limit, remaining, cost });
}
