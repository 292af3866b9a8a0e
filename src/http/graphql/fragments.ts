import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type SelectionSetNode,
} from "graphql";

/** The definition of a fragment of a valid document, by its name. */
export function definitionOf(document: DocumentNode, name: string): FragmentDefinitionNode {
  const isNamed = (node: DefinitionNode): node is FragmentDefinitionNode =>
    node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name;
  return document.definitions.find(isNamed)!;
}

/** The selections of a fragment that is spread in a valid document. */
export function selectionsOf(
  document: DocumentNode,
  spread: InlineFragmentNode | FragmentSpreadNode,
): SelectionSetNode {
  return spread.kind === Kind.INLINE_FRAGMENT
    ? spread.selectionSet
    : definitionOf(document, spread.name.value).selectionSet;
}
