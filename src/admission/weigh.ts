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

/**
 * Work that selected fields cause in the field above them, by the names in `ASKS`. `totalCount`, for example, has
 * `@Extensions({ asks: "size" })`: its list is counted, too. `asks: true`, as of `pageInfo`, passes on the names from below.
 */
type Asked = ReadonlySet<string>;

/** A field of a document whose selections below are already weighed. */
export interface WeighedField {
  type: GraphQLCompositeType;
  field: GraphQLField<unknown, unknown>;
  node: FieldNode;
  args: Record<string, unknown>;
  /** The points of the selections below. */
  childComplexity: number;
  /** The arguments of the fields above, nearest first. */
  above: readonly Record<string, unknown>[];
  /** Selections below that cause work of the field itself, such as the size of a list. */
  asked: Asked;
}

export interface Weighing {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Record<string, unknown>;
  /** Most fields and fragments that are visited: nested spreads of fragments multiply. */
  maxSelections: number;
  costOf: (field: WeighedField) => number;
}

/** Thrown when there are more selections than may be visited. */
export class TooManySelections extends Error {}

interface Weight {
  points: number;
  asked: Asked;
}

const NOTHING: Weight = { points: 0, asked: new Set() };

/**
 * The points of a valid operation's fields. For an interface, the most expensive of its types counts. A field with an
 * invalid argument costs nothing: it fails alone, and the others are executed. Throws TooManySelections.
 */
export function weigh(operation: OperationDefinitionNode, weighing: Weighing): number {
  const { schema, fragments, variables, costOf } = weighing;
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
    const points = costOf({ type, field, node, args, above, childComplexity, asked });
    const { asks } = field.extensions;
    if (asks === undefined) return { points, asked: NOTHING.asked };
    // The names below are passed to the field above, too.
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

/** Throws for an invalid condition, which fails the whole operation. */
function isIncluded(selection: SelectionNode, variables: Record<string, unknown>): boolean {
  const isIf = (directive: GraphQLDirective) => getDirectiveValues(directive, selection, variables)?.if;
  return isIf(GraphQLIncludeDirective) !== false && isIf(GraphQLSkipDirective) !== true;
}
