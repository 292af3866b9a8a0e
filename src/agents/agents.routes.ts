import type * as Mcp from "@modelcontextprotocol/server";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { GraphQLError } from "graphql";
import { isObject } from "../graphql/json";
import type { Corridor } from "../http/graphql/corridor";
import type { Mask } from "../http/mask-error";
import { ROUTE_POINTS } from "../http/route-costs";
import type { HttpContext } from "../http/server-options";
import { challenge, METADATA, requireOwnSite, resourceMetadata } from "./access";
import type { Run } from "./call-tool";
import { writeLlms } from "./llms";
import { createServerFactory, isWriting, type ServerSettings } from "./mcp-server";
import { bounded, type Refusal, refusalOf, unreadable } from "./message";
import { writeManifest } from "./operations";

export interface AgentSettings extends ServerSettings {
  /** Whose JSON Web Tokens are accepted beside access tokens; null: nobody's. */
  issuer: string | null;
  /** Whether GraphQL takes the documents of the site's clients alone. */
  trustedOnly: boolean;
  mask: Mask;
}

/** Serves agents: tools by the Model Context Protocol at /mcp, and what tells of them. Their operations go the way of all. */
export function serveAgents(settings: AgentSettings) {
  const { publicUrl, issuer, siteName, trustedOnly } = settings;
  return (server: FastifyInstance, corridor: Corridor): void => {
    const answer = createAnswerer(settings, corridor);
    const send = (reply: FastifyReply, { status, headers, body }: Refusal) =>
      reply.code(status).headers(headers).send(body);
    const errorHandler = (error: FastifyError, _: FastifyRequest, reply: FastifyReply) => {
      const refused = unreadable(error);
      if (!refused) throw error;
      return send(reply, refused);
    };
    for (const path of ["/mcp", "/mcp/"]) {
      server.post(path, { config: { points: ROUTE_POINTS.message }, errorHandler }, async (request, reply) =>
        send(reply, await answer(request)),
      );
    }
    const config = { points: ROUTE_POINTS.memory };
    for (const path of [METADATA, `${METADATA}/mcp`]) {
      server.get(path, { config }, () => resourceMetadata(publicUrl(), issuer, siteName));
    }
    server.get("/mcp/operations.json", { config }, (_, reply) => reply.type("application/json").send(writeManifest()));
    server.get("/llms.txt", { config }, (_, reply) =>
      reply.type("text/plain; charset=utf-8").send(writeLlms(siteName, publicUrl(), trustedOnly)),
    );
  };
}

/** Headers of a request that the protocol knows. */
const KNOWN = /^(?:accept|content-type|mcp-.+)$/;

function createAnswerer(settings: AgentSettings, corridor: Corridor) {
  const { publicUrl, issuer, mask } = settings;
  let loaded: { mcp: typeof Mcp; createServer: ReturnType<typeof createServerFactory> } | undefined;
  const load = () => {
    // Loaded late: it takes 0.3 s, and many sites have no agents.
    const mcp = require("@modelcontextprotocol/server") as typeof Mcp;
    return { mcp, createServer: createServerFactory(mcp, settings) };
  };
  return async (request: FastifyRequest): Promise<Refusal> => {
    requireOwnSite(request, publicUrl());
    const opened = await authenticate(request, corridor, publicUrl());
    // One at a time: a batch would be many requests for the price of one.
    const refused = refusalOf(request.body);
    if (refused) return refused;
    const isAnonymous = "address" in opened.caller;
    if (isAnonymous && isWriting(calledTool(request.body))) {
      throw challenge(publicUrl(), "This tool needs an access token: Authorization: Bearer, and the token.", null);
    }
    loaded ??= load();
    await corridor.waitToRead(request, opened);
    const server = loaded.createServer({
      run: createRun(request, corridor, opened),
      mask: (error) => mask(error, request.id),
      mayWrite: !isAnonymous || issuer !== null,
    });
    // Streams of changes are subscriptions' matter.
    const handler = loaded.mcp.createMcpHandler(() => server, { maxSubscriptions: 0 });
    const response = await handler.fetch(asWebRequest(request), { parsedBody: request.body });
    const headers = { ...Object.fromEntries(response.headers), "cache-control": "no-store" };
    return bounded({ status: response.status, headers, body: await response.text() });
  };
}

/** The context of a request's first operation; throws the challenge if its token is refused. */
async function authenticate(request: FastifyRequest, corridor: Corridor, publicUrl: string): Promise<HttpContext> {
  try {
    return await corridor.open(request);
  } catch (error) {
    const isToken = error instanceof GraphQLError && error.extensions.code === "UNAUTHENTICATED";
    throw isToken ? challenge(publicUrl, error.message, "invalid_token") : error;
  }
}

function createRun(request: FastifyRequest, corridor: Corridor, opened: HttpContext): Run {
  let next: HttpContext | null = opened;
  return async (text, variables) => {
    const context = next ?? (await corridor.open(request));
    next = null;
    return corridor.run(request, context, text, variables);
  };
}

function calledTool(body: unknown): unknown {
  const { method, params } = isObject(body) ? body : {};
  return method === "tools/call" && isObject(params) ? params.name : undefined;
}

function asWebRequest({ headers, host }: FastifyRequest): Request {
  const known = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    KNOWN.test(name) && value !== undefined ? [[name, String(value)]] : [],
  );
  return new Request(`http://${host}/mcp`, { method: "POST", headers: known });
}
