import { networkOf } from "../../admission/client-network";
import type { Limits } from "../../config/limits";
import { rateLimited, serviceUnavailable } from "../../graphql/errors";

const RETRY_AFTER_SECONDS = 5;

/** The slots for WebSockets and event streams. */
export interface ConnectionSlots {
  /** Takes a slot for an address and returns what frees it; throws SERVICE_UNAVAILABLE or RATE_LIMITED when none is left. */
  take(address: string): () => void;
  /** The number of slots that a network has taken. */
  takenBy(network: string): number;
}

/** `onChange` receives the number of slots that are taken. */
export function createConnectionSlots(limits: Limits, onChange: (taken: number) => void): ConnectionSlots {
  const byNetwork = new Map<string, number>();
  let taken = 0;

  function move(network: string, by: 1 | -1): void {
    taken += by;
    const there = (byNetwork.get(network) ?? 0) + by;
    if (there > 0) byNetwork.set(network, there);
    else byNetwork.delete(network);
    onChange(taken);
  }

  const takenBy = (network: string) => byNetwork.get(network) ?? 0;
  return {
    takenBy,
    take(address) {
      const network = networkOf(address);
      const { MAX_LISTENERS, MAX_LISTENERS_PER_ADDRESS } = limits;
      if (taken >= MAX_LISTENERS)
        throw serviceUnavailable("This server has no slot left for another listener; try again.");
      if (takenBy(network) >= MAX_LISTENERS_PER_ADDRESS) {
        const message = `At most ${MAX_LISTENERS_PER_ADDRESS} sockets and streams may listen from one address; end one first.`;
        throw rateLimited(message, RETRY_AFTER_SECONDS, { limit: MAX_LISTENERS_PER_ADDRESS });
      }
      move(network, 1);
      let isTaken = true;
      return () => {
        if (isTaken) move(network, -1);
        isTaken = false;
      };
    },
  };
}
