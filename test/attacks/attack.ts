import type { Sent } from "../support/http-client";

/** A case: what is sent, and the answer that is right. */
export interface Attack {
  name: string;
  /** A GraphQL request, or the bytes of any other. */
  send: GraphQLBody | { http: Sent };
  /** Sent with a token that has all scopes. */
  signedIn?: boolean;
  status: number;
  /** The code of the first error; null when there is none. */
  code: string | null;
  argument?: string;
  /** What the first error's message holds: the limit, for one. */
  says?: string | RegExp;
  /** How many errors are told; 1 or more when omitted. */
  errors?: number;
  /** The field `found` is null, or a list of nulls. */
  nothingFound?: boolean;
  /** What the answer's data is, in part. */
  data?: object;
}

export interface GraphQLBody {
  query?: unknown;
  variables?: unknown;
  operationName?: unknown;
  extensions?: unknown;
}

type Details = Partial<Omit<Attack, "name" | "send" | "code">>;

/** A request that is answered without errors. */
export function passes(name: string, send: Attack["send"], details: Details = {}): Attack {
  return { name, send, status: 200, code: null, ...details };
}

/** A request of which nothing is executed. */
export function refused(name: string, send: Attack["send"], code: string, details: Details = {}): Attack {
  return { name, send, status: 400, code, ...details };
}

/** An operation that is executed, in which an argument is refused where it is used. */
export function fails(name: string, send: GraphQLBody, argument: string, details: Details = {}): Attack {
  return { name, send, status: 200, code: "BAD_USER_INPUT", argument, ...details };
}

/** Things numbered from 0, with spaces between them. */
export function times(count: number, part: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => part(i)).join(" ");
}
