import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import request from "supertest";
import { type AppOptions, createApp } from "../../src/app";
import { readConfig } from "../../src/config/config";
import { defaultLimits, type Limits } from "../../src/config/limits";
import { optimizationsOf } from "../../src/config/optimizations";
import type { LiveDb } from "../../src/db/database";
import { createLog } from "../../src/log";
import { createHttpClient } from "./http-client";

interface GraphQLAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its query
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

export interface TestApi {
  server: FastifyInstance;
  /** For requests of any kind. */
  http(): ReturnType<typeof request>;
  /** Lines that the server logged. */
  logged: object[];
  /** Sends a query over HTTP, with a token if one is given, and gives the whole answer. */
  ask(query: string, variables?: object, token?: string): Promise<GraphQLAnswer>;
  /** Like `ask`, for queries that must not fail. */
  data(query: string, variables?: object, token?: string): Promise<GraphQLAnswer["data"]>;
  close(): Promise<void>;
}

/** The environment's: the whole suite can be run with any of them off. */
const optimizations = optimizationsOf(readConfig());
/** Asks every query twice and takes the second answer, so that the whole suite can be run on the fast path. */
const isAskedTwice = process.env.ASK_TWICE === "on";

/** One test asks more in a second than a reader does in a minute. */
export const testLimits = { ...defaultLimits, RATE_LIMIT_ANONYMOUS: 100_000_000, RATE_LIMIT_USER: 100_000_000 };

/** The API on a real port of this machine. */
export async function startApi(db: LiveDb, options: Partial<AppOptions> = {}): Promise<TestApi> {
  const logged: object[] = [];
  const log = createLog("info", { write: (line) => logged.push(JSON.parse(line)) });
  const server = await createApp(db, { log, optimizations, limits: testLimits, ...options });
  await server.listen({ port: 0, host: "127.0.0.1" });
  const sender = createHttpClient((server.server.address() as AddressInfo).port, Number.POSITIVE_INFINITY);
  const ask = async (query: string, variables?: object, token?: string): Promise<GraphQLAnswer> => {
    const headers = {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const send = async () =>
      JSON.parse((await sender.send({ headers, body: JSON.stringify({ query, variables }) })).body);
    if (isAskedTwice && !/\bmutation\b/.test(query)) await send();
    return send();
  };
  return {
    server,
    http: () => request(server.server),
    logged,
    ask,
    data: async (query, variables, token) => {
      const answer = await ask(query, variables, token);
      if (answer.errors) throw new Error(JSON.stringify(answer.errors, null, 2));
      return answer.data;
    },
    close: async () => {
      // First: a connection that is kept would be listened to for a while.
      sender.close();
      await server.close();
    },
  };
}

export function portOf({ server }: TestApi): number {
  return (server.server.address() as AddressInfo).port;
}

/** Host and port. */
export function addressOf(api: TestApi): string {
  return `127.0.0.1:${portOf(api)}`;
}

/** Lets a test have an API with small limits of its own. */
export async function withLimits(
  db: LiveDb,
  limits: Partial<Limits>,
  act: (api: TestApi) => Promise<void>,
  options: Partial<AppOptions> = {},
): Promise<void> {
  const api = await startApi(db, { limits: { ...testLimits, ...limits }, ...options });
  try {
    await act(api);
  } finally {
    await api.close();
  }
}
