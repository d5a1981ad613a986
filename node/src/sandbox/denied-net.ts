/**
 * Addresses that no network grant may reach, whatever a host name resolves to: the user's machine and home
 * network, link-local services of clouds, multicast. Deno checks after resolving; it knows no IPv6 ranges.
 */
export const PRIVATE_NET: readonly string[] = [
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
  "localhost",
  "[::]",
  "[::1]",
];
