import { InMemoryLRUCache, type KeyValueCache } from "@apollo/utils.keyvaluecache";
import type { DocumentNode } from "graphql";

const MAX_BYTES = 30 * 1024 * 1024;
/** Memory of a token and its share of the AST, measured with V8's heap statistics and rounded up. */
const BYTES_PER_TOKEN = 600;

/**
 * LRU cache of parsed and validated documents. Apollo Server's own store measures them as JSON, without the source text that
 * each holds: documents with long comments would fill the memory.
 */
export function createDocumentCache(): InMemoryLRUCache<DocumentNode> {
  return new InMemoryLRUCache({ maxSize: MAX_BYTES, sizeCalculation: bytesOf });
}

export type DocumentCache = KeyValueCache<DocumentNode>;

/** A cache by the documents' hashes that also has the trusted ones, for as long as it is there. */
export function withTrusted(
  documents: DocumentCache,
  trustedBy: (hash: string) => DocumentNode | undefined,
): DocumentCache {
  return {
    get: async (hash) => trustedBy(hash) ?? documents.get(hash),
    set: (hash, document) => documents.set(hash, document),
    delete: (hash) => documents.delete(hash),
  };
}

/** Length of a document's SHA-256 in hex. Apollo Server prefixes it with the schema's hash, of which there is only one. */
const HASH_LENGTH = 64;

/** The cache as Apollo Server's document store, with the documents' hashes as keys. */
export function byHash(documents: DocumentCache): DocumentCache {
  const hashOf = (key: string) => key.slice(-HASH_LENGTH);
  return {
    get: (key) => documents.get(hashOf(key)),
    set: (key, document) => documents.set(hashOf(key), document),
    delete: (key) => documents.delete(hashOf(key)),
  };
}

/** Estimates a document's memory. */
export function bytesOf({ loc }: DocumentNode): number {
  let bytes = 2 * (loc?.source.body.length ?? 0);
  for (let token = loc?.startToken ?? null; token; token = token.next) bytes += BYTES_PER_TOKEN;
  return bytes;
}
