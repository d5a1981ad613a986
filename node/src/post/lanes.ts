import { PostBusyError } from "./errors.ts";
import { MOST_IN_LANES, MOST_SENT_TO_PEER } from "./limits.ts";

interface Way {
  /** The last of those with the same sender and receiver. */
  readonly lanes: Map<string, Promise<unknown>>;
  readonly waiting: (() => void)[];
  underWay: number;
  total: number;
}

/**
 * One-way letters to each peer: those from one agent to one other go one after the other, so that they arrive in the order they
 * were sent; no more than a few go at once, so that a flurry of letters is not turned away.
 */
export class Lanes {
  readonly #ways = new Map<string, Way>();

  /** Throws PostBusyError, and what the work throws. */
  async run<T>(peer: string, lane: string, work: () => Promise<T>): Promise<T> {
    const way = this.#ways.get(peer) ?? { lanes: new Map(), waiting: [], underWay: 0, total: 0 };
    if (way.total >= MOST_IN_LANES) throw new PostBusyError("This peer");
    this.#ways.set(peer, way);
    way.total++;
    const before = way.lanes.get(lane) ?? Promise.resolve();
    const mine = before.then(() => inTurn(way, work));
    const settled = mine.catch(() => undefined);
    way.lanes.set(lane, settled);
    try {
      return await mine;
    } finally {
      way.total--;
      if (way.lanes.get(lane) === settled) way.lanes.delete(lane);
      if (way.total === 0) this.#ways.delete(peer);
    }
  }
}

async function inTurn<T>(way: Way, work: () => Promise<T>): Promise<T> {
  // Whoever is done hands its place on, so that nobody comes in between.
  if (way.underWay >= MOST_SENT_TO_PEER) await new Promise<void>((resolve) => way.waiting.push(resolve));
  else way.underWay++;
  try {
    return await work();
  } finally {
    const next = way.waiting.shift();
    if (next === undefined) way.underWay--;
    else next();
  }
}
