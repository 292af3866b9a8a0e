import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { definitionOf, selectionsOf } from "./fragments";
import { marksOf, PART } from "./parts";

/** Fewer fields without fields of their own are written one by one as fast. */
const LEAST_FIELDS = 2;

/**
 * The document of one query in which fields of content that stand side by side are one part; null where there are none. Its
 * fragments are written out, and fields that are selected twice are merged, as execution does (GraphQL, 6.3.2).
 */
export function documentWithParts(
  schema: GraphQLSchema,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
): DocumentNode | null {
  if (namesPart(document)) return null;
  let count = 0;

  function rewrite(type: GraphQLObjectType, set: SelectionSetNode): SelectionSetNode {
    const { hasParts } = marksOf(type);
    const selections: FieldNode[] = [];
    let run: FieldNode[] = [];
    const endRun = () => {
      if (isLongEnough(run)) selections.push(partOf(run, count++));
      else selections.push(...run);
      run = [];
    };
    for (const field of merge(type, set)) {
      const content = hasParts ? contentOf(type, field) : null;
      if (content) {
        run.push(content);
      } else {
        endRun();
        selections.push(rewriteBelow(type, field));
      }
    }
    endRun();
    return { kind: Kind.SELECTION_SET, selections };
  }

  function rewriteBelow(type: GraphQLObjectType, field: FieldNode): FieldNode {
    const inner = typeOf(type, field);
    return field.selectionSet && isObjectType(inner)
      ? { ...field, selectionSet: rewrite(inner, field.selectionSet) }
      : field;
  }

  /** A field, with all below it, without fragments; null if any of it is not content. */
  function contentOf(type: GraphQLObjectType, field: FieldNode): FieldNode | null {
    if (field.name.value === "__typename") return field;
    if (!marksOf(fieldOf(type, field)!).isContent || hasVariables(field)) return null;
    if (!field.selectionSet) return field;
    const inner = typeOf(type, field);
    if (!isObjectType(inner)) return null;
    const below = merge(inner, field.selectionSet).map((each) => contentOf(inner, each));
    const selections = below.filter((each) => each !== null);
    return selections.length < below.length
      ? null
      : { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } };
  }

  /** The fields of an object, each once, in the order of the response. */
  function merge(type: GraphQLObjectType, set: SelectionSetNode): FieldNode[] {
    const fields = new Map<string, FieldNode>();
    const collect = (selection: SelectionNode): void => {
      if (selection.kind !== Kind.FIELD) {
        if (applies(type, selection)) selectionsOf(document, selection).selections.forEach(collect);
        return;
      }
      const name = selection.alias?.value ?? selection.name.value;
      const before = fields.get(name);
      fields.set(name, before ? join(before, selection) : selection);
    };
    set.selections.forEach(collect);
    return [...fields.values()];
  }

  function applies(type: GraphQLObjectType, fragment: Exclude<SelectionNode, FieldNode>): boolean {
    const { typeCondition } =
      fragment.kind === Kind.INLINE_FRAGMENT ? fragment : definitionOf(document, fragment.name.value);
    const named = typeCondition && schema.getType(typeCondition.name.value);
    return !named || named.name === type.name || (isAbstractType(named) && schema.isSubType(named, type));
  }

  const root = schema.getRootType(operation.operation)!;
  const rewritten: OperationDefinitionNode = { ...operation, selectionSet: rewrite(root, operation.selectionSet) };
  // Below a field of an abstract type fragments stay as they are.
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return count > 0 ? { kind: Kind.DOCUMENT, definitions: [rewritten, ...fragments] } : null;
}

/** Whether a client has chosen a name that would stand for a part. */
function namesPart(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field: ({ alias }) => {
      found ||= alias?.value.startsWith(PART) === true;
    },
  });
  return found;
}

function join(one: FieldNode, other: FieldNode): FieldNode {
  if (!one.selectionSet || !other.selectionSet) return one;
  const selections = [...one.selectionSet.selections, ...other.selectionSet.selections];
  return { ...one, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

function fieldOf(type: GraphQLObjectType, { name }: FieldNode): GraphQLField<unknown, unknown> | undefined {
  return type.getFields()[name.value];
}

function typeOf(type: GraphQLObjectType, field: FieldNode) {
  return getNamedType(fieldOf(type, field)?.type);
}

function hasVariables({ arguments: given = [] }: FieldNode): boolean {
  return given.some((argument) => print(argument.value).includes("$"));
}

function isLongEnough(run: readonly FieldNode[]): boolean {
  return run.length >= LEAST_FIELDS || run.some(({ selectionSet }) => selectionSet !== undefined);
}

function partOf(run: FieldNode[], number: number): FieldNode {
  const alias = `${PART}${number}`;
  const of = print({ kind: Kind.SELECTION_SET, selections: run });
  const argument = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: "of" },
    value: { kind: Kind.STRING, value: of },
  } as const;
  return {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: alias },
    name: { kind: Kind.NAME, value: PART },
    arguments: [argument],
  };
}
