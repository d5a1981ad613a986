import { type CircuitRelayService, circuitRelayServer } from "@libp2p/circuit-relay-v2";
import type { PeerId } from "@libp2p/interface";
import {
  MAX_CIRCUITS_PER_PEER,
  MAX_RELAY_RESERVATIONS,
  RELAY_CIRCUIT_BYTES,
  RELAY_CIRCUIT_MS,
  RELAY_HOP_TIMEOUT_MS,
  RELAY_RESERVATION_MS,
} from "../limits.ts";

/** What a relay gives. */
export interface RelayLimits {
  /** Peers that may have a place at a time. */
  reservations: number;
  /** Bytes of both directions after which a circuit is cut. */
  circuitBytes: number;
  /** Milliseconds after which it is. */
  circuitMs: number;
  /** Circuits one peer may have open, and as many towards it. */
  circuitsPerPeer: number;
}

export const RELAY_LIMITS: RelayLimits = {
  reservations: MAX_RELAY_RESERVATIONS,
  circuitBytes: RELAY_CIRCUIT_BYTES,
  circuitMs: RELAY_CIRCUIT_MS,
  circuitsPerPeer: MAX_CIRCUITS_PER_PEER,
};

/** The relay server, as a libp2p service. */
export function relayServer(limits: RelayLimits = RELAY_LIMITS): ReturnType<typeof circuitRelayServer> {
  return circuitRelayServer({
    hopTimeout: RELAY_HOP_TIMEOUT_MS,
    // Per connection: a circuit holds a stream of each kind for as long as it is open. One more is for the reservation.
    maxInboundHopStreams: limits.circuitsPerPeer + 1,
    maxOutboundStopStreams: limits.circuitsPerPeer,
    reservations: {
      maxReservations: limits.reservations,
      reservationTtl: RELAY_RESERVATION_MS,
      defaultDataLimit: BigInt(limits.circuitBytes),
      defaultDurationLimit: limits.circuitMs,
    },
  });
}

/**
 * Frees the place of a peer that left. The library keeps it until it expires, so that a few hundred peers who come and
 * go would lock everybody else out for an hour.
 */
export function releaseReservation({ reservations }: CircuitRelayService, peer: PeerId): void {
  const reservation = reservations.get(peer);
  if (!reservation) return;
  // Else the old one's end would also end the next one.
  reservation.signal.clear();
  reservations.delete(peer);
}
