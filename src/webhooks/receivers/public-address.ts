import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** The addresses of the internet in IPv6 today; the library calls everything without a name of its own unicast. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an address is of the public internet: not loopback, private, link-local, shared by a provider (CGNAT), multicast,
 * for documentation, for tests or reserved, and no IPv6 address that stands for one of IPv4 (mapped, compatible, 6to4,
 * Teredo, NAT64), whichever that is. Texts that are not addresses are not public.
 */
export function isPublicAddress(text: string): boolean {
  // The library also reads 1.2 as an address.
  if (!isIP(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== "unicast") return false;
  return address.kind() === "ipv4" || (address as ipaddr.IPv6).match(GLOBAL_UNICAST);
}

/** Whether an address is one of these addresses and networks. */
export function isWithin(text: string, networks: readonly string[]): boolean {
  if (!isIP(text)) return false;
  const address = ipaddr.parse(text);
  return networks.some((network) => {
    const [base, bits] = network.includes("/") ? ipaddr.parseCIDR(network) : [ipaddr.parse(network), null];
    return base.kind() === address.kind() && address.match(base, bits ?? (base.kind() === "ipv4" ? 32 : 128));
  });
}
