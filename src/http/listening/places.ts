import { rateLimited, serviceUnavailable } from "../../errors";
import { networkOf } from "../../gate/counters";
import type { Limits } from "../../limits";

const RETRY_AFTER_SECONDS = 5;

/** The places for sockets and streams that listen. */
export interface Places {
  /** Takes a place for an address, and gives what frees it again; throws when none is left. */
  take(address: string): () => void;
  /** How many a network has taken. */
  takenBy(network: string): number;
}

/** `onChange` is told how many places are taken. */
export function createPlaces(limits: Limits, onChange: (taken: number) => void): Places {
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
      if (taken >= MAX_LISTENERS) throw serviceUnavailable("This server has no place for another listener; try again.");
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
