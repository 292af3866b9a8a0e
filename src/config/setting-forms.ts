import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import * as v from "valibot";
import { parseUrl } from "../inputs/parse-url";

const onOrOff = v.pipe(
  v.picklist(["on", "off"]),
  v.transform((value) => value === "on"),
);
const ON_OR_OFF = "on or off";

/** A setting that is on or off. */
export function switchSetting(byDefault: "on" | "off", description: string) {
  return { description, default: byDefault, form: onOrOff, expected: ON_OR_OFF };
}

/** A setting that is on, off, or not set. */
export function optionalSwitch(description: string) {
  return { description, default: undefined, form: v.optional(onOrOff), expected: ON_OR_OFF };
}

export const host = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9.:-]+$/));
export const megabytes = v.pipe(v.string(), v.regex(/^\d{1,4}$/), v.transform(Number));
export const port = v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(65535));

/** A URL of one of these protocols that also passes `isGood`. */
export function urlOf(protocols: readonly string[], isGood: (url: URL) => boolean = () => true) {
  return v.pipe(
    v.string(),
    v.check((text) => {
      const url = parseUrl(text);
      return url !== null && protocols.includes(url.protocol.slice(0, -1)) && isGood(url);
    }),
  );
}

export const httpUrl = urlOf(["http", "https"]);

/** A URL to which a path or a query can be added as text; fetch refuses one with a user. */
export const baseUrl = v.pipe(
  urlOf(["http", "https"], ({ username, password }) => !username && !password),
  v.regex(/^[^?#]*$/),
);

/** A URL that anyone may read; fetch refuses one with a user. */
export const hubUrl = urlOf(["http", "https"], ({ username, password, hash }) => !username && !password && !hash);

export const postgresUrl = urlOf(
  ["postgres", "postgresql"],
  ({ hostname, searchParams, pathname }) => (hostname !== "" || searchParams.has("host")) && pathname.length > 1,
);

/** Proxies whose X-Forwarded-For is trusted; see Fastify's trustProxy. */
export const proxies = v.pipe(
  v.string(),
  v.check((text) => readProxies(text) !== null),
  v.transform((text) => readProxies(text) ?? false),
);

/** Reads Fastify's trustProxy: off, a number of hops, or addresses and networks of proxies; null for any other text. */
function readProxies(text: string): false | ((address: string, hop: number) => boolean) | string[] | null {
  if (text === "off") return false;
  if (/^[1-9]\d?$/.test(text)) return (_, hop) => hop < Number(text);
  const listed = text.split(",").map((proxy) => proxy.trim());
  const areGood = listed.every((proxy) => {
    const [address = "", bits] = proxy.split("/");
    // The library also reads 10.1 as an address; Fastify takes no network of all addresses.
    return isIP(address) !== 0 && (bits === undefined || (ipaddr.isValidCIDR(proxy) && Number(bits) > 0));
  });
  return areGood ? listed : null;
}
