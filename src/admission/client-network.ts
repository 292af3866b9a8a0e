import { isIP, isIPv4 } from "node:net";
import ipaddr, { type IPv6 } from "ipaddr.js";

/**
 * The network of a client's address. One household or machine holds a whole /64 of IPv6 addresses (RFC 6177), so these are
 * one network. A port that a proxy appends is ignored; everything that is not an address is the network "unknown".
 */
export function networkOf(text: string): string {
  if (isIPv4(text)) return text;
  const address = text.replace(/^\[(.*)\](:\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1");
  const version = isIP(address);
  if (version === 4) return address;
  // The library also reads 10.1 as an address.
  if (version === 0) return "unknown";
  // An IPv4 address within an IPv6 one is that.
  const parsed = ipaddr.process(address);
  return "parts" in parsed ? prefixOf(parsed) : parsed.toString();
}

/** The first four groups (RFC 4291, 2.2). */
function prefixOf({ parts }: IPv6): string {
  return parts
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":");
}
