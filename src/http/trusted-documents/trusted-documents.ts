import { createHash } from "node:crypto";
import { type DocumentNode, GraphQLError } from "graphql";
import { ExpectedError } from "../../config/expected-error";
import { documentNotFound, documentNotTrusted } from "../../graphql/errors";
import { type ReadDocument, Refusal } from "../graphql/document-reader";
import type { Parameters } from "../graphql/parameters";
import type { TrustedText } from "./read-files";

/** The documents that the operator trusts, each parsed and validated once, at the start. */
export interface TrustedDocuments {
  /** A trusted document by its text, or by the SHA-256 of it; undefined for any other. */
  byText(text: string): DocumentNode | undefined;
  byHash(hash: string): DocumentNode | undefined;
  /**
   * What is asked for, with the text of a trusted document in place of its id. Throws DOCUMENT_NOT_FOUND; and
   * DOCUMENT_NOT_TRUSTED for all others if only trusted ones are served and the caller may not send others.
   */
  resolve<Asked extends Parameters>(asked: Asked, caller: { mayDevelop: boolean }): Asked;
}

interface Trusted {
  text: string;
  hash: string;
  document: DocumentNode;
}

/** Failures that are told of at the start. */
const MAX_FAILURES = 5;
/**
 * An id that is the SHA-256 of the text; the prefix is that of GraphQL over HTTP, appendix A. It may stand twice: clients that
 * prefix their hashes do so, too, when a newer GraphQL Code Generator has already.
 */
const IS_SHA256 = /^(?:sha256:){0,2}([0-9a-f]{64})$/i;

/** Throws ExpectedError that names each document that does not fit the schema, has another's id, or is not what its id says. */
export function createTrustedDocuments(
  texts: readonly TrustedText[],
  isOnly: boolean,
  readDocument: ReadDocument,
): TrustedDocuments {
  const { byId, byText } = readAll(texts, readDocument);
  return {
    byText: (text) => byText.get(text)?.document,
    byHash: (hash) => byId.get(hash)?.document,
    resolve(asked, { mayDevelop }) {
      const { documentId, persistedHash, query } = asked;
      const found = query === null ? byId.get(asKey(documentId ?? persistedHash ?? "")) : undefined;
      // Without its hash, which need not be that of the text.
      if (found) return { ...asked, query: found.text, documentId: null, persistedHash: null };
      if (documentId !== null) throw documentNotFound(documentId);
      if (isOnly && !mayDevelop && (query === null || !byText.has(query))) throw documentNotTrusted();
      return asked;
    },
  };
}

function readAll(texts: readonly TrustedText[], readDocument: ReadDocument) {
  const byId = new Map<string, Trusted>();
  const byText = new Map<string, Trusted>();
  const failures: string[] = [];
  for (const given of texts) {
    try {
      const trusted = byText.get(given.text) ?? readOne(given, readDocument);
      byText.set(trusted.text, trusted);
      for (const key of keysOf(given, trusted.hash)) {
        if ((byId.get(key) ?? trusted) !== trusted) throw new ExpectedError("another document has its id");
        byId.set(key, trusted);
      }
    } catch (error) {
      failures.push(`${given.file}: ${nameOf(given)}: ${reasonOf(error)}`);
    }
  }
  if (failures.length === 0) return { byId, byText };
  const more = failures.length > MAX_FAILURES ? [`and ${failures.length - MAX_FAILURES} others`] : [];
  throw new ExpectedError(
    [`TRUSTED_DOCUMENTS cannot all be served:`, ...failures.slice(0, MAX_FAILURES), ...more].join("\n  "),
  );
}

function readOne({ text }: TrustedText, readDocument: ReadDocument): Trusted {
  const hash = createHash("sha256").update(text).digest("hex");
  return { text, hash, document: readDocument(text) };
}

/** By what a document is found: the id of its client's tool, and the SHA-256 of its text. */
function keysOf({ id }: TrustedText, hash: string): string[] {
  if (id === "") throw new ExpectedError("its id is empty, and an empty documentId counts as none");
  const key = asKey(id);
  if (IS_SHA256.test(id) && key !== hash) {
    throw new ExpectedError(`its id is not the SHA-256 of its text, which is ${hash}`);
  }
  return [key, hash];
}

/** A SHA-256 is the same with and without the prefix, in upper and lower case; other ids are as they are. */
function asKey(id: string): string {
  const [, hash] = IS_SHA256.exec(id) ?? [];
  return hash?.toLowerCase() ?? id;
}

/** An operation's name, and the id that finds it in its file. */
function nameOf({ id, text }: TrustedText): string {
  const [, name] = /\b(?:query|mutation|subscription)\s+(\w+)/.exec(text) ?? [];
  const shownId = id === "" ? '""' : id;
  return name === undefined ? shownId : `${name} (${shownId})`;
}

function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return error.errors[0]!.message;
  if (error instanceof ExpectedError || error instanceof GraphQLError) return error.message;
  throw error;
}
