import { BlockList, isIP } from "node:net";

/**
 * Addresses that no network grant may reach, whatever a host name resolves to: the user's machine and home
 * network, link-local services of clouds, multicast. Deno checks after resolving, IPv4 in IPv6 included.
 */
const PRIVATE_IPV4: readonly string[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/**
 * The same in IPv6, with the ranges that carry an IPv4 address (NAT64, 6to4, Teredo). Deno knows no IPv6 ranges:
 * these are checked on the host before a run, and inside a run names resolve to IPv4 alone (`environment.ts`).
 */
const PRIVATE_IPV6: readonly string[] = [
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/32",
  "2002::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
];

/** What Deno is told to deny. */
export const PRIVATE_NET: readonly string[] = [...PRIVATE_IPV4, "localhost", "[::]", "[::1]"];

const blocked = new BlockList();
for (const [ranges, family] of [
  [PRIVATE_IPV4, "ipv4"],
  [PRIVATE_IPV6, "ipv6"],
] as const)
  for (const range of ranges) {
    const [network = "", bits] = range.split("/");
    blocked.addSubnet(network, Number(bits), family);
  }

/** Is this an address of the user's own machine or network, or none at all? Pure. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  // An IPv4 address inside an IPv6 one (::ffff:10.0.0.1) is checked as what it is.
  return family === 0 || blocked.check(address, family === 4 ? "ipv4" : "ipv6");
}
