import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  specifiedRules,
  validate,
} from "graphql";
import { badUserInput } from "../../errors";
import type { Gate } from "../../gate/gate";
import { isObject } from "../../json";
import type { Caller } from "../../turns";
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

  async function readDocument(query: string, caller: Caller): Promise<DocumentNode> {
    const known = await documents.get(query);
    if (known) return known;
    await gate.read(caller);
    const document = parseQuery(query, gate);
    // The rule that a subscription has one root field throws at some of these.
    refuseConditions(document);
    const errors = validate(schema, document, rules, gate.validationOptions);
    if (errors.length > 0) throw new Refusal(errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")));
    await documents.set(query, document);
    return document;
  }

  return async (params: unknown, caller: Caller): Promise<SubscriptionOperation> => {
    const { query, operationName, variables } = readParams(params);
    const document = await readDocument(query, caller);
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

/** GraphQL, 5.2.4.1: a subscription's root field may not depend on a condition. */
function refuseConditions(document: DocumentNode): void {
  const isCondition = ({ name }: DirectiveNode) => name.value === "skip" || name.value === "include";
  const errors = document.definitions.flatMap((definition) => {
    const isRoot = definition.kind === Kind.OPERATION_DEFINITION && definition.operation === "subscription";
    if (!isRoot && !isOnSubscription(definition)) return [];
    const nodes = rootSelections(definition.selectionSet).filter(({ directives = [] }) => directives.some(isCondition));
    const message = "The root field of a subscription takes no @skip or @include.";
    return nodes.length > 0 ? [withCode(new GraphQLError(message, { nodes }), "GRAPHQL_VALIDATION_FAILED")] : [];
  });
  if (errors.length > 0) throw new Refusal(errors);
}

function isOnSubscription(definition: DefinitionNode): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION && definition.typeCondition.name.value === "Subscription";
}

/** The selections of a set, those within inline fragments too. */
function rootSelections({ selections }: SelectionSetNode): SelectionNode[] {
  return selections.flatMap((selection) =>
    selection.kind === Kind.INLINE_FRAGMENT ? [selection, ...rootSelections(selection.selectionSet)] : [selection],
  );
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
