import type { ConnectionGater, MultiaddrConnection, PeerId } from "@libp2p/interface";
import {
  CIRCUITS_PER_CUSTOMER_AND_PEER,
  DIALS_PER_CUSTOMER,
  DIALS_PER_GROUP,
  DIALS_TOTAL,
  INBOUND_PER_CUSTOMER,
  INBOUND_TOTAL_BOOTSTRAP,
  INBOUND_TOTAL_PEER,
  INBOUND_UPGRADE_TIMEOUT_MS,
  LIBP2P_INBOUND_PER_HOST_PER_SECOND,
  LIBP2P_MAX_PENDING_INBOUND,
  MAX_CIRCUITS_PER_PEER,
  MAX_CONNECTIONS_BOOTSTRAP,
  MAX_CONNECTIONS_PEER,
  MAX_CONNECTIONS_PER_PEER,
  MAX_INBOUND_PER_CUSTOMER,
  MAX_INBOUND_SHARE_PER_GROUP,
  MAX_PENDING_INBOUND,
  MAX_PENDING_INBOUND_PER_CUSTOMER,
  MAX_RATED_ADDRESSES,
  MAX_STREAM_UNSENT_BYTES,
  MAX_STREAM_WINDOW_BYTES,
  MAX_STREAMS_PER_CONNECTION,
  RESERVED_OUTBOUND,
  STREAM_NEGOTIATION_TIMEOUT_MS,
} from "../limits.ts";
import type { Log, Reach, Role } from "../options.ts";
import { reason } from "../safely.ts";
import { CircuitGuard } from "./circuit-guard.ts";
import { ConnectionGuard } from "./connection-guard.ts";
import { DialGuard } from "./dial-guard.ts";

/** Who watches a host's connections in both directions. */
export interface HostGuards {
  connections: ConnectionGuard;
  circuits: CircuitGuard;
  dials: DialGuard;
  maxConnections: number;
  now(): number;
  log: Log;
}

interface GuardParts {
  role: Role;
  reach: Reach;
  maxConnections?: number | undefined;
  guardLocal: boolean;
  /** Addresses the user named. */
  trusted: readonly string[];
  now(): number;
  log: Log;
}

export function createGuards(parts: GuardParts): HostGuards {
  const { role, reach, guardLocal, now, log } = parts;
  const isBootstrap = role === "bootstrap";
  const maxConnections =
    parts.maxConnections ?? (isBootstrap ? MAX_CONNECTIONS_BOOTSTRAP : MAX_CONNECTIONS_PEER);
  const inbound = Math.max(Math.ceil(maxConnections / 2), maxConnections - RESERVED_OUTBOUND);
  const connections = new ConnectionGuard(
    {
      inbound,
      pending: MAX_PENDING_INBOUND,
      pendingPerCustomer: MAX_PENDING_INBOUND_PER_CUSTOMER,
      perPeer: MAX_CONNECTIONS_PER_PEER,
      perCustomer: MAX_INBOUND_PER_CUSTOMER,
      perGroup: Math.max(MAX_INBOUND_PER_CUSTOMER, Math.floor(inbound * MAX_INBOUND_SHARE_PER_GROUP)),
      perRelay: MAX_CIRCUITS_PER_PEER,
      customerRate: INBOUND_PER_CUSTOMER,
      totalRate: isBootstrap ? INBOUND_TOTAL_BOOTSTRAP : INBOUND_TOTAL_PEER,
      rememberedCustomers: MAX_RATED_ADDRESSES,
      countLocal: guardLocal,
    },
    now(),
  );
  const dials = new DialGuard(
    {
      customerRate: DIALS_PER_CUSTOMER,
      groupRate: DIALS_PER_GROUP,
      totalRate: DIALS_TOTAL,
      rememberedTargets: MAX_RATED_ADDRESSES,
      countLocal: guardLocal,
      refuseLocal: reach === "public",
    },
    now(),
  );
  for (const address of parts.trusted) dials.trust(address);
  const circuits = new CircuitGuard(CIRCUITS_PER_CUSTOMER_AND_PEER, MAX_RATED_ADDRESSES);
  return { connections, circuits, dials, maxConnections, now, log };
}

/** libp2p asks it at each stage of a connection; a throw would count as "refused" without a word. */
export function gaterOf(
  { connections, circuits, now, log }: HostGuards,
  refuses: (peer: PeerId) => boolean,
): ConnectionGater {
  const refused = (address: string, why: string) => {
    log("debug", "an inbound connection is refused", { address, why });
    return true;
  };
  return {
    denyDialPeer: refuses,
    // Node's default denies nothing; said here because a private network lives on private addresses.
    denyDialMultiaddr: () => false,
    denyInboundConnection: (connection) => {
      const address = connection.remoteAddr.toString();
      try {
        const refusal = connections.admit(connection, address, now());
        if (refusal !== undefined) return refused(address, refusal);
        releaseWhenClosed(connections, connection);
        return false;
      } catch (error) {
        log("error", "judging an inbound connection failed", { reason: reason(error) });
        return true;
      }
    },
    denyInboundEncryptedConnection: (peer, connection) => {
      if (refuses(peer)) return true;
      const refusal = connections.identify(connection, peer.toString());
      return refusal === undefined ? false : refused(connection.remoteAddr.toString(), refusal);
    },
    denyInboundRelayedConnection: (_relay, peer) => refuses(peer),
    denyOutboundRelayedConnection: (source, destination) =>
      !circuits.admit(connections.customerOf(source.toString()), destination.toString(), now()),
    denyInboundUpgradedConnection: (_peer, connection) => {
      connections.upgraded(connection);
      return false;
    },
  };
}

function releaseWhenClosed(connections: ConnectionGuard, connection: MultiaddrConnection): void {
  connection.addEventListener("close", () => connections.release(connection), { once: true });
  // It may have closed while we judged it.
  if (connection.status !== "open") connections.release(connection);
}

/** For yamux: bounds what a slow or greedy neighbour makes us keep. */
export const STREAM_LIMITS = {
  maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
  maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
  streamOptions: {
    maxStreamWindowSize: MAX_STREAM_WINDOW_BYTES,
    maxWriteBufferLength: MAX_STREAM_UNSENT_BYTES,
  },
};

/** For libp2p's connection manager, whose own counters must not be the ones that bite first. */
export function connectionLimits({ maxConnections }: HostGuards) {
  return {
    maxConnections,
    maxIncomingPendingConnections: LIBP2P_MAX_PENDING_INBOUND,
    inboundConnectionThreshold: LIBP2P_INBOUND_PER_HOST_PER_SECOND,
    inboundUpgradeTimeout: INBOUND_UPGRADE_TIMEOUT_MS,
    inboundStreamProtocolNegotiationTimeout: STREAM_NEGOTIATION_TIMEOUT_MS,
    outboundStreamProtocolNegotiationTimeout: STREAM_NEGOTIATION_TIMEOUT_MS,
  };
}
