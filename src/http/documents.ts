import { InMemoryLRUCache, type KeyValueCache } from "@apollo/utils.keyvaluecache";
import type { DocumentNode } from "graphql";

const MAX_BYTES = 30 * 1024 * 1024;
/** What a token and its share of the tree take, measured with V8's heap statistics and rounded up. */
const BYTES_PER_TOKEN = 600;

/**
 * Parsed and validated documents, those that were used last. Apollo Server's own store counts them as JSON, which leaves
 * out the text that each keeps: documents with long comments would fill the memory.
 */
export function createDocumentStore(): InMemoryLRUCache<DocumentNode> {
  return new InMemoryLRUCache({ maxSize: MAX_BYTES, sizeCalculation: bytesOf });
}

export type DocumentStore = KeyValueCache<DocumentNode>;

/** A document's SHA-256, before which Apollo Server puts that of the schema: there is only one here. */
const HASH_LENGTH = 64;

/** The store as Apollo Server uses it, by the documents' hashes alone. */
export function byHash(documents: DocumentStore): DocumentStore {
  const hashOf = (key: string) => key.slice(-HASH_LENGTH);
  return {
    get: (key) => documents.get(hashOf(key)),
    set: (key, document) => documents.set(hashOf(key), document),
    delete: (key) => documents.delete(hashOf(key)),
  };
}

/** What a document takes in memory, about. */
export function bytesOf({ loc }: DocumentNode): number {
  let bytes = 2 * (loc?.source.body.length ?? 0);
  for (let token = loc?.startToken ?? null; token; token = token.next) bytes += BYTES_PER_TOKEN;
  return bytes;
}
