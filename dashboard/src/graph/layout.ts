import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type Simulation,
  type SimulationLinkDatum,
} from "d3-force";
import type { Dot, Line, Scene } from "./scene.ts";

const APART = -320;
/** Room for a name below a peer. */
const ROOM = 14;
const TRUST_LENGTH = 120;
const VERDICTS_LENGTH = 150;
/** Peers that nobody says anything of stay near by. A page is wider than high, so the pull is stronger upwards. */
const INWARD_X = 0.045;
const INWARD_Y = 0.085;

/** Moves the dots of a scene, a step a frame. Its own clock is not used: whoever draws decides when a step is made. */
export interface Layout {
  /** False when it has come to rest. */
  readonly moving: boolean;
  step(): void;
  /** All steps at once, for those who asked for no motion. */
  settle(): void;
  /** Begins to move again; with a hand on a dot it goes on until `let go`. */
  stir(hand?: "holding" | "let go"): void;
}

/**
 * The same scene always comes to the same rest: neither clock nor chance goes in.
 *
 * @param from `resting`: every peer stands where it should; `settled`: most do, so that they hardly move
 */
export function layoutOf(scene: Scene, from: "fresh" | "settled" | "resting"): Layout {
  const links: (SimulationLinkDatum<Dot> & Pick<Line, "kind">)[] = scene.lines.map(
    ({ source, target, kind }) => ({ source, target, kind }),
  );
  const simulation: Simulation<Dot, undefined> = forceSimulation<Dot>([...scene.dots])
    .stop()
    .force("apart", forceManyBody<Dot>().strength(APART).distanceMax(600))
    .force(
      "room",
      forceCollide<Dot>().radius(({ radius }) => radius + ROOM),
    )
    .force("x", forceX<Dot>(0).strength(INWARD_X))
    .force("y", forceY<Dot>(0).strength(INWARD_Y))
    .force(
      "links",
      forceLink<Dot, (typeof links)[number]>(links).distance(({ kind }) =>
        kind === "trust" ? TRUST_LENGTH : VERDICTS_LENGTH,
      ),
    );
  if (from !== "fresh") simulation.alpha(from === "settled" ? 0.2 : 0);
  return {
    get moving() {
      return simulation.alpha() >= simulation.alphaMin();
    },
    step: () => {
      simulation.tick();
    },
    settle: () => {
      while (simulation.alpha() >= simulation.alphaMin()) simulation.tick();
    },
    stir: (hand) => {
      simulation.alphaTarget(hand === "holding" ? 0.25 : 0).alpha(Math.max(simulation.alpha(), 0.25));
    },
  };
}
