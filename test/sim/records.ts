import {
  type EncodedManifest,
  encodeManifest,
  type SignedRecord,
  type Signer,
  signRecord,
} from "@action-collective/protocol";
import { bundleOf, verdictBodyOf } from "../helpers/records.ts";
import { below, pick, type Stream } from "./random.ts";

/** Of ten records: publications, then new revisions of one's own; the rest are verdicts on what was published. */
const [PUBLICATIONS, REVISIONS] = [4, 2];

interface Said {
  readonly signer: Signer;
  readonly manifest: EncodedManifest;
  revision: number;
}

/** Makes what peers publish, as real signed records: publications, new revisions of them, verdicts. */
export class RecordMaker {
  readonly #network: string;
  readonly #random: Stream;
  readonly #template = bundleOf();
  readonly #publications: Said[] = [];
  readonly #judged = new Set<string>();
  #made = 0;

  constructor(network: string, random: Stream) {
    this.#network = network;
    this.#random = random;
  }

  /** @param author unique per key @param created by the author's clock */
  next(author: string, signer: Signer, created: number): SignedRecord {
    const kind = below(this.#random, 10);
    const own = this.#publications.findLast((said) => said.signer === signer);
    if (kind < PUBLICATIONS || this.#publications.length === 0) return this.publication(signer, created);
    if (kind < PUBLICATIONS + REVISIONS && own !== undefined) {
      own.revision++;
      return this.#signed(own, created);
    }
    const about = pick(this.#random, this.#publications);
    if (about === undefined || this.#judged.has(`${author} ${about.manifest.cid}`))
      return this.publication(signer, created);
    this.#judged.add(`${author} ${about.manifest.cid}`);
    const body = verdictBodyOf(this.#random() < 0.9 ? "pass" : "fail");
    return signRecord(
      { kind: "verdict", subject: about.manifest.cid, revision: 1, created, body },
      signer,
      this.#network,
    );
  }

  /** A new action. */
  publication(signer: Signer, created: number): SignedRecord {
    const manifest = encodeManifest({ ...this.#template.manifest, name: `action-${this.#made++}` });
    const said: Said = { signer, manifest, revision: 1 };
    this.#publications.push(said);
    return this.#signed(said, created);
  }

  #signed({ signer, manifest, revision }: Said, created: number): SignedRecord {
    return signRecord(
      { kind: "publication", subject: manifest.cid, revision, created, body: { manifest: manifest.bytes } },
      signer,
      this.#network,
    );
  }
}
