import type { LiveDb } from "../../src/db/database";
import type { Limits } from "../../src/limits";
import { portOf, withLimits } from "./api";
import { createSender, type Sender } from "./send";

/** Lets a test send to an API of its own, with small limits if it likes, over so many connections. */
export function asking(
  db: LiveDb,
  act: (send: Sender["send"]) => Promise<void>,
  { connections = 1, ...limits }: Partial<Limits> & { connections?: number } = {},
): Promise<void> {
  return withLimits(db, limits, async (api) => {
    const { send, close } = createSender(portOf(api), connections);
    await act(send).finally(close);
  });
}
