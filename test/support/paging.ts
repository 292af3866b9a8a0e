import type { TestApi } from "./api";

interface Walk {
  /** A query with `$first: Int, $after: String` or `$last: Int, $before: String` (or both pairs). */
  query: string;
  /** From the answer's data to the connection. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its query
  at: (data: any) => any;
  variables?: object;
  /** Whose list it is, where that matters. */
  token?: string;
}

/** Every page of a list, forwards, as lists of node ids. The connection selects nodes { id } and pageInfo. */
export async function walkForward(api: TestApi, walk: Walk, first: number): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 500; page++) {
    const connection: Connection = walk.at(await api.data(walk.query, { ...walk.variables, first, after }, walk.token));
    ids.push(...connection.nodes.map((node) => node.id));
    expect(connection.pageInfo.hasPreviousPage).toBe(after !== null);
    if (!connection.pageInfo.hasNextPage) return ids;
    expect(connection.nodes).toHaveLength(first);
    after = connection.pageInfo.endCursor;
  }
  throw new Error("the list does not end");
}

/** Every page of a list from its end, put together in list order. */
export async function walkBackward(api: TestApi, walk: Walk, last: number): Promise<string[]> {
  const ids: string[] = [];
  let before: string | null = null;
  for (let page = 0; page < 500; page++) {
    const connection: Connection = walk.at(await api.data(walk.query, { ...walk.variables, last, before }, walk.token));
    ids.unshift(...connection.nodes.map((node) => node.id));
    expect(connection.pageInfo.hasNextPage).toBe(before !== null);
    if (!connection.pageInfo.hasPreviousPage) return ids;
    before = connection.pageInfo.startCursor;
  }
  throw new Error("the list does not end");
}

interface Connection {
  nodes: { id: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

export const pageFields = "nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount";
