import type { Connection, DialTransportOptions, Transport } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { DialHeldBackError } from "../errors.ts";
import type { DialGuard } from "./dial-guard.ts";

type Make<C, T extends Transport> = (components: C) => T;

/**
 * A transport whose every dial passes the guard, whoever asked for it: our supervisor, the DHT's walks, bitswap. libp2p's
 * gater is no place for it, since it is also asked when nobody is going to dial.
 */
export function guardedTransport<C, T extends Transport>(
  make: Make<C, T>,
  guard: DialGuard,
  now: () => number,
): Make<C, T> {
  return (components) => {
    const transport = make(components);
    const dial = transport.dial.bind(transport);
    transport.dial = async (address: Multiaddr, options: DialTransportOptions): Promise<Connection> => {
      const text = address.toString();
      if (!guard.admit(text, now())) throw new DialHeldBackError(text);
      const connection = await dial(address, options);
      guard.succeeded(text, now());
      return connection;
    };
    return transport;
  };
}
