import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { FsBlockstore } from "blockstore-fs";
import { LevelDatastore } from "datastore-level";
import { BoundedBlockstore } from "./blocks/bounded-blockstore.ts";
import { NetworkStoreError } from "./errors.ts";
import { MAX_BLOCK_BYTES } from "./limits.ts";

export interface Stores {
  blockstore: BoundedBlockstore;
  /** Where its files lie. */
  blocksPath: string;
  /** DHT records, pins and known peers. LevelDB: one process per folder. */
  datastore: LevelDatastore;
  close(): Promise<true>;
}

/** Opens `blocks/` and `datastore/` below `dataDir`. Helia neither opens nor closes them. Throws NetworkStoreError. */
export async function openStores(dataDir: string): Promise<Stores> {
  const blocksPath = join(dataDir, "blocks");
  const datastorePath = join(dataDir, "datastore");
  const blocks = new FsBlockstore(blocksPath);
  try {
    await mkdir(dataDir, { recursive: true });
    await blocks.open();
  } catch (error) {
    throw new NetworkStoreError(blocksPath, error);
  }
  const datastore = new LevelDatastore(datastorePath);
  try {
    await datastore.open();
  } catch (error) {
    throw new NetworkStoreError(datastorePath, error);
  }
  return {
    blockstore: new BoundedBlockstore(blocks, MAX_BLOCK_BYTES),
    blocksPath,
    datastore,
    close: async () => {
      await datastore.close();
      await blocks.close();
      return true;
    },
  };
}
