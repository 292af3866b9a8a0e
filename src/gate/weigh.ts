import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLDirective,
  GraphQLError,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from "graphql";

/** Names that fields have by their extension `asks`, and that whatever holds them is told of. */
type Asked = ReadonlySet<string>;

/** A field of a document, with what is below it weighed already. */
export interface WeighedField {
  type: GraphQLCompositeType;
  field: GraphQLField<unknown, unknown>;
  node: FieldNode;
  args: Record<string, unknown>;
  /** The points of what is selected below. */
  childComplexity: number;
  /** The arguments of the fields above, nearest first. */
  above: readonly Record<string, unknown>[];
  /** What is selected below that the field itself has to work for, such as a list for its size. */
  asked: Asked;
}

export interface Weighing {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Record<string, unknown>;
  /** Fields and fragments that are looked at, at most: fragments that are spread again and again multiply. */
  maxSelections: number;
  priceOf: (field: WeighedField) => number;
}

/** There are more selections than may be looked at. */
export class TooManySelections extends Error {}

interface Weight {
  points: number;
  asked: Asked;
}

const NOTHING: Weight = { points: 0, asked: new Set() };

/**
 * The points of a valid operation's fields. Of an interface, the dearest of its types counts. A field whose argument is
 * not good costs nothing: it fails where it stands, and the others are executed.
 */
export function weigh(operation: OperationDefinitionNode, weighing: Weighing): number {
  const { schema, fragments, variables, priceOf } = weighing;
  let left = weighing.maxSelections;

  function ofSet(set: SelectionSetNode | undefined, type: GraphQLCompositeType, above: WeighedField["above"]): Weight {
    const points = new Map<string, number>();
    const asked = new Set<string>();
    for (const selection of set?.selections ?? []) {
      if (--left < 0) throw new TooManySelections();
      if (!isIncluded(selection, variables)) continue;
      const [on, weight] = ofSelection(selection, type, above);
      for (const name of possibleTypes(on)) points.set(name, (points.get(name) ?? 0) + weight.points);
      for (const name of weight.asked) asked.add(name);
    }
    return { points: Math.max(0, ...points.values()), asked };
  }

  function ofSelection(
    selection: SelectionNode,
    type: GraphQLCompositeType,
    above: WeighedField["above"],
  ): [GraphQLCompositeType, Weight] {
    if (selection.kind === Kind.FIELD) return [type, ofField(selection, type, above)];
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    const on = fragment?.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
    return isCompositeType(on) ? [on, ofSet(fragment?.selectionSet, on, above)] : [type, NOTHING];
  }

  function ofField(node: FieldNode, type: GraphQLCompositeType, above: WeighedField["above"]): Weight {
    const field = fieldOf(type, node.name.value);
    const args = field && argumentsOf(field, node, variables);
    if (!field || !args) return NOTHING;
    const below = getNamedType(field.type);
    const { points: childComplexity, asked } = isCompositeType(below)
      ? ofSet(node.selectionSet, below, [args, ...above])
      : NOTHING;
    const points = priceOf({ type, field, node, args, above, childComplexity, asked });
    const { asks } = field.extensions;
    if (asks === undefined) return { points, asked: NOTHING.asked };
    // What stands below is asked of the field above, too.
    return { points, asked: asks === true ? asked : new Set([String(asks)]) };
  }

  function possibleTypes(type: GraphQLCompositeType): string[] {
    return isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name];
  }

  const root = schema.getRootType(operation.operation);
  return root ? ofSet(operation.selectionSet, root, []).points : 0;
}

function fieldOf(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  const meta = [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].find((each) => each.name === name);
  if (meta) return meta;
  return isObjectType(type) || "getFields" in type ? type.getFields()[name] : undefined;
}

function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Record<string, unknown>,
): Record<string, unknown> | null {
  try {
    return getArgumentValues(field, node, variables);
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

/** Throws for a condition that is not good, by which the whole operation fails. */
function isIncluded(selection: SelectionNode, variables: Record<string, unknown>): boolean {
  const isIf = (directive: GraphQLDirective) => getDirectiveValues(directive, selection, variables)?.if;
  return isIf(GraphQLIncludeDirective) !== false && isIf(GraphQLSkipDirective) !== true;
}
