import type { Graph } from "@action-collective/protocol";
import type { VNode } from "preact";
import { countText } from "../format.ts";
import { Chip } from "./chip.tsx";
import { Empty } from "./empty.tsx";
import { Peer } from "./peer.tsx";
import { levelText } from "./words.ts";

/** Lines that somebody reads. */
const SHOWN = 40;

type Edge = Graph["edges"][number];

/** What a peer says of others and of their actions, and what is said of it, as far as it is in the graph. */
export function Statements({ graph, peer }: { readonly graph: Graph; readonly peer: string }): VNode {
  const lines = graph.edges.filter(({ from, to }) => from === peer || to === peer);
  if (lines.length === 0)
    return (
      <Empty title="Nothing is known">
        <p>Neither statements of trust, nor verdicts on actions.</p>
      </Empty>
    );
  return (
    <ul class="plain-list">
      {lines.slice(0, SHOWN).map((edge) => (
        <li key={`${edge.from} ${edge.to} ${edge.kind}`}>
          <Speaker id={edge.from} about={peer} /> <Statement edge={edge} about={peer} />
        </li>
      ))}
    </ul>
  );
}

/** The page's own peer is "it". */
const Speaker = ({ id, about }: { readonly id: string; readonly about: string }): VNode =>
  id === about ? <strong>it</strong> : <Peer id={id} />;

function Statement({ edge, about }: { readonly edge: Edge; readonly about: string }): VNode {
  if (edge.kind === "trust")
    return (
      <>
        says of <Speaker id={edge.to} about={about} />:{" "}
        <Chip tone={(edge.level ?? 0) > 0 ? "good" : "bad"}>{levelText(edge.level ?? 0)}</Chip>
      </>
    );
  return (
    <>
      tested what <Speaker id={edge.to} about={about} /> publishes: {countText(edge.passes, "pass", "passes")}
      , {countText(edge.failures, "failure")}
    </>
  );
}
