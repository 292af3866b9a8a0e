import type { Limits } from "../../src/config/limits";
import type { LiveDb } from "../../src/db/database";
import { portOf, withLimits } from "./api";
import { createHttpClient, type HttpClient } from "./http-client";

/** Lets a test send to an API of its own, with small limits if it likes, over so many connections. */
export function withApi(
  db: LiveDb,
  act: (send: HttpClient["send"]) => Promise<void>,
  { connections = 1, ...limits }: Partial<Limits> & { connections?: number } = {},
): Promise<void> {
  return withLimits(db, limits, async (api) => {
    const { send, close } = createHttpClient(portOf(api), connections);
    await act(send).finally(close);
  });
}
