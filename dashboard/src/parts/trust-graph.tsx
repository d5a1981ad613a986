import type { Graph } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { countText, shortId } from "../format.ts";
import type { Point } from "../graph/camera.ts";
import { Stage, ZOOM_STEP } from "../graph/stage.ts";
import { go, href } from "../router.ts";
import { levelText, shareText } from "./words.ts";

type GraphNode = Graph["nodes"][number];

/** Who says what of whom: on a canvas for the eye and the arrow keys, and beside it as a list that says the same. */
export function TrustGraph({ graph }: { readonly graph: Graph }): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<Stage>(undefined);
  const help = useId();
  const [focus, setFocus] = useState<{ readonly id: string; readonly at: Point | undefined }>();
  useEffect(() => {
    if (canvas.current === null) return;
    stage.current = new Stage({
      canvas: canvas.current,
      name: canvasName,
      onFocus: (id, at) => setFocus(id === undefined ? undefined : { id, at }),
      onOpen: open,
    });
    return () => stage.current?.close();
  }, []);
  useEffect(() => stage.current?.show(graph), [graph]);
  const focused = graph.nodes.find(({ peer }) => peer === focus?.id);
  return (
    <div class="trust-graph">
      <div class="graph-frame">
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes the arrow keys itself */}
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-label={`Graph of ${countText(graph.nodes.length, "peer")} and ${countText(graph.edges.length, "line")} between them`}
          aria-describedby={help}
        />
        <div class="graph-tools">
          <button type="button" aria-label="Nearer" onClick={() => stage.current?.zoom(ZOOM_STEP)}>
            +
          </button>
          <button type="button" aria-label="Farther" onClick={() => stage.current?.zoom(1 / ZOOM_STEP)}>
            −
          </button>
          <button type="button" onClick={() => stage.current?.fit()}>
            Show all
          </button>
        </div>
        {focused !== undefined && focus?.at !== undefined && (
          <div
            class="graph-tip"
            style={{ left: `${focus.at.x}px`, top: `${focus.at.y}px` }}
            aria-hidden="true"
          >
            <strong>{nameOf(focused)}</strong>
            <span>{nodeText(focused)}</span>
          </div>
        )}
        <p class="visually-hidden" role="status">
          {focused !== undefined && `${nameOf(focused)}: ${nodeText(focused)}`}
        </p>
      </div>
      <ul class="graph-peers" aria-label="The peers of the graph">
        {graph.nodes.map((node) => (
          <li key={node.peer} class={node.peer === focus?.id ? "on" : ""}>
            <a
              class={node.self ? "" : "id"}
              href={node.self ? href("overview") : href("peer", node.peer)}
              title={node.peer}
              onMouseEnter={() => stage.current?.focus(node.peer)}
              onMouseLeave={() => stage.current?.focus(undefined)}
              onFocus={() => stage.current?.focus(node.peer)}
              onBlur={() => stage.current?.focus(undefined)}
            >
              {nameOf(node)}
            </a>
            <span>{nodeText(node)}</span>
          </li>
        ))}
      </ul>
      <Legend />
      <p class="soft small" id={help}>
        Arrow keys go from peer to peer, Enter opens one, + and − zoom, 0 shows all. Peers can be dragged; the
        wheel zooms while the graph has the focus.
        {graph.unshown.nodes + graph.unshown.edges > 0 &&
          ` Not shown: ${countText(graph.unshown.nodes, "peer")} and ${countText(graph.unshown.edges, "line")}.`}
      </p>
    </div>
  );

  function open(id: string): void {
    if (graph.nodes.some(({ peer, self }) => peer === id && self)) go("overview");
    else go("peer", id);
  }
}

const SIGNS = [
  ["known", "+", "followed"],
  ["heard", "", "heard through others"],
  ["doubted", "−", "often wrong"],
  ["refused", "−", "in bad faith"],
  ["refused hollow", "×", "blocked"],
  ["neutral", "", "nothing known"],
] as const;

const Legend = (): VNode => (
  <ul class="graph-legend" aria-label="What the signs mean">
    {SIGNS.map(([tone, sign, words]) => (
      <li key={words}>
        <span class={`dot ${tone}`} aria-hidden="true">
          {sign}
        </span>
        {words}
      </li>
    ))}
    <li>
      <span class="dot ring neutral" aria-hidden="true" />
      ringed: connected
    </li>
    <li>
      <span class="line trust" aria-hidden="true" />
      trusts
    </li>
    <li>
      <span class="line verdicts" aria-hidden="true" />
      tested its actions
    </li>
    <li>
      <span class="line bar" aria-hidden="true" />
      bar at the end: distrusts, or they failed
    </li>
    <li>larger: more trust</li>
  </ul>
);

const nameOf = ({ self, peer }: GraphNode): string => (self ? "This peer" : shortId(peer));

/** The end is where ids differ. */
const canvasName = (id: string): string => `…${id.slice(-6)}`;

function nodeText(node: GraphNode): string {
  const { self, level = 0, trust, reliability, verdicts, publishes, connected, blocked, discredited } = node;
  const parts = self
    ? [countText(verdicts, "verdict"), `publishes ${publishes}`]
    : [
        ...(blocked ? ["blocked"] : []),
        ...(discredited ? ["its word counts for nothing"] : []),
        ...(level === 0 ? [] : [levelText(level)]),
        `trust ${shareText(trust)}`,
        `reliable to ${shareText(reliability)}`,
        ...(verdicts > 0 ? [countText(verdicts, "verdict")] : []),
        ...(publishes > 0 ? [`publishes ${publishes}`] : []),
        ...(connected ? ["connected"] : []),
      ];
  return parts.join(" · ");
}
