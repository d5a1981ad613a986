import { resolve } from "node:path";
import type { NetworkListContent, PeerId, SuggestedPeer } from "@action-collective/protocol";
import { nodeOf } from "./address.ts";
import { chooseNodes } from "./choose-nodes.ts";
import { NetworkListExpiredError } from "./errors.ts";
import { parseNetworkList } from "./format.ts";
import { type Maintainers, readListFile, readMaintainers, readShippedList } from "./list-files.ts";
import { openNetworkList } from "./open-list.ts";

/**
 * What decides whom a peer joins through: `given` addresses outrank every list, `off` is the user's "none", `list` is a
 * network's list, `expired` one whose time has passed, `nobody` one that names nobody, `unlisted` that there is none.
 */
export type JoinHow = "given" | "off" | "list" | "expired" | "nobody" | "unlisted";

export interface JoinPlan {
  readonly how: JoinHow;
  /** Addresses of nodes to join through, each ending in `/p2p/…`. */
  readonly bootstrap: readonly string[];
  /** One or two sentences for people. */
  readonly note: string;
  /** What the list says of the public DHT; undefined without a list that counts. */
  readonly publicDht?: NetworkListContent["publicDht"];
  /** Whose word counts a little while nobody is known here; nobody without a list that counts, or where the user wants none of it. */
  readonly suggests: readonly PeerId[];
}

/** What of the settings decides it. */
export interface JoinWish {
  readonly network: string;
  /** Undefined: not given; empty: "none". */
  readonly bootstrap: readonly string[] | undefined;
  /** A list's file, absolute or relative to the working directory. */
  readonly networkList: string | undefined;
  /** Who may sign that file; undefined: the maintainers of the lists that come with the program. */
  readonly networkKey: readonly string[] | undefined;
  /** Begin with the trust that the list suggests. */
  readonly networkTrust: boolean;
}

/** Where lists come from; the defaults read files. */
export interface ListSources {
  readonly read: (file: string) => Promise<string>;
  readonly shipped: (network: string) => Promise<string | undefined>;
  readonly maintainers: () => Promise<Maintainers>;
}

const FILES: ListSources = {
  read: readListFile,
  shipped: (network) => readShippedList(network),
  maintainers: () => readMaintainers(),
};

export const NOBODY_YET =
  "No public network is operated yet. Join one with --bootstrap or --network-list, or start your own: bootstrap/RUNBOOK.md";

/**
 * Whom to join through. A list that is refused, other than for its age, is an error: nobody should believe that they
 * joined a network when they did not.
 * @throws {CollectiveError} what `openNetworkList` and reading the file throw.
 */
export async function planJoining(
  wish: JoinWish,
  { now, random, sources = FILES }: { now: number; random: () => number; sources?: ListSources },
): Promise<JoinPlan> {
  if (wish.bootstrap !== undefined) return given(wish.bootstrap);
  const offered = await offeredList(wish, sources);
  if (offered === undefined)
    return {
      how: "unlisted",
      bootstrap: [],
      suggests: [],
      note: `No list of network "${wish.network}" is known: alone until a peer dials in (see --bootstrap and --network-list)`,
    };
  if (offered.shipped && namesNobody(offered.text))
    return { how: "nobody", bootstrap: [], suggests: [], note: NOBODY_YET };
  try {
    const { text, trustedKeys, threshold } = offered;
    const list = openNetworkList(text, { trustedKeys, threshold, now, network: wish.network });
    return chosen(list, { random, suggests: wish.networkTrust ? (list.suggests ?? []) : [] });
  } catch (error) {
    if (!(error instanceof NetworkListExpiredError)) throw error;
    const note = `${error.message} and is not used. ${error.remedy}`;
    return { how: "expired", bootstrap: [], suggests: [], note };
  }
}

function given(bootstrap: readonly string[]): JoinPlan {
  const { size } = new Set(bootstrap.map(nodeOf));
  if (size === 0)
    return {
      how: "off",
      bootstrap: [],
      suggests: [],
      note: "Told to join through nobody (--bootstrap none): no list and no public DHT. Remembered peers and those on the LAN are still met",
    };
  const note = `joining through ${count(size, "bootstrap node")}`;
  return { how: "given", bootstrap, suggests: [], note };
}

function chosen(
  list: NetworkListContent,
  { random, suggests: named }: { random: () => number; suggests: readonly SuggestedPeer[] },
): JoinPlan {
  const { operators, publicDht, expires } = list;
  // A list is valid only with ids of ed25519 keys in it.
  const suggests = named.map(({ peer }) => peer as PeerId);
  if (operators.length === 0 && !publicDht.meet)
    return {
      how: "nobody",
      bootstrap: [],
      note: `The list of network "${list.network}" names nobody to join through`,
      publicDht,
      suggests,
    };
  const bootstrap = chooseNodes(list, random);
  const nodes = count(new Set(bootstrap.map(nodeOf)).size, "node");
  const note = `joining through ${nodes} of ${count(operators.length, "operator")}, by the network's list (until ${expires.slice(0, 10)})`;
  return { how: "list", bootstrap, note, publicDht, suggests };
}

async function offeredList({ network, networkList, networkKey }: JoinWish, sources: ListSources) {
  if (networkList === undefined) {
    const text = await sources.shipped(network);
    if (text === undefined) return undefined;
    const { keys, threshold } = await sources.maintainers();
    return { text, shipped: true, trustedKeys: keys, threshold };
  }
  const text = await sources.read(resolve(networkList));
  if (networkKey !== undefined) return { text, shipped: false, trustedKeys: networkKey, threshold: 1 };
  const { keys, threshold } = await sources.maintainers();
  return { text, shipped: false, trustedKeys: keys, threshold };
}

/** A list that sends nobody anywhere needs nobody's signature; only the one that comes with the program may be such. */
function namesNobody(text: string): boolean {
  const { operators, publicDht } = parseNetworkList(text).content;
  return operators.length === 0 && !publicDht.meet;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
