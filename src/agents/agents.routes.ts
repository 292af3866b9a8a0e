import type * as Mcp from "@modelcontextprotocol/server";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { GraphQLError } from "graphql";
import type { Admission } from "../admission/admission";
import { isObject } from "../graphql/json";
import type { Corridor } from "../http/graphql/corridor";
import type { Mask } from "../http/mask-error";
import { named } from "../http/named";
import type { OperationMetrics } from "../http/operation-metrics";
import { rateLimitHeaders } from "../http/rate-limit-headers";
import { ROUTE_POINTS } from "../http/route-costs";
import type { HttpContext } from "../http/server-options";
import { challenge, METADATA, requireOwnSite, resourceMetadata } from "./access";
import type { Run } from "./call-tool";
import { type DocumentRules, writeLlms } from "./llms";
import { createServerFactory, isWriting, type ServerSettings } from "./mcp-server";
import { type Answer, asMessage, bounded, isError, refusalOf, refuseParams } from "./message";
import { writeManifest } from "./operations";
import { mistakeInParams } from "./params-check";

export interface AgentSettings extends ServerSettings, DocumentRules {
  /** Whose JSON Web Tokens are accepted beside access tokens; null: nobody's. */
  issuer: string | null;
  mask: Mask;
  admission: Admission;
  metrics: OperationMetrics;
}

/** Serves agents: tools by the Model Context Protocol at /mcp, and what tells of them. Their operations go the way of all. */
export function serveAgents(settings: AgentSettings) {
  const { publicUrl, issuer, siteName } = settings;
  return (server: FastifyInstance, corridor: Corridor): void => {
    const answer = createAnswerer(settings, corridor);
    const errorHandler = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      corridor.refuse(request, reply, error, asMessage(error));
    const mcp = named("mcp", async (scope) => {
      scope.setErrorHandler(errorHandler);
      // Makes requests without a route the scope's, so that their refusals, before any handler, have its form, too.
      scope.setNotFoundHandler((_, reply) => reply.code(404).send());
      for (const url of ["", "/"]) {
        const options = { config: { points: ROUTE_POINTS.none }, prefixTrailingSlash: "slash" } as const;
        scope.post(url, options, async (request, reply) => {
          const { status, headers, body } = await answer(request);
          return reply.code(status).headers(headers).send(body);
        });
      }
    });
    server.register(mcp, { prefix: "/mcp" });
    const config = { points: ROUTE_POINTS.memory };
    for (const path of [METADATA, `${METADATA}/mcp`]) {
      server.get(path, { config }, () => resourceMetadata(publicUrl(), issuer, siteName));
    }
    server.get("/mcp/operations.json", { config }, (_, reply) => reply.type("application/json").send(writeManifest()));
    server.get("/llms.txt", { config }, (_, reply) =>
      reply.type("text/plain; charset=utf-8").send(writeLlms(siteName, publicUrl(), settings)),
    );
  };
}

/** Headers of a request that the protocol knows. */
const KNOWN = /^(?:accept|content-type|mcp-.+)$/;

function createAnswerer(settings: AgentSettings, corridor: Corridor) {
  const { publicUrl, issuer, mask, admission, metrics } = settings;
  let loaded: { mcp: typeof Mcp; createServer: ReturnType<typeof createServerFactory> } | undefined;
  const load = () => {
    // Loaded late: it takes 0.3 s, and many sites have no agents.
    const mcp = require("@modelcontextprotocol/server") as typeof Mcp;
    return { mcp, createServer: createServerFactory(mcp, settings) };
  };
  const serve = async (request: FastifyRequest, opened: HttpContext, run: Run): Promise<Answer> => {
    // One at a time: a batch would be many requests for the price of one.
    const refused = refusalOf(request.body);
    if (refused) return refused;
    const isAnonymous = "address" in opened.caller;
    if (isAnonymous && isWriting(calledTool(request.body))) {
      throw challenge(publicUrl(), "This tool needs an access token: Authorization: Bearer, and the token.", null);
    }
    loaded ??= load();
    await corridor.waitToRead(request, opened);
    const mistake = mistakeInParams(loaded.mcp, request.body);
    if (mistake !== null) return refuseParams(request.body, mistake);
    const server = loaded.createServer({
      run,
      mask: (error) => mask(error, request.id),
      mayWrite: !isAnonymous || issuer !== null,
    });
    const handler = loaded.mcp.createMcpHandler(() => server);
    const response = await handler.fetch(asWebRequest(request), { parsedBody: request.body });
    const headers = { ...Object.fromEntries(response.headers), "cache-control": "no-store" };
    return bounded({ status: response.status, headers, body: await response.text() }, request.body);
  };
  return async (request: FastifyRequest): Promise<Answer> => {
    requireOwnSite(request, publicUrl());
    const opened = await authenticate(request, corridor, publicUrl());
    const allowance = await admission.consume(opened.caller, ROUTE_POINTS.message);
    const executed: HttpContext[] = [];
    const answer = await serve(request, opened, createRun(request, corridor, opened, executed));
    // An operation's errors are counted with it.
    if (executed.length === 0 && isError(answer)) metrics.refused("BAD_USER_INPUT");
    const left = rateLimitHeaders(executed.at(-1)?.turn.admitted ?? allowance);
    return { ...answer, headers: { ...answer.headers, ...Object.fromEntries(left) } };
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

/** Executes operations, the first one in the context that is open, and notes in which contexts. */
function createRun(request: FastifyRequest, corridor: Corridor, opened: HttpContext, executed: HttpContext[]): Run {
  return async (text, variables) => {
    const context = executed.length === 0 ? opened : await corridor.open(request);
    executed.push(context);
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
