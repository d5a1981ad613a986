import { createVerifier, type PeerId, type SignedRecord } from "@action-collective/protocol";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import { Intake } from "../../../node/src/intake/intake.ts";
import { Announcer } from "../../../node/src/publishing/announcer.ts";
import { OwnPublications } from "../../../node/src/publishing/own-publications.ts";
import { NETWORK, peerOf, signerOf } from "../../helpers/records.ts";

/** What a peer says, stores and hears: a real catalogue, intake and announcer, and no network. */
export interface SpeakingPeer extends Disposable {
  readonly id: PeerId;
  readonly catalogue: Catalogue;
  readonly testimony: Testimony;
  readonly intake: Intake;
  readonly announcer: Announcer;
  readonly own: OwnPublications;
  /** What it gossiped, in order. */
  readonly said: SignedRecord["bytes"][];
  readonly time: { now: number };
}

/** @param number of its key: see `signerOf` */
export function speakingPeer(number: number): SpeakingPeer {
  const catalogue = new Catalogue(":memory:");
  const id = peerOf(number);
  const time = { now: 1_000_000 };
  const said: SignedRecord["bytes"][] = [];
  const common = { catalogue, network: NETWORK, clock: () => time.now, log: () => undefined };
  const intake = new Intake({
    ...common,
    verifier: createVerifier(),
    stored: () => undefined,
    equivocated: () => undefined,
  });
  const announcer = new Announcer({
    ...common,
    signer: signerOf(number),
    self: id,
    intake,
    gossip: async (bytes) => ({ recipients: said.push(bytes) }),
  });
  return {
    id,
    catalogue,
    testimony: new Testimony(catalogue.records, NETWORK),
    intake,
    announcer,
    own: new OwnPublications({ records: catalogue.records, self: id, network: NETWORK }),
    said,
    time,
    [Symbol.dispose]: () => catalogue.close(),
  };
}
