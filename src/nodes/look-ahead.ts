import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  Kind,
} from "graphql";
import { decodeNodeKey } from "./node-id";

/** A list that reads its rows when they are asked for, or before. */
interface Page {
  read(): unknown;
}

/** By type: the root field that finds one by its id, and the list below it that needs no more than that id. */
const LISTS = {
  Paper: { root: "paper", list: "upvoters" },
  Author: { root: "author", list: "papers" },
} as const;

/** Fields of a list that its rows are read for. */
const NEED_ROWS = new Set(["edges", "nodes"]);

type ReadList = (
  parent: { id: number },
  args: object,
  context: object,
  info: GraphQLResolveInfo,
) => Page | Promise<Page>;

/** The lists that a request has begun to read, by the fields that ask for them. */
type Begun = WeakMap<object, Map<FieldNode, unknown>>;

/**
 * Reads a list of a paper or author while that is looked up itself: the id is all that it needs, and a round to the
 * database is saved. For an id of nothing it is read in vain.
 */
export function lookAhead(schema: GraphQLSchema): void {
  const begun: Begun = new WeakMap();
  for (const [name, { root, list }] of Object.entries(LISTS)) {
    const type = schema.getType(name) as GraphQLObjectType;
    const listField = type.getFields()[list]!;
    const readList = listField.resolve! as ReadList;
    listField.resolve = (parent, args, context: object, info) =>
      begun.get(context)?.get(info.fieldNodes[0]!) ?? readList(parent, args, context, info);

    const rootField = schema.getQueryType()!.getFields()[root]!;
    const find = rootField.resolve!;
    rootField.resolve = (source, args, context: object, info) => {
      const id = typeof args.id === "string" ? decodeNodeKey(name as keyof typeof LISTS, args.id) : null;
      for (const node of nodesOf(info, list)) {
        if (id === null) break;
        const page = readAhead(() =>
          readList({ id }, getArgumentValues(listField, node, info.variableValues), context, info),
        );
        begun.set(context, (begun.get(context) ?? new Map()).set(node, page));
      }
      return find(source, args, context, info);
    };
  }
}

/** Begins to read a page. What is wrong with it is told where the list is asked for, if it comes to that. */
function readAhead(read: () => Page | Promise<Page>): Promise<Page> {
  const page = new Promise<Page>((resolve) => resolve(read()));
  page.then((each) => each.read()).catch(() => {});
  return page;
}

/** Where the selection of a field plainly asks for the rows of a list. Each is looked through once. */
const known = new WeakMap<FieldNode, FieldNode[]>();

function nodesOf({ fieldNodes: [field] }: GraphQLResolveInfo, list: string): FieldNode[] {
  let nodes = known.get(field!);
  if (!nodes) {
    nodes = (field!.selectionSet?.selections ?? []).filter(
      (node): node is FieldNode =>
        node.kind === Kind.FIELD &&
        node.name.value === list &&
        !node.directives?.length &&
        !!node.selectionSet?.selections.some((each) => each.kind === Kind.FIELD && NEED_ROWS.has(each.name.value)),
    );
    known.set(field!, nodes);
  }
  return nodes;
}
