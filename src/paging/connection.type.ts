import { type GraphQLSchema, isObjectType } from "graphql";
import { type ClassType, Extensions, Field, Int, ObjectType } from "type-graphql";
import { type Keyed, keysOf, type Order, oppositeOf, type Position, Slice } from "../db/keyset";
import { encodeCursor } from "./cursor";
import { type Eventually, failingLate, whenKnown } from "./eventually";
import { type PageArgs, positionOf } from "./page-args";
import { ASKS } from "./page-cost";

/** A list that a connection reads when, and only when, its fields are selected. */
export interface ListSource<Row> {
  order: Order;
  /** Names the list, its parent and its filter; cursors are bound to it. */
  binding: string;
  args: PageArgs;
  /** The rows at a position where they are in memory: one more than its limit, if there is one. */
  recall?: (position: Position) => Keyed<Row>[] | null;
  fetch: (slice: Slice, position: Position) => Promise<Keyed<Row>[]>;
  count: () => Eventually<number>;
}

/** Knows the cursor of a row of its list. */
export interface CursorSource {
  cursor(row: Keyed<object>): string;
}

/** The lazily read page behind every connection. Bad arguments throw at once. */
class LazyPage<Row extends object> {
  readonly position: Position;
  private fetched?: Eventually<Keyed<Row>[]>;
  private opposite?: Eventually<Keyed<Row>[]>;
  private counted?: Eventually<number>;

  constructor(readonly source: ListSource<Row>) {
    this.position = positionOf(source.args, source.order, source.binding);
  }

  /** Does something with the page's rows, in list order: at once where they are in memory. */
  rows<T>(use: (rows: Keyed<Row>[]) => T): Eventually<T> {
    return whenKnown(this.read(), (fetched) => {
      const wanted = fetched.slice(0, this.position.limit);
      return use(this.position.backward ? wanted.reverse() : wanted);
    });
  }

  /** True when the list goes on in the direction of reading. */
  async hasMore(): Promise<boolean> {
    return (await this.read()).length > this.position.limit;
  }

  /** True when there are items on the other side of the cursor that this page was asked for with. */
  async hasOpposite(): Promise<boolean> {
    if (!this.position.from) return false;
    this.opposite ??= this.fetchAt(oppositeOf(this.position));
    return (await this.opposite).length > 0;
  }

  /** The size of the whole list, counted once however often it is selected. */
  count(): Eventually<number> {
    this.counted ??= this.source.count();
    return this.counted;
  }

  cursor(row: Keyed<Row>): string;
  cursor(row: Keyed<Row> | undefined): string | null;
  cursor(row: Keyed<Row> | undefined): string | null {
    return row ? encodeCursor(this.source.binding, keysOf(this.source.order, row)) : null;
  }

  /** What the database gives: one row more than the page has, if there is one, in the direction of reading. */
  read(): Eventually<Keyed<Row>[]> {
    this.fetched ??= this.fetchAt(this.position);
    return this.fetched;
  }

  private fetchAt(position: Position): Eventually<Keyed<Row>[]> {
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
  startCursor(): Eventually<string | null> {
    return this.page.rows((rows) => this.page.cursor(rows.at(0)));
  }

  @Field(() => String, {
    nullable: true,
    description: "Cursor of the last item, to be passed as `after`; null on an empty page.",
  })
  endCursor(): Eventually<string | null> {
    return this.page.rows((rows) => this.page.cursor(rows.at(-1)));
  }
}

/** The page's own field has counted its rows already. */
function onlyBelow({ childComplexity }: { childComplexity: number }): number {
  return childComplexity;
}

/** The fields that every edge has. The cursor is made when it is selected. */
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

/** The fields that every connection has. `toNode` gives a row's item. */
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

    /** Reads the page before its fields are resolved; one row more than it has, if there is one. */
    read(): Eventually<Keyed<Row>[]> {
      return this.page.read();
    }

    @Field(() => [edge], { complexity: onlyBelow, description: "The items with their cursors, in list order." })
    edges(): Eventually<Edge[]> {
      return this.page.rows((rows) => rows.map((row) => new edge(this.page, row, toNode(row))));
    }

    @Field(() => [node], {
      complexity: onlyBelow,
      description: "The items without their edges, for clients that need no cursor of each.",
    })
    nodes(): Eventually<Node[]> {
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
    totalCount(): Eventually<number> {
      return this.page.count();
    }
  }
  return Connection;
}

/** A page asks for lists below each of its rows: nothing stands around their functions. */
export function resolveConnections(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.name.endsWith("Connection")) continue;
    for (const [name, field] of Object.entries(type.getFields())) {
      field.resolve = failingLate((connection: Record<string, () => unknown>) => connection[name]!());
    }
  }
}
