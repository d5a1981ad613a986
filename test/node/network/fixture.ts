import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Item, LiveSet, sha256 } from "@action-collective/protocol";
import { Network } from "../../../node/src/network/network.ts";
import type {
  DealingsHandler,
  NetworkHandlers,
  NetworkOptions,
  Received,
  Verdict,
} from "../../../node/src/network/options.ts";

/** Where a test's record has its place among the others: anywhere, but the same on every peer. */
export function itemOfText(record: Uint8Array | string): Item {
  const digest = sha256(Buffer.from(record));
  return { created: 1_700_000_000_000 + Buffer.from(digest).readUInt16BE(30), digest };
}

/** Counts what is given and taken; every neighbour has the share that a test gave it, or a newcomer's. */
export class TestDealings implements DealingsHandler {
  readonly shares = new Map<string, number>();
  readonly given = new Map<string, number>();
  readonly taken = new Map<string, number>();
  readonly putOffs = new Map<string, number>();

  share(peer: string): number {
    return this.shares.get(peer) ?? 1;
  }

  gave(peer: string, bytes: number): void {
    this.given.set(peer, (this.given.get(peer) ?? 0) + bytes);
  }

  took(peer: string, bytes: number): void {
    this.taken.set(peer, (this.taken.get(peer) ?? 0) + bytes);
  }

  putOff(peer: string): void {
    this.putOffs.set(peer, (this.putOffs.get(peer) ?? 0) + 1);
  }
}

/** The rest of a peer, as the network sees it: an append-only catalogue and a judgement by the first letter. */
export class TestCatalogue implements NetworkHandlers {
  readonly log: Uint8Array[] = [];
  readonly seen = new Map<string, string>();
  readonly set = new LiveSet();
  /** Shares as a test likes them, and what was counted. */
  readonly dealt = new TestDealings();
  readonly dealings: DealingsHandler = this.dealt;
  /** How every record that gossip brought was judged, in order. */
  readonly judged: { text: string; verdict: Verdict }[] = [];
  /** What a record that starts with "early" is. */
  clockIsSlow = false;
  /** Whether records that start with "old" are taken; otherwise they are like what a newer record replaced. */
  takesOld = true;
  readonly records: NetworkHandlers["records"] = {
    set: this.set,
    bytes: (items) =>
      items.flatMap(({ digest }) => {
        const text = this.seen.get(Buffer.from(digest).toString("hex"));
        return text === undefined ? [] : [Buffer.from(text)];
      }),
    itemOf: (record) => itemOfText(record),
  };

  onRecord(bytes: Uint8Array): Verdict {
    const text = Buffer.from(bytes).toString();
    const verdict = text.startsWith("bad") ? "reject" : text.startsWith("meh") ? "ignore" : "accept";
    this.judged.push({ text, verdict });
    if (verdict === "accept") this.add(bytes);
    return verdict;
  }

  async receive(records: readonly Uint8Array[]): Promise<readonly Received[]> {
    return records.map((record) => this.take(record));
  }

  take(bytes: Uint8Array): Received {
    const text = Buffer.from(bytes).toString();
    if (text.startsWith("bad")) return "refused";
    if (text.startsWith("early") && this.clockIsSlow) return "later";
    if (text.startsWith("old") && !this.takesOld) return "known";
    return this.add(bytes) ? "new" : "known";
  }

  add(bytes: Uint8Array | string): boolean {
    const record = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    const key = createHash("sha256").update(record).digest("hex");
    if (this.seen.has(key)) return false;
    this.seen.set(key, Buffer.from(record).toString());
    this.log.push(record);
    this.set.add(itemOfText(record));
    return true;
  }

  has(text: string): boolean {
    return this.seen.has(createHash("sha256").update(text).digest("hex"));
  }
}

export interface TestPeer {
  network: Network;
  catalogue: TestCatalogue;
  options: NetworkOptions;
  /** What it logged, one line each. */
  logged: string[];
}

/** Starts peers on loopback and, when the test is over, stops them and removes their homes. */
export class TestPeers implements AsyncDisposable {
  readonly #running = new Set<Network>();
  readonly #homes: string[] = [];

  async start(options: Partial<NetworkOptions> = {}, catalogue = new TestCatalogue()): Promise<TestPeer> {
    const peer = await this.open(options, catalogue);
    await peer.network.start();
    return peer;
  }

  async open(options: Partial<NetworkOptions> = {}, catalogue = new TestCatalogue()): Promise<TestPeer> {
    const logged: string[] = [];
    const complete: NetworkOptions = {
      seed: randomBytes(32),
      network: "test",
      listen: ["/ip4/127.0.0.1/tcp/0"],
      bootstrap: [],
      role: "peer",
      reach: "loopback",
      dataDir: options.dataDir ?? (await this.home()),
      log: (level, message, fields) => logged.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
      ...options,
    };
    const network = await Network.open(complete, catalogue);
    this.#running.add(network);
    return { network, catalogue, options: complete, logged };
  }

  async home(): Promise<string> {
    const home = await mkdtemp(join(tmpdir(), "collective-network-"));
    this.#homes.push(home);
    return home;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((network) => network.stop()));
    await Promise.all(this.#homes.map((home) => rm(home, { recursive: true, force: true })));
  }
}

/** Polls until the condition holds; fails with its name. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`still waiting after ${withinMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function connect(from: TestPeer, to: TestPeer): Promise<void> {
  const [address] = to.network.addresses();
  if (!address) throw new Error("the other peer does not listen");
  await from.network.dial(address, AbortSignal.timeout(15_000));
  await until("both subscribed to each other", () => hears(from, to) && hears(to, from));
}

/** Gossip knows of as many subscribers as it has peers, and the other is one of them. */
export function hears(peer: TestPeer, other: TestPeer): boolean {
  const { gossip } = peer.network.stats();
  const view = peer.network.peers().find(({ id }) => id === other.network.peerId);
  return view?.gossip === true && gossip.subscribers >= gossip.peers;
}

export function isConnected(peer: TestPeer, other: TestPeer): boolean {
  return peer.network.peers().some(({ id }) => id === other.network.peerId);
}

/** No neighbours beyond those the test dials. */
export const ALONE = { degree: 1 };
