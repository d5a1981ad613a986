import type { PeerSummary, Status } from "@action-collective/protocol";
import type { VNode } from "preact";
import { call } from "../api.ts";
import { countText } from "../format.ts";
import { status } from "../live.ts";
import { Bytes, Card, Chip, CopyId, Empty, Loaded, Peer, Time, useLoad } from "../parts/index.ts";
import { TrustGraph } from "../parts/trust-graph.tsx";
import { useReloadOn } from "../parts/use-reload-on.ts";
import { scoreText, shareText } from "../parts/words.ts";
import { href } from "../router.ts";
import { Text } from "../text.tsx";
import "../views.css";

/** Verdicts and trust arrive all day; the graph follows at its leisure. */
const GRAPH_AGAIN_MS = 5_000;
/** Bytes, scores and shares change without an event. */
const PEERS_AGAIN_MS = 2_000;

export function View(): VNode {
  const peers = useLoad((signal) => call("peers", { signal }), []);
  const graph = useLoad((signal) => call("graph", { signal }), []);
  useReloadOn(["peers", "rules", "verified", "status"], peers.reload, PEERS_AGAIN_MS);
  useReloadOn(["peers", "rules", "verified", "arrived"], graph.reload, GRAPH_AGAIN_MS);
  const state = status.value;
  return (
    <section class="page">
      <div class="page-head">
        <h1>Network</h1>
        <a href={href("reputation")}>Whom you trust</a>
      </div>
      {state !== undefined && state.warnings.length > 0 && (
        <Card title="Something is wrong with the company this peer keeps" kind="warning">
          <ul class="plain-list">
            {state.warnings.map((warning) => (
              <li key={warning}>
                <Text value={warning} />
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Card title="Who says what of whom">
        <Loaded load={graph}>
          {(value) =>
            value.nodes.length < 2 ? (
              <Empty title="Nobody else is known yet">
                <p>Peers appear here once this one is connected, or has heard of somebody's actions.</p>
              </Empty>
            ) : (
              <TrustGraph graph={value} />
            )
          }
        </Loaded>
      </Card>
      <Card
        title="Connected peers"
        end={peers.value && <span class="soft small">{countText(peers.value.peers.length, "peer")}</span>}
      >
        <Loaded load={peers}>{({ peers: list }) => <PeersTable peers={list} />}</Loaded>
      </Card>
      {state !== undefined && (
        <div class="grid">
          <Reachability state={state} />
          <Joining state={state} />
          <GiveAndTake state={state} />
        </div>
      )}
    </section>
  );
}

function PeersTable({ peers }: { readonly peers: readonly PeerSummary[] }): VNode {
  if (peers.length === 0)
    return (
      <Empty title="Connected to nobody">
        <p>
          What is known here stays usable. <code>collective network</code> says through whom this peer joins.
        </p>
      </Empty>
    );
  return (
    <div class="table" tabIndex={0} role="region" aria-label="Connected peers">
      <table class="peers-table">
        <thead>
          <tr>
            <th scope="col">Peer</th>
            <th scope="col">Who called</th>
            <th scope="col">Since</th>
            <th scope="col" class="number" title="How much this peer's network layer thinks of it as a neighbour">
              Score
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
                  <Text value={peer.address} />
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const REACHED: Readonly<Record<Status["reachability"]["state"], readonly ["good" | "info" | "warn" | "plain", string, string]>> = {
  direct: ["good", "directly", "Others can connect to this peer."],
  relayed: ["info", "through relays", "Others cannot connect to it directly; relays pass their calls on."],
  "outbound-only": ["warn", "not at all", "It calls others, and nobody can call it. All still works, a little slower."],
  unknown: ["plain", "not known yet", "Nobody has called it so far."],
};

function Reachability({ state }: { readonly state: Status }): VNode {
  const [tone, word, sentence] = REACHED[state.reachability.state];
  return (
    <Card title="How others reach this peer" end={<Chip tone={tone}>{word}</Chip>}>
      <p>{sentence}</p>
      <Addresses title="Relays that hold a place for it" list={state.reachability.relays} />
      <Addresses title="Its addresses" list={state.addresses} />
    </Card>
  );
}

function Addresses({ title, list }: { readonly title: string; readonly list: readonly string[] }): VNode | null {
  if (list.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul class="plain-list small break">
        {list.map((address) => (
          <li key={address}>
            <code>
              <Text value={address} />
            </code>
          </li>
        ))}
      </ul>
    </div>
  );
}

const JOINS: Readonly<Record<Status["joining"]["how"], string>> = {
  given: "through addresses that you gave",
  off: "nobody, as you told it",
  list: "through its network's list",
  expired: "through a list that has expired",
  nobody: "through a list that names nobody",
  unlisted: "through nobody: it has no list",
};

function Joining({ state: { joining, network, publicDht, peerId } }: { readonly state: Status }): VNode {
  return (
    <Card title="How it joins">
      <dl class="facts">
        <dt>Network</dt>
        <dd>
          <Text value={network} />
        </dd>
        <dt>Joins</dt>
        <dd>
          {JOINS[joining.how]}
          {joining.nodes > 0 && `, ${countText(joining.nodes, "node")}`}
        </dd>
        {joining.note !== "" && (
          <>
            <dt>Note</dt>
            <dd>
              <Text value={joining.note} />
            </dd>
          </>
        )}
        <dt>This peer</dt>
        <dd>
          <CopyId id={peerId} />
        </dd>
        {publicDht !== undefined && (
          <>
            <dt>Public DHT</dt>
            <dd>
              {publicDht.state}, {countText(publicDht.connections, "connection")},{" "}
              {countText(publicDht.announced, "block")} announced
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}

function GiveAndTake({ state: { giveAndTake: dealt } }: { readonly state: Status }): VNode {
  const most = Math.max(1, ...dealt.peers.map(({ givenBytes, takenBytes }) => givenBytes + takenBytes));
  return (
    <Card
      title="Give and take"
      end={dealt.contended ? <Chip tone="warn">requests wait now</Chip> : <Chip tone="good">room for all</Chip>}
    >
      <dl class="facts">
        <dt>Given</dt>
        <dd>
          <Bytes value={dealt.givenBytes} />
        </dd>
        <dt>Taken</dt>
        <dd>
          <Bytes value={dealt.takenBytes} />
        </dd>
        <dt>Put off</dt>
        <dd>{countText(dealt.putOff, "request")}</dd>
      </dl>
      {dealt.peers.length > 0 && (
        <ul class="dealings">
          {dealt.peers.map(({ peer, givenBytes, takenBytes, share }) => (
            <li key={peer}>
              <Peer id={peer} />
              <span class="bar" aria-hidden="true">
                <span class="given" style={{ width: shareText(givenBytes / most).replace(" ", "") }} />
                <span class="taken" style={{ width: shareText(takenBytes / most).replace(" ", "") }} />
              </span>
              <span class="small soft">
                gave <Bytes value={givenBytes} />, took <Bytes value={takenBytes} />, share {scoreText(share)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
