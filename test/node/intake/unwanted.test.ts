import { createVerifier, LiveSet } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { takeAnswer } from "../../../node/src/finding/remote-take.ts";
import { gossipVerdict, Intake, syncVerdict } from "../../../node/src/intake/intake.ts";
import { bundleOf, NETWORK, peerOf, publicationOf, recordOf, verdictBodyOf } from "../../helpers/records.ts";

const NOW = 1_000_000;
const [SELF, BLOCKED, HONEST] = [1, 2, 3];
const bundle = bundleOf();
const other = bundleOf({ name: "other" });

function intake(blocked: { authors?: readonly string[]; actions?: readonly string[] }) {
  const { authors = [peerOf(BLOCKED)], actions = [] } = blocked;
  const catalogue = new Catalogue(":memory:");
  const stored: string[] = [];
  const station = new Intake({
    catalogue,
    verifier: createVerifier(),
    network: NETWORK,
    clock: () => NOW,
    stored: ({ kind }) => stored.push(kind),
    equivocated: () => undefined,
    isUnwanted: ({ author, kind, subject }) =>
      author !== peerOf(SELF) &&
      (authors.includes(author) || (kind === "publication" && actions.includes(subject))),
    log: () => undefined,
  });
  return { catalogue, station, stored };
}

test("what a blocked peer signed is not stored and not passed on, and nobody is blamed for sending it", () => {
  const { catalogue, station, stored } = intake({});
  for (const record of [
    publicationOf(bundle, BLOCKED),
    recordOf("verdict", bundle, BLOCKED, verdictBodyOf("pass")),
    recordOf("withdrawal", bundle, BLOCKED, { upTo: 1, reason: "" }),
  ])
    for (const via of ["gossip", "sync", "ask"] as const) {
      expect(station.receive(record.bytes, "x", via)).toBe("unwanted");
    }
  expect(gossipVerdict("unwanted")).toBe("ignore");
  // Not "later": a session must not fetch it again and again.
  expect(syncVerdict("unwanted")).toBe("known");
  expect(station.receiveRun([publicationOf(bundle, BLOCKED).bytes], "x")).toEqual(["unwanted"]);
  expect([catalogue.records.count(), catalogue.actions.standing(bundle.id), stored]).toEqual([
    0,
    undefined,
    [],
  ]);

  expect(station.receive(publicationOf(bundle, HONEST).bytes, "x", "gossip")).toBe("new");
  expect(catalogue.actions.standing(bundle.id)).toBe("pending");
});

test("a forged record in a blocked peer's name is refused as any other is", () => {
  const { station } = intake({});
  const forged = Uint8Array.from(publicationOf(bundle, BLOCKED).bytes);
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  expect(station.receive(forged, "x", "gossip")).toBe("refused");
});

test("a neighbour whose answer holds what is blocked here is not dishonest", () => {
  const { station } = intake({});
  const receive = (bytes: Uint8Array, from: string) => station.receive(bytes, from, "ask");
  expect(takeAnswer(publicationOf(bundle, BLOCKED).bytes, "x", { receive, known: () => false })).toEqual({
    kind: "nothing-new",
  });
});

test("of a blocked action only publications are kept out, and never one's own", () => {
  const { catalogue, station } = intake({ actions: [bundle.id] });
  expect(station.receive(publicationOf(bundle, HONEST).bytes, "x", "gossip")).toBe("unwanted");
  expect(station.receive(publicationOf(other, HONEST).bytes, "x", "gossip")).toBe("new");
  const word = recordOf("verdict", bundle, HONEST, verdictBodyOf("fail"));
  expect(station.receive(word.bytes, "x", "gossip")).toBe("new");
  expect(station.own(publicationOf(bundle, SELF))).toBe("new");
  // After a loss of the catalogue it comes back from neighbours.
  expect(station.receive(publicationOf(bundle, SELF, 2).bytes, "x", "sync")).toBe("new");
  expect(catalogue.actions.standing(bundle.id)).toBe("pending");
});

test("what was stored is withheld from neighbours and put back, and the set is what the table says", () => {
  const { catalogue, station } = intake({ authors: [] });
  const records = [
    publicationOf(bundle, BLOCKED, 1, 900),
    publicationOf(other, BLOCKED, 1, 901),
    recordOf("verdict", bundle, BLOCKED, verdictBodyOf("pass"), 1, 902),
    publicationOf(bundle, HONEST, 1, 903),
    publicationOf(other, HONEST, 1, 904),
    recordOf("verdict", other, HONEST, verdictBodyOf("pass"), 1, 905),
    publicationOf(other, SELF, 1, 906),
  ];
  for (const { bytes } of records) expect(station.receive(bytes, "x", "sync")).toBe("new");
  const { live } = catalogue.records;
  const shown = () => records.filter((record) => live.set.has(record)).map(({ created }) => created);
  const peers = new Set<string>();
  const actions = new Set<string>();
  const reconsider = (of: Parameters<typeof live.reconsider>[0]) =>
    live.reconsider(
      of,
      ({ author, kind, subject }) =>
        author !== peerOf(SELF) && (peers.has(author) || (kind === "publication" && actions.has(subject))),
    );

  peers.add(peerOf(BLOCKED));
  reconsider({ author: peerOf(BLOCKED) });
  expect(shown()).toEqual([903, 904, 905, 906]);
  actions.add(other.id);
  reconsider({ publicationsOf: other.id });
  expect(shown()).toEqual([903, 905, 906]);
  // What is blocked twice over stays out when one block is lifted.
  peers.clear();
  reconsider({ author: peerOf(BLOCKED) });
  expect(shown()).toEqual([900, 902, 903, 905, 906]);
  actions.clear();
  reconsider({ publicationsOf: other.id });
  expect(shown()).toEqual([900, 901, 902, 903, 904, 905, 906]);
  const whole = LiveSet.ofSorted(records.map(({ created, digest }) => ({ created, digest })));
  expect(live.set.summary()).toEqual(whole.summary());

  // A newer record in the place of a withheld one leaves nothing of the old behind.
  peers.add(peerOf(BLOCKED));
  reconsider({ author: peerOf(BLOCKED) });
  catalogue.transaction(() => catalogue.records.put(publicationOf(bundle, BLOCKED, 2, 907), NOW));
  reconsider({ author: peerOf(BLOCKED) });
  expect(live.set.size).toBe(4);
});
