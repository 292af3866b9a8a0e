import type { PartEncoding } from "../graphql/encoded-parts";
import type { QueryString } from "../graphql/query-string";

/** A kind of documents at one path, each written from the result of one GraphQL query. */
export interface DocumentRoute {
  /** The path, as Fastify reads it. */
  url: string;
  /** Reads a request, from nothing else, so that what is read of it may be kept; throws BAD_USER_INPUT with one sentence that names what is wrong and what would be right. */
  read(request: DocumentRequest): Document;
}

export interface DocumentRequest {
  /** The parts of the path. */
  params: Readonly<Record<string, string>>;
  query: QueryString;
  /** The header Accept. */
  accept: string | undefined;
}

/** What a request asks for: a query, admitted and executed as at /graphql, and how its data is written. */
export interface Document {
  /** A constant document with one named query: it is parsed and compiled once. */
  query: string;
  variables: Record<string, unknown>;
  /**
   * How papers' content is kept encoded: an object of which the query selects nothing else then has one part, under any name,
   * or, as long as none is kept, its fields. Without, it has its fields.
   */
  parts?: PartEncoding | null;
  /** Of the body; errors are JSON, as at /graphql. */
  contentType: string;
  /** Requests with the same key get the same bytes: the URL in one form, whatever the order of its parameters. */
  key: string;
  /** Writes the body, as text or as bytes in UTF-8, from the query's data; throws BAD_USER_INPUT with a status where there is no such thing. */
  // biome-ignore lint/suspicious/noExplicitAny: the data has the shape of the query
  write(data: any): string | Buffer;
}
