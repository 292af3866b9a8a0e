import { lookup, Resolver } from "node:dns/promises";
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { isPublicAddress, isWithin } from "./public-address";
import { hostProblem, isAllowed, type ReceiverRules } from "./receiver-url";

/** Time for one query to a name server, in ms, and how often it is sent. */
const DNS = { timeout: 3000, tries: 2 };
/** Addresses of one name that are tried. */
const MAX_TRIED = 4;
/** Time for one address, in ms, unless it is the last one that is tried: one that does not answer leaves time for the others. */
const ADDRESS_MS = 3000;

/** A receiver that must not be reached: the message tells its owner why. */
export class ForbiddenReceiver extends Error {}

export interface DialOptions {
  rules: ReceiverRules;
  /** Asked for public names; a resolver of its own does not use the threads of files and compression. */
  resolver: Pick<Resolver, "resolve4" | "resolve6">;
  /** Certificates to trust besides those of Node. */
  ca?: string;
}

export const createResolver = (): DialOptions["resolver"] => new Resolver(DNS);

export interface Target {
  /** Name or address. */
  host: string;
  port: number;
  isTls: boolean;
}

/**
 * Connects to a receiver. All addresses of its name must be public, or be allowed by a setting, and one of these very
 * addresses is connected to: no name is looked up twice. A host that is an address is checked as well. Throws
 * ForbiddenReceiver, or what prevented the connection.
 */
export async function dial(target: Target, options: DialOptions, signal: AbortSignal): Promise<Socket> {
  const addresses = await addressesOf(target.host, options);
  const tried = addresses.slice(0, MAX_TRIED);
  let failure: unknown = new Error(`${target.host} has no address`);
  for (const address of tried) {
    signal.throwIfAborted();
    const limit = address === tried.at(-1) ? null : ADDRESS_MS;
    try {
      return await connect(address, target, options, { signal, limit });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function addressesOf(host: string, { rules, resolver }: DialOptions): Promise<string[]> {
  const { allow } = rules;
  if (isAllowed(host, allow)) {
    if (isIP(host)) return [host];
    // The operator trusts it, and may know it by a file or a search domain.
    return (await lookup(host, { all: true })).map(({ address }) => address);
  }
  const problem = hostProblem(host);
  if (problem) throw new ForbiddenReceiver(problem);
  if (isIP(host)) return [host];
  const addresses = await resolve(host, resolver);
  const isGood = (address: string) => isPublicAddress(address) || isWithin(address, allow.networks);
  const bad = addresses.find((address) => !isGood(address));
  if (bad !== undefined) throw new ForbiddenReceiver(`${host} has the address ${bad}, which is not a public address.`);
  return addresses;
}

/** Addresses of IPv4 first: more machines can reach these. */
async function resolve(host: string, resolver: DialOptions["resolver"]): Promise<string[]> {
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = [four, six].flatMap((each) => (each.status === "fulfilled" ? each.value : []));
  if (found.length === 0 && four.status === "rejected") throw four.reason;
  return found;
}

function connect(
  address: string,
  { host, port, isTls }: Target,
  { ca }: DialOptions,
  { signal, limit }: { signal: AbortSignal; limit: number | null },
): Promise<Socket> {
  return new Promise((settle, reject) => {
    const socket = isTls
      ? // By the certificate, a name is the receiver's; an address is compared with those in it.
        connectTls({ host: address, port, servername: isIP(host) ? "" : host, ...(ca !== undefined && { ca }) })
      : connectPlain({ host: address, port });
    const abort = () => socket.destroy(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    // Not by AbortSignal.any, whose time-outs Node 20 may forget.
    const timer = limit === null ? undefined : setTimeout(() => socket.destroy(), limit);
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    };
    socket.once("error", reject);
    socket.once(isTls ? "secureConnect" : "connect", () => {
      end();
      socket.off("error", reject);
      settle(socket);
    });
    socket.once("close", () => {
      end();
      reject(new Error(`${host} closed the connection`));
    });
  });
}
