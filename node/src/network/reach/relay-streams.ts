import { isPeerId, type Libp2p } from "@libp2p/interface";

/**
 * Lets streams that may run over a relay use the relayed connection that is there. libp2p's own `dialProtocol` passes it
 * over and dials again: bitswap would make a circuit for every message, and could not answer a peer that came through
 * a relay and has no address of its own.
 */
export function useRelayedConnections(host: Pick<Libp2p, "dialProtocol" | "getConnections">): void {
  const dialProtocol = host.dialProtocol.bind(host);
  host.dialProtocol = async (target, protocols, options) => {
    if (options?.runOnLimitedConnection === true && isPeerId(target)) {
      const open = host.getConnections(target).filter((connection) => connection.status === "open");
      const [relayed] = open;
      if (relayed && open.every((connection) => connection.limits !== undefined))
        return await relayed.newStream(protocols, options);
    }
    return await dialProtocol(target, protocols, options);
  };
}
