import type { ActionId, PeerId } from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Intake } from "../intake/intake.ts";
import type { Network } from "../network/network.ts";
import type { Finder } from "./finder.ts";
import { RemoteFinder, type RemoteFinderParts } from "./remote-finder.ts";
import { RemoteSearch } from "./remote-search.ts";
import { takeAnswer } from "./remote-take.ts";
import type { RemoteParts } from "./remote-types.ts";

/** Publications of one action that are looked at for one that counts: the first may have been withdrawn. */
const PUBLICATIONS_READ = 8;

/** The stations that search across peers stands on. */
interface Stations {
  readonly finder: Pick<Finder, "find" | "known">;
  readonly index: RemoteFinderParts["index"];
  readonly network: Pick<Network, "neighbours" | "ask">;
  readonly intake: Pick<Intake, "receive">;
  readonly catalogue: Pick<Catalogue, "actions" | "records">;
  readonly rules: RemoteFinderParts["rules"];
  /** Whose publications are given to nobody, and who is asked nothing; nobody, where it is left out. */
  readonly isBlocked?: (peer: PeerId) => boolean;
  readonly log: RemoteParts["log"];
  readonly measure?: RemoteFinderParts["measure"];
}

/** Puts search across peers together. */
export function composeRemoteFinder(stations: Stations): RemoteFinder {
  const { finder, index, network, intake, catalogue, rules, isBlocked = () => false, log } = stations;
  const { actions, records } = catalogue;
  const publicationOf = (action: ActionId) => {
    // Both in the same order: the authors, and what they signed.
    const authors = records.voices(action, "publication", PUBLICATIONS_READ).map(({ author }) => author);
    const wanted = authors.findIndex((author) => !isBlocked(author));
    return wanted === -1 ? undefined : records.about(action, "publication", PUBLICATIONS_READ)[wanted];
  };
  const remote = new RemoteSearch({
    // What a user looks for is nothing for those whom the user blocked. A neighbour's name is its key.
    neighbours: () => network.neighbours().filter((peer) => !isBlocked(peer as PeerId)),
    ask: (peer, request, limits) => network.ask(peer, request, limits),
    take: (record, from) =>
      takeAnswer(record, from, {
        receive: (bytes, sender) => intake.receive(bytes, sender, "ask"),
        known: (action) => actions.standing(action) !== undefined,
      }),
    now: () => performance.now(),
    random: Math.random,
    log,
  });
  return new RemoteFinder({
    find: (request) => finder.find(request),
    index,
    remote,
    rules,
    manifest: (action) => finder.known(action)?.manifest,
    publication: publicationOf,
    measure: stations.measure,
  });
}
