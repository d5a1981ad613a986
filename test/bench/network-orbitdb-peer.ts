/**
 * One OrbitDB peer, a process of its own: `write COUNT BYTES FOLDER` appends entries and serves them; `read ADDRESS
 * DATABASE COUNT FOLDER` starts with nothing and joins. Each says what it does in lines of JSON.
 *
 * libp2p, its transports, gossip and Helia are the packages that our peers use, composed as OrbitDB expects them.
 * Where OrbitDB has a choice, it has the quicker one: stores in memory, no pinning of entries.
 */
import { once } from "node:events";
import { withBitswap } from "@helia/bitswap";
import * as dagCbor from "@ipld/dag-cbor";
import { gossipsub } from "@libp2p/gossipsub";
import { identify } from "@libp2p/identify";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { ComposedStorage, createOrbitDB, IPFSBlockStorage, LRUStorage, MemoryStorage } from "@orbitdb/core";
import { MemoryBlockstore } from "blockstore-core";
import { MemoryDatastore } from "datastore-core";
import { createHeliaLight } from "helia";
import { createLibp2p } from "libp2p";
import { parseAddress } from "../../node/src/network/addresses.ts";

/** Entries that are kept decoded: all of them. */
const CACHED = 200_000;
const PROGRESS_MS = 1_000;

const say = (what: Record<string, unknown>) => void process.stdout.write(`${JSON.stringify(what)}\n`);

async function open(folder: string) {
  const libp2p = await createLibp2p({
    start: false,
    addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify(),
      pubsub: gossipsub({ allowPublishToZeroTopicPeers: true, emitSelf: false }),
    },
  });
  const helia = createHeliaLight({
    blockstore: new MemoryBlockstore(),
    datastore: new MemoryDatastore(),
    codecs: [dagCbor],
  });
  const ipfs = Object.assign(helia, { libp2p });
  withBitswap(ipfs as never);
  ipfs.addMixin({
    name: "host",
    start: async () => await libp2p.start(),
    stop: async () => await libp2p.stop(),
  });
  await ipfs.start();
  const orbitdb = await createOrbitDB({ ipfs, directory: folder });
  const blocks = await IPFSBlockStorage({ ipfs, pin: false });
  const fetched = new Set<string>();
  const counted = {
    ...blocks,
    async get(hash: string, signal?: AbortSignal) {
      const bytes = await blocks.get(hash, signal);
      if (bytes !== undefined) fetched.add(hash);
      return bytes;
    },
  };
  const index = await MemoryStorage();
  const storages = {
    entryStorage: await ComposedStorage(await LRUStorage({ size: CACHED }), counted),
    indexStorage: index,
  };
  return { libp2p, orbitdb, fetched, index, storages };
}

async function write(count: number, bytes: number, folder: string): Promise<void> {
  const { libp2p, orbitdb, storages } = await open(folder);
  const database = await orbitdb.open("catching-up", { type: "events", ...storages });
  for (let at = 0; at < count; at++) {
    await database.add({ at, text: String(at).padEnd(bytes, "x") });
    if (at % 1_000 === 999) say({ written: at + 1 });
  }
  say({ address: String(libp2p.getMultiaddrs()[0]), database: database.address });
}

async function read(address: string, name: string, count: number, folder: string): Promise<void> {
  const { libp2p, orbitdb, fetched, index, storages } = await open(folder);
  await libp2p.dial(parseAddress(address));
  const database = await orbitdb.open(name, { type: "events", ...storages });
  database.events.on("error", (error: unknown) => say({ error: String(error) }));
  const progress = setInterval(() => say({ fetched: fetched.size }), PROGRESS_MS);
  let held = 0;
  while (held < count) {
    await once(database.events, "update");
    held = 0;
    for await (const _ of index.iterator()) held++;
    say({ held });
  }
  clearInterval(progress);
  say({ done: true, held });
}

const [mode, ...words] = process.argv.slice(2);
if (mode === "write") await write(Number(words[0]), Number(words[1]), words[2] ?? "");
else await read(words[0] ?? "", words[1] ?? "", Number(words[2]), words[3] ?? "");
