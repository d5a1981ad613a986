import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Where an address leads, seen from the internet's structure. */
export interface AddressPlace {
  /** The address in one form, also for an IPv4 address inside an IPv6 one. */
  ip: string;
  /** What one customer usually holds: the IPv4 address itself, or an IPv6 /56. */
  customer: string;
  /** What one provider usually holds: IPv4 /16, IPv6 /32. Whoever rents addresses in bulk gets them from few of these. */
  group: string;
  scope: "loopback" | "private" | "public";
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** RFC 1918, 6598, 3927, 4193, 4291 and the unspecified addresses: nothing that is routed on the internet. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  PRIVATE.addSubnet(network, bits, "ipv4");
PRIVATE.addSubnet("fc00::", 7, "ipv6");
PRIVATE.addSubnet("fe80::", 10, "ipv6");
PRIVATE.addAddress("::", "ipv6");

/**
 * Where a multiaddr leads: of a relayed address, to the relay, since that is who gets the packets. Undefined when it names
 * no IP address (a name that must be looked up first).
 */
export function placeOf(address: string): AddressPlace | undefined {
  const ip = /\/ip[46]\/([^/]+)/.exec(address)?.[1];
  if (ip === undefined) return undefined;
  if (isIPv4(ip)) return placeOfIpv4(ip);
  if (!isIPv6(ip)) return undefined;
  const words = expand(ip);
  const mapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  if (mapped) return placeOfIpv4(dotted(words[6] ?? 0, words[7] ?? 0));
  const text = words.map((word) => word.toString(16)).join(":");
  const hex = words.map((word) => word.toString(16).padStart(4, "0")).join("");
  return {
    ip: text,
    customer: `${hex.slice(0, 14)}/56`,
    group: `${hex.slice(0, 8)}/32`,
    scope: scopeOf(ip, "ipv6"),
  };
}

/**
 * The name under which a neighbour counts as one of many in the same hands; undefined for private addresses, which form one
 * group by nature and say nothing about who owns them.
 */
export function groupOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const known = groups.get(address);
  if (known !== undefined) return known ?? undefined;
  const place = placeOf(address);
  const group = place?.scope === "public" ? place.group : null;
  if (groups.size >= MAX_REMEMBERED) groups.clear();
  groups.set(address, group);
  return group ?? undefined;
}

/** The same few thousand addresses are asked about with every look at whom to dial. */
const MAX_REMEMBERED = 8_192;
const groups = new Map<string, string | null>();

function placeOfIpv4(ip: string): AddressPlace {
  const [first, second] = ip.split(".");
  return { ip, customer: ip, group: `${first}.${second}/16`, scope: scopeOf(ip, "ipv4") };
}

function scopeOf(ip: string, family: "ipv4" | "ipv6"): AddressPlace["scope"] {
  if (LOOPBACK.check(ip, family)) return "loopback";
  return PRIVATE.check(ip, family) ? "private" : "public";
}

/** The eight 16-bit words of an IPv6 address that `isIPv6` accepted. */
function expand(ip: string): number[] {
  const plain = (ip.split("%")[0] ?? ip).replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [(Number(a) << 8) | Number(b), (Number(c) << 8) | Number(d)].map((word) => word.toString(16)).join(":"),
  );
  const [head = "", tail] = plain.split("::");
  const words = (text: string) =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  const left = words(head);
  const right = tail === undefined ? [] : words(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
