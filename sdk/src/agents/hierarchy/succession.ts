import { type ActionView, CollectiveError } from "@action-collective/protocol";
import type { CallOptions } from "../../caller.ts";
import type { ActionClient } from "../../client.ts";
import { ApiError } from "../../errors.ts";
import { type Experience, HEIRLOOM_TAG, type Learned, type Served } from "./experience.ts";
import { heirloomOf, ownerTag, readHeirloom } from "./heirloom.ts";

/** Heirlooms that one search shows; more are asked for as long as there are later ones, so often at most. */
const PAGE = 50;
const MOST_PAGES = 8;

export interface LeaveOptions extends CallOptions {
  /** Sign it and tell the network, for a successor at another peer; by default it stays at this peer. */
  readonly publish?: boolean | undefined;
  /** Of an heirloom that is published, by its SPDX name; MIT by default. */
  readonly licence?: string | undefined;
}

export interface InheritOptions extends CallOptions {
  /** The heirloom's id, from whoever knows it: then nothing is searched for. */
  readonly heirloom?: string | undefined;
  /** Other peers whose heirlooms count as well; without it, only what was left at this one. */
  readonly from?: readonly string[] | undefined;
}

/** One action that an heirloom names, as the successor's own peer knows it now. */
export interface Inherited extends Served {
  readonly name: string;
  readonly standing: ActionView["standing"];
}

export interface Inheritance extends Learned {
  /** The action that holds it. */
  readonly heirloom: string;
  /** The best first; `client.tools(adapter, { refs })` takes their ids. */
  readonly actions: readonly Inherited[];
  /** Named, and not known to this peer. */
  readonly missing: readonly string[];
}

/** The peer did not take the heirloom. */
export class HeirloomRefusedError extends CollectiveError {
  constructor(of: string, why: string) {
    super(
      "heirloom-refused",
      `What "${of}" learned was not kept: ${why}`,
      "Give the agent the privilege to make actions, or leave it with the client of whoever is above it.",
    );
  }
}

/**
 * Leaves what an agent learned, in the collective, where its successor finds it after this agent, its space and its process are
 * gone. Best done after each piece of work: whoever is ended at once leaves nothing any more, and where nothing of weight was
 * learned since the last time, it costs nothing.
 * @returns the heirloom's id; undefined where nothing was learned.
 * @throws {HeirloomRefusedError}, and what `client.prove` and `client.publish` throw.
 */
export async function leaveHeirloom(
  client: Pick<ActionClient, "prove" | "publish">,
  experience: Experience,
  { publish = false, licence, signal }: LeaveOptions = {},
): Promise<string | undefined> {
  return await experience.leave(async (learned) => {
    const definition = heirloomOf(learned, licence);
    if (publish) return (await client.publish(definition, { signal })).id;
    const { id, kept, verification } = await client.prove(definition, { keep: true, signal });
    if (!kept) throw new HeirloomRefusedError(learned.of, verification.reason);
    return id;
  });
}

/**
 * What the last agent of that name left, with what this peer knows of each action now. It is read from actions that this peer
 * tried itself, and that were left at this peer or published by one named in `from`. Whoever may make actions there can leave one in
 * any name: what is inherited is advice, never a permission, and each action runs by the successor's own privileges and the
 * user's policy alone.
 * @returns undefined where nobody left anything.
 */
export async function inherit(
  client: Pick<ActionClient, "search" | "show" | "identity">,
  of: string,
  options: InheritOptions = {},
): Promise<Inheritance | undefined> {
  const { signal } = options;
  const found = await latest(client, of, options);
  if (found === undefined) return undefined;
  const actions: Inherited[] = [];
  const missing: string[] = [];
  for (const served of found.learned.actions) {
    const view = await known(client, served.id, { signal });
    if (view === undefined || view.withdrawn) missing.push(served.id);
    else actions.push({ ...served, name: view.name, standing: view.standing });
  }
  return { ...found.learned, heirloom: found.id, actions, missing };
}

interface Found {
  readonly id: string;
  readonly firstSeen: number;
  readonly learned: Learned;
}

async function latest(
  client: Pick<ActionClient, "search" | "show" | "identity">,
  of: string,
  { heirloom, from = [], signal }: InheritOptions,
): Promise<Found | undefined> {
  const { peerId } = await client.identity({ signal });
  const read = async (id: string): Promise<Found | undefined> => {
    const view = await known(client, id, { signal });
    if (view === undefined || !counts(view, [peerId, ...from])) return undefined;
    const learned = readHeirloom(of, view);
    return learned && { id, firstSeen: view.firstSeen, learned };
  };
  if (heirloom !== undefined) return await read(heirloom);
  const searched = { tags: [HEIRLOOM_TAG, ownerTag(of)], collapse: false, limit: PAGE, signal };
  const seen = new Set<string>();
  let best: Found | undefined;
  let after = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const cards = await client.search(`heirloom of ${of}`, { ...searched, seenAfter: after });
    const fresh = cards.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) {
      seen.add(id);
      const one = await read(id);
      if (one !== undefined && (best === undefined || isLater(one, best))) best = one;
      if (one !== undefined) after = Math.max(after, one.firstSeen);
    }
    if (fresh.length === 0 || cards.length < PAGE) break;
  }
  return best;
}

function isLater(one: Found, other: Found): boolean {
  return one.learned.generation === other.learned.generation
    ? one.firstSeen > other.firstSeen
    : one.learned.generation > other.learned.generation;
}

/**
 * Left at this peer, or published by one that counts, and proved here. What nobody published is this peer's own only if nobody
 * ever did: a stranger's action whose publication counts no more still has verdicts.
 */
function counts({ standing, withdrawn, publishers, verdicts }: ActionView, who: readonly string[]): boolean {
  if (standing !== "passed" || withdrawn) return false;
  if (publishers.length === 0) return verdicts.length === 0;
  return publishers.some((peer) => who.includes(peer));
}

async function known(
  client: Pick<ActionClient, "show">,
  id: string,
  options: CallOptions,
): Promise<ActionView | undefined> {
  try {
    return await client.show(id, options);
  } catch (error) {
    if (error instanceof ApiError && error.code === "not-found") return undefined;
    throw error;
  }
}
