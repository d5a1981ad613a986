import type { VNode } from "preact";
import { call } from "../api.ts";
import { countText } from "../format.ts";
import { status } from "../live.ts";
import { GiveAndTake, Joining, Reachability } from "../parts/connection-cards.tsx";
import { Card, Empty, Loaded, useLoad } from "../parts/index.ts";
import { PeersTable } from "../parts/peers-table.tsx";
import { TrustGraph } from "../parts/trust-graph.tsx";
import { useReloadOn } from "../parts/use-reload-on.ts";
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
