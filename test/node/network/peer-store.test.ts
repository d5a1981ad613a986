import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LevelDatastore } from "datastore-level";
import { Key } from "interface-datastore";
import { expect, test } from "vitest";
import { withPeersInMemory } from "../../../node/src/network/peer-store.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("what libp2p knows of peers is in memory and bounded, all else is on disk", async () => {
  const folder = await mkdtemp(join(tmpdir(), "collective-peer-store-"));
  const disk = new LevelDatastore(folder);
  await disk.open();
  try {
    const store = withPeersInMemory(disk, 3);
    await store.put(new Key("/dht/record"), bytes("kept"));
    for (const peer of ["a", "b", "c"]) await store.put(new Key(`/peers/${peer}`), bytes(peer));
    // Touched again, so that b is now the one longest untouched.
    expect(await store.get(new Key("/peers/a"))).toEqual(bytes("a"));
    await store.put(new Key("/peers/d"), bytes("d"));

    const names: string[] = [];
    for await (const { key } of store.query({ prefix: "/peers" })) names.push(key.toString());
    expect(names.sort()).toEqual(["/peers/a", "/peers/c", "/peers/d"]);
    expect(await store.has(new Key("/peers/b"))).toBe(false);
    expect(await disk.has(new Key("/peers/a"))).toBe(false);
    expect(new Uint8Array(await disk.get(new Key("/dht/record")))).toEqual(bytes("kept"));
    await store.delete(new Key("/peers/a"));
    expect(await store.has(new Key("/peers/a"))).toBe(false);
  } finally {
    await disk.close();
    await rm(folder, { recursive: true });
  }
});
