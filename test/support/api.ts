import type { FastifyInstance } from "fastify";
import request from "supertest";
import { type AppOptions, createApp } from "../../src/app";
import type { LiveDb } from "../../src/db/database";
import { createLog } from "../../src/log";

interface GraphQLAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its query
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

export interface TestApi {
  server: FastifyInstance;
  /** Lines that the server logged. */
  logged: object[];
  /** Sends a query over HTTP, with a token if one is given, and gives the whole answer. */
  ask(query: string, variables?: object, token?: string): Promise<GraphQLAnswer>;
  /** Like `ask`, for queries that must not fail. */
  data(query: string, variables?: object, token?: string): Promise<GraphQLAnswer["data"]>;
  close(): Promise<void>;
}

/** The API on a real port of this machine. */
export async function startApi(db: LiveDb, options: Partial<AppOptions> = {}): Promise<TestApi> {
  const logged: object[] = [];
  const log = createLog("info", { write: (line) => logged.push(JSON.parse(line)) });
  const server = await createApp(db, { log, ...options });
  await server.listen({ port: 0, host: "127.0.0.1" });
  const ask = async (query: string, variables?: object, token?: string): Promise<GraphQLAnswer> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return (await request(server.server).post("/graphql").set(headers).send({ query, variables })).body;
  };
  return {
    server,
    logged,
    ask,
    data: async (query, variables, token) => {
      const answer = await ask(query, variables, token);
      if (answer.errors) throw new Error(JSON.stringify(answer.errors, null, 2));
      return answer.data;
    },
    close: () => server.close(),
  };
}
