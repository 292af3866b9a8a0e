import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient, type ExecutionResult } from "graphql-ws";
import { WebSocket } from "ws";
import { addressOf, type TestApi } from "./api";

// biome-ignore lint/suspicious/noExplicitAny: an event has the shape of its subscription
type Heard = ExecutionResult<any>;

export interface Listener {
  /** What was heard so far. */
  heard: Heard[];
  /** Resolves when something was heard that `isIt` accepts; does `meanwhile` again and again until then. */
  hears(isIt: (data: Heard["data"]) => boolean, meanwhile?: () => Promise<unknown>): Promise<Heard["data"]>;
  /** What the server refused the subscription with; rejects when it did not. */
  refused: Promise<{ message: string; extensions: Record<string, unknown> }[]>;
  stop(): Promise<void>;
}

/** Subscribes over a WebSocket of its own, as a front end would. */
export function listen(api: TestApi, query: string, variables: Record<string, unknown> = {}, token?: string): Listener {
  const client: Client = createClient({
    url: `ws://${addressOf(api)}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: token ? { authorization: `Bearer ${token}` } : {},
  });
  const heard: Heard[] = [];
  const refused = new Promise<never>((resolve, reject) => {
    client.subscribe(
      { query, variables },
      {
        next: (result) => heard.push(result as Heard),
        error: (errors) => resolve(errors as never),
        complete: () => reject(new Error("the subscription ended without an error")),
      },
    );
  });
  refused.catch(() => {});
  return {
    heard,
    refused,
    async hears(isIt, meanwhile = async () => {}) {
      for (;;) {
        const found = heard.find(({ data }) => data && isIt(data));
        if (found) return found.data;
        await meanwhile();
        await sleep(25);
      }
    },
    stop: async () => client.dispose(),
  };
}
