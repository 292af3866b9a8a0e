import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  specifiedRules,
  validate,
} from "graphql";
import type { Admission } from "../../admission/admission";

/** The errors for which a document or an operation is refused. */
export class Refusal extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super();
  }
}

export interface ReaderOptions {
  schema: GraphQLSchema;
  admission: Pick<Admission, "parseOptions" | "validationRules" | "validationOptions">;
  introspection: boolean;
}

/** Parses and validates a text by the rules that hold for every document; throws a GraphQLError or a Refusal. */
export type ReadDocument = (text: string) => DocumentNode;

export function createDocumentReader({ schema, admission, introspection }: ReaderOptions): ReadDocument {
  const rules = [...specifiedRules, ...admission.validationRules];
  if (!introspection) rules.push(NoSchemaIntrospectionCustomRule);
  return (text) => {
    const document = parseText(text, admission);
    // Before `validate`: graphql-js' rule of a single root field throws at some of these.
    refuseConditions(document);
    const errors = validate(schema, document, rules, admission.validationOptions);
    if (errors.length > 0) throw new Refusal(errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")));
    return document;
  };
}

function parseText(text: string, { parseOptions }: ReaderOptions["admission"]): DocumentNode {
  try {
    return parse(text, parseOptions);
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

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, originalError, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, originalError, extensions: { ...extensions, code } });
}
