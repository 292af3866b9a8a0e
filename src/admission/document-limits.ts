import {
  type ASTNode,
  type ASTVisitor,
  type FieldNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from "graphql";
import type { Limits } from "../config/limits";

/** Validation rules that limit a document's size and shape. The parser limits its tokens, `admit` its cost. */
export function documentRules(limits: Limits): ValidationRule[] {
  return [
    (context) => {
      const count = countUpTo(limits.MAX_DEFINITIONS, "definitions", context);
      return { OperationDefinition: count, FragmentDefinition: count };
    },
    (context) => ({ Directive: countUpTo(limits.MAX_DIRECTIVES, "directives", context) }),
    (context) => {
      const count = countUpTo(limits.MAX_ALIASES, "aliases", context);
      return { Field: (field) => (field.alias ? count(field) : undefined) };
    },
    (context) => ({ OperationDefinition: (operation) => checkRootFields(operation, limits, context) }),
    (context) => ({ OperationDefinition: (operation) => checkDepth(operation, limits, context) }),
  ] satisfies ((context: ValidationContext) => ASTVisitor)[];
}

/** Counts nodes in the document's order, and reports the first one beyond the limit. */
function countUpTo(limit: number, things: string, context: ValidationContext): (node: ASTNode) => void {
  let found = 0;
  return (node) => {
    if (++found === limit + 1) refuse(context, node, `${limit} ${things}`, limit);
  };
}

function checkRootFields(node: OperationDefinitionNode, limits: Limits, context: ValidationContext): void {
  const limit = node.operation === "mutation" ? limits.MAX_MUTATION_FIELDS : limits.MAX_ROOT_FIELDS;
  const count = measure(context, sum, () => 1)(node.selectionSet);
  if (count > limit) refuse(context, node, `${limit} root fields in a ${node.operation}`, limit);
}

function checkDepth(operation: OperationDefinitionNode, limits: Limits, context: ValidationContext): void {
  const depth = measure(context, Math.max, (field, below) => 1 + below(field.selectionSet));
  const ofData = measure(context, Math.max, (field, below) =>
    /^__(schema|type)$/.test(field.name.value) ? 0 : 1 + below(field.selectionSet),
  );
  const { MAX_DEPTH, MAX_INTROSPECTION_DEPTH } = limits;
  if (ofData(operation.selectionSet) > MAX_DEPTH) {
    refuse(context, operation, `${MAX_DEPTH} levels of fields`, MAX_DEPTH);
  } else if (depth(operation.selectionSet) > Math.max(MAX_DEPTH, MAX_INTROSPECTION_DEPTH)) {
    refuse(context, operation, `${MAX_INTROSPECTION_DEPTH} levels of introspection`, MAX_INTROSPECTION_DEPTH);
  }
}

type Measure = (set: SelectionSetNode | undefined) => number;

/**
 * Measures selections including those of fragments. A fragment is measured once, however often it is spread, so a chain of
 * fragments that doubles at each link takes only time linear in its length. One that spreads itself counts 0: another rule
 * refuses it.
 */
function measure(
  context: ValidationContext,
  combine: (a: number, b: number) => number,
  ofField: (field: FieldNode, below: Measure) => number,
): Measure {
  const fragments = new Map<string, number>();
  const ofSet: Measure = (set) => (set?.selections ?? []).map(ofSelection).reduce((a, b) => combine(a, b), 0);
  const ofSelection = (selection: SelectionNode): number => {
    if (selection.kind === Kind.FIELD) return ofField(selection, ofSet);
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSet(selection.selectionSet);
    const name = selection.name.value;
    if (!fragments.has(name)) {
      fragments.set(name, 0);
      fragments.set(name, ofSet(context.getFragment(name)?.selectionSet));
    }
    return fragments.get(name)!;
  };
  return ofSet;
}

function sum(a: number, b: number): number {
  return a + b;
}

function refuse(context: ValidationContext, node: ASTNode, atMost: string, limit: number): void {
  context.reportError(
    new GraphQLError(`A document may have at most ${atMost}.`, { nodes: node, extensions: { limit } }),
  );
}
