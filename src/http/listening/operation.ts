import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { badUserInput } from "../../errors";
import type { Gate } from "../../gate/gate";
import { createDocumentStore } from "../documents";

/** A valid subscription with good variables. */
export interface SubscriptionOperation {
  document: DocumentNode;
  operationName: string | null;
  variables: Record<string, unknown> | null;
}

/** Why an operation is refused: one reason or several. */
export class Refusal extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super();
  }
}

export interface ReaderOptions {
  schema: GraphQLSchema;
  gate: Gate;
  introspection: boolean;
}

/** Reads what a client asks to subscribe to, by the rules of queries over HTTP; throws an error or a Refusal. */
export function createOperationReader({ schema, gate, introspection }: ReaderOptions) {
  const rules = [...specifiedRules, ...gate.validationRules];
  if (!introspection) rules.push(NoSchemaIntrospectionCustomRule);
  // Thousands listen with the same few documents: each is parsed once, and held in memory once.
  const documents = createDocumentStore();

  async function readDocument(query: string): Promise<DocumentNode> {
    const known = await documents.get(query);
    if (known) return known;
    const document = parseQuery(query, gate);
    const errors = validate(schema, document, rules, gate.validationOptions);
    if (errors.length > 0) throw new Refusal(errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")));
    await documents.set(query, document);
    return document;
  }

  return async (params: unknown): Promise<SubscriptionOperation> => {
    const { query, operationName, variables } = readParams(params);
    const document = await readDocument(query);
    const { variableDefinitions = [] } = pickOperation(document, operationName);
    const { maxCoercionErrors: maxErrors } = gate.executionOptions;
    const { errors = [] } = getVariableValues(schema, variableDefinitions, variables ?? {}, { maxErrors });
    if (errors.length > 0) throw new Refusal(errors);
    return { document, operationName, variables };
  };
}

function readParams(params: unknown) {
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
    const message =
      operationName === null
        ? "Must provide operation name if query contains multiple operations."
        : `Unknown operation named "${operationName}".`;
    throw badUserInput("operationName", message);
  }
  if (definition.operation !== "subscription") {
    throw badUserInput("query", "Only subscriptions are taken here; send queries and mutations by POST to /graphql.");
  }
  return definition;
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, originalError, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, originalError, extensions: { ...extensions, code } });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
