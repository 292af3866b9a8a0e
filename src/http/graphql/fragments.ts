import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type SelectionSetNode,
} from "graphql";

/** The selections of a fragment that is spread in a valid document. */
export function selectionsOf(
  document: DocumentNode,
  spread: InlineFragmentNode | FragmentSpreadNode,
): SelectionSetNode {
  if (spread.kind === Kind.INLINE_FRAGMENT) return spread.selectionSet;
  const isNamed = (node: DefinitionNode): node is FragmentDefinitionNode =>
    node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === spread.name.value;
  return document.definitions.find(isNamed)!.selectionSet;
}
