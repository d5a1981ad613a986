/**
 * What an entry point takes: `node --conditions=source test/bootstrap/measure-size.ts` (after `npm run build`) prints
 * the memory of a real process with up to 370 connected peers, without and with records. RUNBOOK.md quotes it.
 */
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createVerifier, networkNames } from "@action-collective/protocol";
import { gossipsub } from "@libp2p/gossipsub";
import { identify } from "@libp2p/identify";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { Catalogue } from "../../node/src/catalogue/catalogue.ts";
import { Intake } from "../../node/src/intake/intake.ts";
import { OurProcess } from "../helpers/processes.ts";
import { bundleOf, NETWORK, publicationOf, recordOf, verdictBodyOf } from "../helpers/records.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

const BOOTSTRAP = join(import.meta.dirname, "../../bootstrap/bin/collective-bootstrap.js");
/** The last is near the default of `--max-connections`, a part of which is kept for dialling out. */
const STAGES = [0, 50, 200, 370];
const RECORDS = 10_000;
/** Of each action: one publication, and verdicts of others. */
const VERDICTS = 9;
/** Memory is read after this, so that the garbage collector has had its turn. */
const SETTLE_MS = 8_000;

/** A light stand-in for a peer: a connection, gossip, and a protocol of the network so that it counts as a member. */
async function lightPeer() {
  const names = networkNames(NETWORK);
  const host = await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify(), gossip: gossipsub({ globalSignaturePolicy: "StrictNoSign" }) },
  });
  await host.handle(names.sync, (stream) => stream.abort(new Error("nothing is served here")));
  host.services.gossip.subscribe(names.topic);
  return host;
}

/** Fills a home's catalogue as the network would. */
async function fill(home: string, records: number): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const catalogue = new Catalogue(join(home, "catalogue.sqlite"));
  const intake = new Intake({
    catalogue,
    verifier: createVerifier(),
    network: NETWORK,
    clock: Date.now,
    log: () => undefined,
    stored: () => undefined,
    equivocated: () => undefined,
  });
  for (let action = 0; action < records / (1 + VERDICTS); action++) {
    const bundle = bundleOf({
      name: `measured${action}`,
      description: `Doubles a number, in the way numbered ${action}.`,
    });
    const said = Array.from({ length: VERDICTS }, (_, rater) =>
      recordOf("verdict", bundle, rater + 2, verdictBodyOf("pass")),
    );
    for (const { bytes } of [publicationOf(bundle, 1), ...said])
      if (intake.receive(bytes, "measure", "sync") !== "new") throw new Error("a record was refused");
  }
  catalogue.close();
}

async function bytesIn(home: string): Promise<number> {
  const files = (await readdir(home)).filter((name) => name.startsWith("catalogue.sqlite"));
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(home, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function measure(home: string): Promise<void> {
  const flags = ["--network", NETWORK, "--port", "0", "--reach", "loopback", "--monitor", "127.0.0.1:0"];
  await using node = new OurProcess(BOOTSTRAP, ["--home", home, ...flags], {});
  const url = (await node.printed(/Health: (\S+)\/health/, 60_000))[1] ?? "";
  const address = multiaddr((await node.printed(/--bootstrap (\S+)/))[1] ?? "");
  const value = async (name: string) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  const peers: Awaited<ReturnType<typeof lightPeer>>[] = [];
  try {
    for (const wanted of STAGES) {
      while (peers.length < wanted) {
        const peer = await lightPeer();
        peers.push(peer);
        await peer.dial(address);
      }
      await until(async () => (await value("collective_gossip_peers")) === wanted, {
        what: `${wanted} connected peers`,
        timeoutMs: 60_000,
        everyMs: 1_000,
      });
      await pause(SETTLE_MS);
      const memory = (await value("process_resident_memory_bytes")) / 2 ** 20;
      const files = await value("process_open_fds");
      const cpu = await value("process_cpu_seconds_total");
      await pause(SETTLE_MS);
      const busy = ((await value("process_cpu_seconds_total")) - cpu) / (SETTLE_MS / 1000);
      const records = await value("collective_records");
      console.log(
        `${records} records, ${wanted} connections: ${memory.toFixed(0)} MB, ${files} file handles, ${(100 * busy).toFixed(1)} % of a core`,
      );
    }
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
  }
}

for (const records of [0, RECORDS]) {
  await using folder = await temporaryFolder();
  const home = join(folder.path, "home");
  if (records > 0) {
    // A home begins with its key; the node makes it at its first start.
    await using first = new OurProcess(
      BOOTSTRAP,
      ["--home", home, "--port", "0", "--reach", "loopback", "--monitor", "none"],
      {},
    );
    await first.printed(/--bootstrap/, 60_000);
    await first.stop();
    await fill(home, records);
    console.log(`${records} records: ${((await bytesIn(home)) / 2 ** 20).toFixed(1)} MB on disk`);
  }
  await measure(home);
}
