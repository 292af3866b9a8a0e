import { type DocumentNode, type GraphQLSchema, getOperationAST, getVariableValues } from "graphql";
import type { Admission } from "../../admission/admission";
import type { Turn } from "../../async/turns";
import { badUserInput } from "../../graphql/errors";
import { isObject } from "../../graphql/json";
import { createDocumentCache } from "../graphql/document-cache";
import { createDocumentReader, Refusal } from "../graphql/document-reader";
import { readParameters } from "../graphql/parameters";
import type { HttpContext } from "../server-options";
import type { TrustedDocuments } from "../trusted-documents/trusted-documents";

/** A valid subscription with valid variables. */
export interface SubscriptionOperation {
  document: DocumentNode;
  operationName: string | null;
  variables: Record<string, unknown>;
}

export interface ParserOptions {
  schema: GraphQLSchema;
  admission: Admission;
  introspection: boolean;
  trustedDocuments: TrustedDocuments;
}

/** Parses and validates a subscription by the rules of queries over HTTP; throws a GraphQLError or a Refusal. */
export function createOperationParser(options: ParserOptions) {
  const { schema, admission, trustedDocuments } = options;
  const parse = createDocumentReader(options);
  // Thousands of listeners use the same few documents: each is parsed and held in memory only once.
  const documents = createDocumentCache();

  async function readDocument(query: string, turn: Turn): Promise<DocumentNode> {
    const known = trustedDocuments.byText(query) ?? (await documents.get(query));
    if (known) return known;
    await admission.waitToParse(turn);
    const document = parse(query);
    await documents.set(query, document);
    return document;
  }

  return async (params: unknown, listener: HttpContext): Promise<SubscriptionOperation> => {
    const asked = readParameters(isObject(params) ? params : {});
    const { query, operationName, variables } = trustedDocuments.resolve(asked, listener);
    if (query === null) throw badUserInput("query", "query must be a string: the subscription.");
    const document = await readDocument(query, listener.turn);
    const { variableDefinitions = [] } = pickOperation(document, operationName);
    const { maxCoercionErrors: maxErrors } = admission.executionOptions;
    const { errors = [] } = getVariableValues(schema, variableDefinitions, variables, { maxErrors });
    if (errors.length > 0) throw new Refusal(errors);
    return { document, operationName, variables };
  };
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
