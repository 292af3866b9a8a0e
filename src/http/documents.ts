import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import { badUserInput } from "../graphql/errors";
import type { Document, DocumentRequest, DocumentRoute } from "./document";
import { tagResponses } from "./etag";
import type { Corridor } from "./graphql/corridor";
import { ownRequest } from "./graphql/request";
import type { Exchange } from "./graphql/response";
import { named } from "./named";
import { ROUTE_POINTS } from "./route-costs";

/** Of documents that were read: reading one takes a tenth of what it takes to send one that is kept. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Bytes of one, beside its URL. */
const OVERHEAD = 2000;
/** Bytes of its key, its variables and its own key, for each character of the URL. */
const SIZE_OF_READ = 6;

interface Incoming {
  Params: DocumentRequest["params"];
  Querystring: DocumentRequest["query"];
}

/**
 * Serves documents by GET and HEAD: each is one query that goes the way of all operations, with the same admission, response
 * cache and errors. They are public and change nothing, so that no CSRF check is needed.
 */
export async function serveDocuments(
  server: FastifyInstance,
  routes: readonly DocumentRoute[],
  corridor: Corridor,
): Promise<void> {
  const known = new LRUCache<string, Document>({
    maxSize: MAX_BYTES,
    sizeCalculation: (_, key) => OVERHEAD + SIZE_OF_READ * key.length,
  });
  /** A document is read from its URL and the header Accept alone. */
  const documentOf = (request: FastifyRequest<Incoming>, read: DocumentRoute["read"]): Document => {
    const { params, query, url } = request;
    const { accept } = request.headers;
    const key = `${accept ?? ""} ${url}`;
    let document = known.get(key);
    if (!document) {
      checkEncoding(url);
      document = read({ params, query, accept });
      known.set(key, document);
    }
    return document;
  };
  await server.register(
    named("documents", async (scope) => {
      tagResponses(scope);
      for (const { url, read } of routes) {
        scope.route<Incoming>({
          method: ["GET", "HEAD"],
          url,
          config: { points: ROUTE_POINTS.none },
          handler: async (request, reply) => {
            const startedAt = performance.now();
            try {
              const document = documentOf(request, read);
              return await corridor.answer(exchangeOf(request, reply, document, startedAt));
            } catch (error) {
              return corridor.refuse(request, reply, error);
            }
          },
        });
      }
    }),
  );
}

/** Longer names are cut in messages. */
const MAX_SHOWN = 50;

/** Refuses parameters that are not encoded as UTF-8: what reads them would take them for texts with percent signs. */
function checkEncoding(url: string): void {
  const [, search = ""] = /\?(.*)$/.exec(url) ?? [];
  if (isEncoded(search)) return;
  const [name = ""] = search
    .split("&")
    .find((part) => !isEncoded(part))!
    .split("=");
  const shown = (isEncoded(name) ? decodeURIComponent(name) : name).slice(0, MAX_SHOWN);
  throw badUserInput(shown, `${shown} must be UTF-8, with each byte that is encoded as % and two hexadecimal digits.`);
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function exchangeOf(
  request: FastifyRequest<Incoming>,
  reply: FastifyReply,
  document: Document,
  startedAt: number,
): Exchange {
  const { authorization } = request.headers;
  // A HEAD gets what a GET does, but for the body, which Node.js leaves out.
  const cachedBy = { method: "GET", url: document.key, headers: { authorization } };
  return {
    request: request as FastifyRequest,
    reply,
    graphqlRequest: ownRequest("GET", document.query, document.variables, document.parts),
    cachedBy,
    document,
    startedAt,
  };
}
