import type { PeerSummary } from "@action-collective/protocol";
import type { VNode } from "preact";
import { Text } from "../text.tsx";
import { Bytes } from "./bytes.tsx";
import { Chip } from "./chip.tsx";
import { Empty } from "./empty.tsx";
import { Peer } from "./peer.tsx";
import { Time } from "./time.tsx";

/** The row says whose it is. */
const withoutPeer = (address: string): string => address.replace(/(?<=.)\/p2p\/[^/]*$/, "");

/** Everybody to whom this peer is connected now. */
export function PeersTable({ peers }: { readonly peers: readonly PeerSummary[] }): VNode {
  if (peers.length === 0)
    return (
      <Empty title="Connected to nobody">
        <p>
          What is known here stays usable. <code>collective network</code> says through whom this peer joins.
        </p>
      </Empty>
    );
  return (
    <div class="table">
      <table class="peers-table">
        <thead>
          <tr>
            <th scope="col">Peer</th>
            <th scope="col">Who called</th>
            <th scope="col">Since</th>
            <th
              scope="col"
              class="number"
              title="How much this peer's network layer thinks of it as a neighbour"
            >
              Link score
            </th>
            <th scope="col">Its verdicts</th>
            <th scope="col" class="number">
              Given
            </th>
            <th scope="col" class="number">
              Taken
            </th>
            <th scope="col" class="number" title="Of a newcomer's ration, where there is not enough for all">
              Share
            </th>
            <th scope="col">Address</th>
          </tr>
        </thead>
        <tbody>
          {peers.map((peer) => (
            <tr key={`${peer.id} ${peer.address}`}>
              <th scope="row">
                <Peer id={peer.id} />
              </th>
              <td>
                {peer.direction === "inbound" ? "it did" : "this peer"}
                {!peer.gossip && (
                  <>
                    {" "}
                    <Chip title="It takes no part in gossip here">no gossip</Chip>
                  </>
                )}
              </td>
              <td class="nowrap">
                <Time at={peer.connectedAt} />
              </td>
              <td class="number">{peer.score.toFixed(1)}</td>
              <td class="nowrap">
                {peer.agreements + peer.disagreements === 0
                  ? "none tested here"
                  : `${peer.agreements} right, ${peer.disagreements} wrong`}
              </td>
              <td class="number nowrap">
                <Bytes value={peer.givenBytes} />
              </td>
              <td class="number nowrap">
                <Bytes value={peer.takenBytes} />
              </td>
              <td class="number">{peer.share.toFixed(2)}</td>
              <td class="address">
                <code>
                  <Text value={withoutPeer(peer.address)} />
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
