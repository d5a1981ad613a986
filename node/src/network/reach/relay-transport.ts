import {
  type CircuitRelayTransportComponents,
  circuitRelayTransport,
  RELAY_V2_STOP_CODEC,
} from "@libp2p/circuit-relay-v2";
import type { PeerId, StreamHandler, Transport } from "@libp2p/interface";
import { MAX_CIRCUITS_PER_PEER, RELAY_RESERVE_TIMEOUT_MS } from "../limits.ts";

type Registrar = CircuitRelayTransportComponents["registrar"];

/** What the circuit transport keeps of its reservations. */
interface ReservationStore {
  addRelay(relay: PeerId, type: "configured"): Promise<unknown>;
  hasReservation(relay: PeerId): boolean;
}

/**
 * Dials through relays, and is dialled through those that hold a place for us. The library takes circuits from any
 * neighbour that opens the relay's protocol: one address could bring us connections of as many peers as it likes to
 * invent, past all that is counted by address.
 */
export function relayTransport(): (components: CircuitRelayTransportComponents) => Transport {
  const make = circuitRelayTransport({
    reservationCompletionTimeout: RELAY_RESERVE_TIMEOUT_MS,
    maxInboundStopStreams: MAX_CIRCUITS_PER_PEER,
  });
  return (components) => {
    const { registrar } = components;
    const fromOurRelays =
      (handler: StreamHandler): StreamHandler =>
      (stream, connection) => {
        if (reservationStoreOf(transport)?.hasReservation(connection.remotePeer) === true)
          return handler(stream, connection);
        stream.abort(new DOMException("no place was asked for here", "AbortError"));
      };
    const handle: Registrar["handle"] = (protocol, handler, options) =>
      registrar.handle(
        protocol,
        protocol === RELAY_V2_STOP_CODEC ? fromOurRelays(handler) : handler,
        options,
      );
    const transport = make({
      peerId: components.peerId,
      peerStore: components.peerStore,
      upgrader: components.upgrader,
      addressManager: components.addressManager,
      connectionManager: components.connectionManager,
      connectionGater: components.connectionGater,
      transportManager: components.transportManager,
      randomWalk: components.randomWalk,
      events: components.events,
      logger: components.logger,
      registrar: Object.create(registrar, { handle: { value: handle } }),
    });
    return transport;
  };
}

/** The circuit transport's; undefined for any other transport. */
export function reservationStoreOf(transport: Transport): ReservationStore | undefined {
  return hasStore(transport) ? transport.reservationStore : undefined;
}

function hasStore(transport: Transport): transport is Transport & { reservationStore: ReservationStore } {
  if (!("reservationStore" in transport)) return false;
  const store = transport.reservationStore;
  return typeof store === "object" && store !== null && "addRelay" in store && "hasReservation" in store;
}
