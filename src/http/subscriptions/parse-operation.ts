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
import type { Admission } from "../../admission/admission";
import type { Turn } from "../../async/turns";
import { badUserInput } from "../../graphql/errors";
import { isObject } from "../../graphql/json";
import { createDocumentCache } from "../graphql/document-cache";
import { readParameters } from "../graphql/parameters";

/** A valid subscription with valid variables. */
export interface SubscriptionOperation {
  document: DocumentNode;
  operationName: string | null;
  variables: Record<string, unknown>;
}

/** The errors for which an operation is refused. */
export class Refusal extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super();
  }
}

export interface ParserOptions {
  schema: GraphQLSchema;
  admission: Admission;
  introspection: boolean;
}

/** Parses and validates a subscription by the rules of queries over HTTP; throws a GraphQLError or a Refusal. */
export function createOperationParser({ schema, admission, introspection }: ParserOptions) {
  const rules = [...specifiedRules, ...admission.validationRules];
  if (!introspection) rules.push(NoSchemaIntrospectionCustomRule);
  // Thousands of listeners use the same few documents: each is parsed and held in memory only once.
  const documents = createDocumentCache();

  async function readDocument(query: string, turn: Turn): Promise<DocumentNode> {
    const known = await documents.get(query);
    if (known) return known;
    await admission.waitToParse(turn);
    const document = parseQuery(query, admission);
    // Before `validate`: graphql-js' rule of a single root field throws at some of these.
    refuseConditions(document);
    const errors = validate(schema, document, rules, admission.validationOptions);
    if (errors.length > 0) throw new Refusal(errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")));
    await documents.set(query, document);
    return document;
  }

  return async (params: unknown, turn: Turn): Promise<SubscriptionOperation> => {
    const { query, operationName, variables } = readParameters(isObject(params) ? params : {});
    if (query === null) throw badUserInput("query", "query must be a string: the subscription.");
    const document = await readDocument(query, turn);
    const { variableDefinitions = [] } = pickOperation(document, operationName);
    const { maxCoercionErrors: maxErrors } = admission.executionOptions;
    const { errors = [] } = getVariableValues(schema, variableDefinitions, variables, { maxErrors });
    if (errors.length > 0) throw new Refusal(errors);
    return { document, operationName, variables };
  };
}

function parseQuery(query: string, admission: Admission): DocumentNode {
  try {
    return parse(query, admission.parseOptions);
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, "GRAPHQL_PARSE_FAILED") : error;
  }
}

/** GraphQL, 5.2.4.1: a subscription's root field must not have @skip or @include. */
function refuseConditions(document: DocumentNode): void {
  const isCondition = ({ name }: DirectiveNode) => name.value === "skip" || name.value === "include";
  const errors = document.definitions.flatMap((definition) => {
    const isRoot = definition.kind === Kind.OPERATION_DEFINITION && definition.operation === "subscription";
    if (!isRoot && !isOnSubscription(definition)) return [];
    const nodes = rootSelections(definition.selectionSet).filter(({ directives = [] }) => directives.some(isCondition));
    const message = "The root field of a subscription must not have @skip or @include.";
    return nodes.length > 0 ? [withCode(new GraphQLError(message, { nodes }), "GRAPHQL_VALIDATION_FAILED")] : [];
  });
  if (errors.length > 0) throw new Refusal(errors);
}

function isOnSubscription(definition: DefinitionNode): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION && definition.typeCondition.name.value === "Subscription";
}

/** The selections of a set, including those in inline fragments. */
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
    throw badUserInput("query", "Only subscriptions are served here; send queries and mutations by POST to /graphql.");
  }
  return definition;
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, originalError, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, originalError, extensions: { ...extensions, code } });
}
