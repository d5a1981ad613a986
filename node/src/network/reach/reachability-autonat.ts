import { type AutoNATComponents, autoNAT } from "@libp2p/autonat";
import { isMultiaddr } from "@multiformats/multiaddr";
import { AUTONAT_TIMEOUT_MS, MAX_AUTONAT_MESSAGE_BYTES, MAX_AUTONAT_STREAMS_PER_PEER } from "../limits.ts";

type ConnectionManager = AutoNATComponents["connectionManager"];

/**
 * AutoNAT in both roles: we ask neighbours to dial us back, and dial those back who ask. Two things of the library are
 * set right. As server it opens "a connection" to the asker, is handed the one that the question came through, finds
 * that it leads elsewhere and closes it: nobody on the internet would stay connected. So dialling back always makes a
 * connection of its own. And as client it dials strangers from random walks for as long as it is unsure: whom we are
 * connected to is the supervisor's decision.
 */
export function autoNat(): (components: AutoNATComponents) => unknown {
  const service = autoNAT({
    timeout: AUTONAT_TIMEOUT_MS,
    maxInboundStreams: MAX_AUTONAT_STREAMS_PER_PEER,
    maxMessageSize: MAX_AUTONAT_MESSAGE_BYTES,
  });
  return (components) => {
    const { connectionManager } = components;
    const openConnection: ConnectionManager["openConnection"] = (target, options) =>
      connectionManager.openConnection(target, isMultiaddr(target) ? { ...options, force: true } : options);
    return service({
      registrar: components.registrar,
      addressManager: components.addressManager,
      transportManager: components.transportManager,
      peerId: components.peerId,
      logger: components.logger,
      events: components.events,
      peerStore: components.peerStore,
      connectionManager: Object.create(connectionManager, { openConnection: { value: openConnection } }),
      randomWalk: { walk: nobody },
    });
  };
}

async function* nobody(): AsyncGenerator<never> {}
