import { type GraphQLSchema, isObjectType } from "graphql";
import { type ClassType, Extensions, Field, Int, ObjectType } from "type-graphql";
import { type MaybePromise, rejectInsteadOfThrow, whenKnown } from "../async/maybe-promise";
import { type Keyed, keysOf, type Order, oppositeOf, type PagePosition, Slice } from "../db/keyset";
import { encodeCursor } from "./cursor";
import { type PageArgs, positionOf } from "./page-args";
import { ASKS } from "./page-cost";

/** The source of a connection, read only when fields that need it are selected. */
export interface ListSource<Row> {
  order: Order;
  /** Identifies the list, its parent and its filter; cursors are bound to it. */
  binding: string;
  args: PageArgs;
  /** The rows at a position if they are in memory, as `fetch` would return them; else null. */
  recall?: (position: PagePosition) => Keyed<Row>[] | null;
  /** The rows at a position, and one beyond its limit, if there is one: it tells that the list goes on. */
  fetch: (slice: Slice, position: PagePosition) => Promise<Keyed<Row>[]>;
  count: () => MaybePromise<number>;
}

/** Makes the cursor of a row of its list. */
export interface CursorSource {
  cursor(row: Keyed<object>): string;
}

/** The lazily read page behind every connection. Invalid arguments throw at once. */
class LazyPage<Row extends object> {
  readonly position: PagePosition;
  private fetched?: MaybePromise<Keyed<Row>[]>;
  /** Rows on the other side of the cursor that was passed. */
  private opposite?: MaybePromise<Keyed<Row>[]>;
  private counted?: MaybePromise<number>;

  constructor(readonly source: ListSource<Row>) {
    this.position = positionOf(source.args, source.order, source.binding);
  }

  /** Calls `use` with the page's rows, in list order: synchronously if they are in memory. */
  rows<T>(use: (rows: Keyed<Row>[]) => T): MaybePromise<T> {
    return whenKnown(this.read(), (fetched) => {
      const wanted = fetched.slice(0, this.position.limit);
      return use(this.position.backward ? wanted.reverse() : wanted);
    });
  }

  /** True when there are more items in the direction of reading. */
  async hasMore(): Promise<boolean> {
    return (await this.read()).length > this.position.limit;
  }

  /** True when there are items on the other side of the cursor that was passed. */
  async hasOpposite(): Promise<boolean> {
    if (!this.position.from) return false;
    this.opposite ??= this.fetchAt(oppositeOf(this.position));
    return (await this.opposite).length > 0;
  }

  /** The size of the whole list, counted once even if selected several times. */
  count(): MaybePromise<number> {
    this.counted ??= this.source.count();
    return this.counted;
  }

  cursor(row: Keyed<Row>): string;
  cursor(row: Keyed<Row> | undefined): string | null;
  cursor(row: Keyed<Row> | undefined): string | null {
    return row ? encodeCursor(this.source.binding, keysOf(this.source.order, row)) : null;
  }

  /** The page's rows and one more, if there is one, in the direction of reading. */
  read(): MaybePromise<Keyed<Row>[]> {
    this.fetched ??= this.fetchAt(this.position);
    return this.fetched;
  }

  private fetchAt(position: PagePosition): MaybePromise<Keyed<Row>[]> {
    return this.source.recall?.(position) ?? this.source.fetch(new Slice(this.source.order, position), position);
  }
}

@ObjectType({ description: "Where a page stands in its list. Both flags are looked up, never guessed." })
export class PageInfo {
  constructor(private readonly page: LazyPage<object>) {}

  @Extensions({ asks: ASKS.next })
  @Field(() => Boolean, { description: "True when items follow the last one of this page." })
  hasNextPage(): Promise<boolean> {
    return this.page.position.backward ? this.page.hasOpposite() : this.page.hasMore();
  }

  @Extensions({ asks: ASKS.previous })
  @Field(() => Boolean, { description: "True when items precede the first one of this page." })
  hasPreviousPage(): Promise<boolean> {
    return this.page.position.backward ? this.page.hasMore() : this.page.hasOpposite();
  }

  @Field(() => String, { nullable: true, description: "Cursor of the first item; null on an empty page." })
  startCursor(): MaybePromise<string | null> {
    return this.page.rows((rows) => this.page.cursor(rows.at(0)));
  }

  @Field(() => String, {
    nullable: true,
    description: "Cursor of the last item, to be passed as `after`; null on an empty page.",
  })
  endCursor(): MaybePromise<string | null> {
    return this.page.rows((rows) => this.page.cursor(rows.at(-1)));
  }
}

/** No cost per row: the connection's own field has counted the rows already. */
function onlyBelow({ childComplexity }: { childComplexity: number }): number {
  return childComplexity;
}

/** The fields of every edge. The cursor is made only when it is selected. */
export function edgeType<Node extends object>(node: ClassType<Node>) {
  @ObjectType()
  abstract class Edge {
    constructor(
      private readonly page: CursorSource,
      private readonly row: Keyed<object>,
      node: Node,
    ) {
      this.node = node;
    }

    @Field(() => String, { description: "Where this item stands in the list: pass it as `after` or `before`." })
    cursor(): string {
      return this.page.cursor(this.row);
    }

    @Field(() => node, { complexity: onlyBelow, description: "The item." })
    node!: Node;
  }
  return Edge;
}

/** The fields of every connection. `toNode` returns a row's item. */
export function connectionType<Row extends object, Node extends object, Edge extends { node: Node; cursor(): string }>(
  node: ClassType<Node>,
  edge: new (page: CursorSource, row: Keyed<Row>, node: Node) => Edge,
  toNode: (row: Keyed<Row>) => Node,
) {
  @ObjectType()
  abstract class Connection {
    private readonly page: LazyPage<Row>;

    constructor(source: ListSource<Row>) {
      this.page = new LazyPage(source);
    }

    /** Reads the page before its fields are resolved; returns one row more than it has, if there is one. */
    read(): MaybePromise<Keyed<Row>[]> {
      return this.page.read();
    }

    @Field(() => [edge], { complexity: onlyBelow, description: "The items with their cursors, in list order." })
    edges(): MaybePromise<Edge[]> {
      return this.page.rows((rows) => rows.map((row) => new edge(this.page, row, toNode(row))));
    }

    @Field(() => [node], {
      complexity: onlyBelow,
      description: "The items without their edges, for clients that do not need a cursor for each.",
    })
    nodes(): MaybePromise<Node[]> {
      return this.page.rows((rows) => rows.map(toNode));
    }

    @Extensions({ asks: true })
    @Field(() => PageInfo, { complexity: 0, description: "Where this page stands in the list." })
    pageInfo(): PageInfo {
      return new PageInfo(this.page);
    }

    @Extensions({ asks: ASKS.size })
    @Field(() => Int, {
      description: "Size of the whole filtered list, whatever the page. Counted only when it is selected.",
    })
    totalCount(): MaybePromise<number> {
      return this.page.count();
    }
  }
  return Connection;
}

/** Resolves the fields of connections without type-graphql's wrappers: a page may have a list below each of its rows. */
export function resolveConnections(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.name.endsWith("Connection")) continue;
    for (const [name, field] of Object.entries(type.getFields())) {
      field.resolve = rejectInsteadOfThrow((connection: Record<string, () => unknown>) => connection[name]!());
    }
  }
}
