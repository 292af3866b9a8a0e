import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  type ParseOptions,
  type ValidationRule,
} from "graphql";
import type { Turn } from "../async/turns";
import type { Limits } from "../config/limits";
import { asGraphQLError, rateLimited, tooComplex } from "../graphql/errors";
import { documentCost, OPERATION_COST, REFUSAL_COST, tokensIn, tokensOf } from "./document-cost";
import { documentRules } from "./document-limits";
import { eventCost, fieldsCost, memoizeByDocument, memoizeCosts, type Operation } from "./query-cost";
import type { Allowance, Caller, RateLimiter } from "./rate-limiter";
import { createShares } from "./shares";
import { retryAfter } from "./usage-counter";

/** The cost of an admitted operation, and its caller's points after it. */
export interface Admitted extends Allowance {
  cost: number;
}

/** The caller whose points an operation consumes, and its turn. */
export interface AdmissionContext {
  caller: Caller;
  turn: OperationTurn;
}

/** The turn of one operation; copies of a context, as Apollo Server makes them, share this object. */
export interface OperationTurn extends Turn {
  /** Whether only queries may be executed: a GET is safe (RFC 9110, 9.2.1). */
  isSafe?: boolean;
  /** The operation, once it is known. */
  operation?: { document: DocumentNode; operation: OperationDefinitionNode | undefined; name: string | null };
  /** Called when the operation is admitted, and so no longer waits for the caller's other operations. */
  onAdmitted?: () => void;
  /** Set when the operation was admitted. */
  admitted?: Admitted;
  /** Authors that the citations of this execution have named. */
  namesCited?: number;
  /** Set when it was refused, which consumed points. */
  allowance?: Allowance;
  /** Set when the operation was admitted. Call it when the operation ends in any way: the next one may be waiting for it. */
  leave?: () => void;
}

/**
 * The admission of operations, the same for all transports: `waitToParse`, parse with `parseOptions`, validate with
 * `validationRules`, `admit`, and execute with `executionOptions`.
 */
export interface Admission {
  parseOptions: ParseOptions;
  validationRules: ValidationRule[];
  validationOptions: { maxErrors: number };
  executionOptions: { maxCoercionErrors: number };
  /**
   * Weighs a valid operation, waits while the caller's other operations use its whole share, and consumes its points; throws
   * QUERY_TOO_COMPLEX or RATE_LIMITED. `isGood` says whether its variables are valid; by default they are checked.
   */
  admit(operation: Operation, context: AdmissionContext, isGood?: boolean): Promise<Admitted>;
  /** The points of each event of an admitted subscription. */
  eventCost(operation: Operation): number;
  /** Waits for the caller's turn to parse a document that is not cached: call it right before. Throws RATE_LIMITED. */
  waitToParse(turn: Turn): Promise<void>;
  /** Consumes points without an operation, by default the least of any operation; throws RATE_LIMITED if they are not left. */
  consume(caller: Caller, points?: number): Promise<Allowance>;
  /**
   * Consumes points for an operation that was refused before it was admitted, as it was read, parsed and checked; gives the
   * errors that the caller is told. Without points left that is only RATE_LIMITED, with the operation's own cost if it was
   * refused for want of them.
   */
  consumeRefused(
    context: AdmissionContext,
    asked: { query?: unknown; variables?: unknown },
    errors: readonly GraphQLError[],
  ): Promise<readonly GraphQLError[]>;
}

export interface AdmissionOptions {
  schema: GraphQLSchema;
  limits: Limits;
  rateLimiter: RateLimiter;
}

export function createAdmission({ schema, limits, rateLimiter }: AdmissionOptions): Admission {
  const consume = async (caller: Caller, points: number) => {
    const allowance = await rateLimiter.consume(caller, points);
    if (!allowance.granted) throw beyondLimit(allowance, points);
    return allowance;
  };
  const shares = createShares(limits);
  const countTokens = memoizeByDocument(tokensOf);
  const cost = memoizeCosts((operation) => fieldsCost(schema, operation, limits.MAX_COST));
  const costOfEvent = memoizeCosts((operation) => eventCost(schema, operation, limits.MAX_COST));
  return {
    parseOptions: { maxTokens: limits.MAX_TOKENS },
    validationRules: documentRules(limits),
    // graphql-js adds an error that says that there are more.
    validationOptions: { maxErrors: limits.MAX_ERRORS - 1 },
    executionOptions: { maxCoercionErrors: limits.MAX_ERRORS - 1 },
    async admit(operation, { caller, turn }, isGood = canBeExecuted(schema, operation)) {
      const ofDocument = documentCost(countTokens(operation.document), operation.variables);
      const points = ofDocument + (isGood ? cost(operation) : 0);
      if (points > limits.MAX_COST) throw tooComplex(points, limits.MAX_COST);
      const leave = await shares.enter(turn, points);
      try {
        const { limit, used, remaining, resetAt } = await consume(caller, points);
        turn.leave = leave;
        turn.admitted = { cost: points, limit, used, remaining, resetAt };
        turn.onAdmitted?.();
        return turn.admitted;
      } catch (error) {
        leave();
        throw error;
      }
    },
    waitToParse: (turn) => shares.waitToParse(turn),
    eventCost: costOfEvent,
    consume: (caller, points = OPERATION_COST) => consume(caller, points),
    async consumeRefused({ caller, turn }, { query, variables }, errors) {
      if (turn.admitted) return errors;
      const tokens = typeof query === "string" ? tokensIn(query, limits.MAX_TOKENS) : 0;
      try {
        turn.allowance = await consume(
          caller,
          Math.min(REFUSAL_COST + documentCost(tokens, variables), limits.MAX_COST),
        );
        return errors;
      } catch (refusal) {
        return errors[0]?.extensions.code === "RATE_LIMITED" ? errors : [asGraphQLError(refusal)];
      }
    },
  };
}

/** Whether an operation exists and its variables are valid. */
function canBeExecuted(schema: GraphQLSchema, { document, operationName, variables }: Operation): boolean {
  const definition = getOperationAST(document, operationName);
  if (!definition) return false;
  // Stops at the first error: thousands would take seconds.
  return !getVariableValues(schema, definition.variableDefinitions ?? [], variables ?? {}, { maxErrors: 1 }).errors;
}

function beyondLimit({ limit, remaining, resetAt }: Allowance, cost: number): GraphQLError {
  const seconds = retryAfter({ resetAt });
  const message = `This costs ${cost} points, more than are left of ${limit} points a minute; try again in ${seconds} s.`;
  return rateLimited(message, seconds, { limit, remaining, cost });
}
