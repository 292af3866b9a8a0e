import { asPost, type Sent } from "../http-client";

/** An operation, or a document that is written from one, whose cost is compared with the time that it takes. */
export interface PricedOperation {
  name: string;
  /** Of the n-th request; a document that differs each time has to be parsed and checked each time. */
  query: (n: number) => string;
  variables: (n: number) => Record<string, unknown>;
  /** The document that is asked for in place of the query; null for none. */
  path: ((n: number) => string) | null;
  /** One of those that take longest: what others have to be protected from. */
  isDear: boolean;
  /** Answered with errors only. */
  isRefused: boolean;
  /** Needs a token of a user who may vote. */
  needsToken: boolean;
}

/** The commonest page of a front end, to which all costs are compared. */
export const FEED_PAGE = `query Feed($on: Date) { feed(on: $on) { papers(first: 50) { edges { rank upvotesInPeriod node {
  id title abstract publishedOn upvoteCount authorCount authors(first: 10) { nodes { id name } } } } } } }`;

export const CARD = "id title abstract publishedOn featuredOn upvoteCount commentCount authorCount keywords url pdfUrl";

/** Under so many aliases. */
export function aliased(count: number, selection: string): string {
  return times(count, (i) => `a${i}: ${selection}`);
}

export function times(count: number, part: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => part(i)).join(" ");
}

type Given = Partial<Omit<PricedOperation, "query">> & { query: PricedOperation["query"] | string };

export function operation(name: string, { query, ...given }: Given): PricedOperation {
  return {
    name,
    query: typeof query === "string" ? () => query : query,
    variables: () => ({}),
    path: null,
    isDear: false,
    isRefused: false,
    needsToken: false,
    ...given,
  };
}

/** A document; asked with a token, it is never one that is kept. */
export function documentAt(name: string, path: (n: number) => string, isDear = false): PricedOperation {
  return operation(name, { query: "", path, needsToken: true, isDear });
}

export const dear = (name: string, given: Given) => operation(name, { isDear: true, ...given });
export const refused = (name: string, given: Given) => operation(name, { isRefused: true, ...given });
/** A comment that no document had before. */
export const anew = (n: number) => `#${n} ${process.hrtime.bigint()}\n`;

export function of<T>(list: readonly T[], n: number): T {
  return list[n % list.length]!;
}

/** So many of a list from the n-th on. */
export function some<T>(list: readonly T[], count: number, n: number): T[] {
  return Array.from({ length: Math.min(count, list.length) }, (_, i) => of(list, n + i));
}

/** The n-th request for an operation or a document. */
export function requestOf({ path, query, variables }: PricedOperation, n: number, token?: string): Sent {
  if (path === null) return asPost({ query: query(n), variables: variables(n) }, token);
  return {
    method: "GET",
    path: path(n),
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  };
}
