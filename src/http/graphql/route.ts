import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { tagResponses } from "../etag";
import { named } from "../named";
import { ROUTE_POINTS } from "../route-costs";
import { sandboxPage } from "../sandbox";
import type { ServerOptions } from "../server-options";
import type { SubscriptionTransport } from "../subscriptions/transport";
import { createSocketHandler, takeSlot } from "../subscriptions/websocket";
import type { Corridor } from "./corridor";
import { acceptedBy, readRequest } from "./request";

/** Serves /graphql: each request is read, admitted, executed and answered in the same steps. */
export async function serveGraphql(
  server: FastifyInstance,
  { explorer }: Pick<ServerOptions, "explorer">,
  corridor: Corridor,
  transport: SubscriptionTransport,
): Promise<void> {
  const page = explorer && sandboxPage(explorer);
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    if (page && request.method === "GET" && acceptedBy(request).isPage) {
      return reply.type("text/html").header("vary", "accept").send(page);
    }
    const startedAt = performance.now();
    try {
      const graphqlRequest = readRequest(request);
      reply.header("content-type", graphqlRequest.accepted.contentType);
      return await corridor.answer({ request, reply, graphqlRequest, cachedBy: request, document: null, startedAt });
    } catch (error) {
      return corridor.refuse(request, reply, error);
    }
  };
  await server.register(
    named("graphql", async (scope) => {
      tagResponses(scope);
      scope.route({
        method: "GET",
        url: "/graphql",
        exposeHeadRoute: false,
        config: { points: ROUTE_POINTS.none },
        onRequest: takeSlot(transport),
        handler,
        wsHandler: createSocketHandler(transport),
      });
    }),
  );
  server.post("/graphql", { config: { points: ROUTE_POINTS.none } }, handler);
}
