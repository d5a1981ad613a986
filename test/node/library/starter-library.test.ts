import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type ActionId, buildBundle } from "@action-collective/protocol";
import { readActionFolder } from "action-collective";
import { expect, test } from "vitest";
import { libraryFolder } from "../../../node/src/library/starter-library.ts";
import { Peer } from "../../../node/src/peer.ts";
import { resolveSettings } from "../../../node/src/settings.ts";
import { peerOf, publicationOf, recordOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const STRANGER = 1;

test("what ships with the program counts as such, though a stranger published it here before", {
  timeout: 120_000,
}, async () => {
  await using folder = await temporaryFolder();
  const flags = {
    ...{ network: "test", reach: "loopback", port: "0", bootstrap: ["none"], library: true },
    ...{ workers: "1", prestarted: "0", verify: false },
  };
  const home = folder.path;
  const settings = resolveSettings({ home, flags, env: {}, config: undefined, cores: 1 });
  const seed = new Uint8Array(32).fill(74);
  const peer = await Peer.open({ settings, seed, clock: Date.now, log: () => undefined });
  try {
    const { catalogue, policy, reputation } = peer;
    const bundle = buildBundle(await readActionFolder(join(libraryFolder(), "convert-units")));
    catalogue.actions.add(bundle, "network", 1);
    catalogue.records.put(publicationOf(bundle, STRANGER), 1);
    await policy.change({ authors: [peerOf(2)] });
    expect(policy.refusal(bundle.id, "offer")).toMatchObject({ code: "author" });

    await peer.start();
    const added = await peer.libraryIn();
    expect(added.length).toBeGreaterThan(1);
    expect(added).not.toContain(bundle.id);
    // What asks for the network comes only when it is wanted.
    for (const id of added) expect(catalogue.actions.get(id)?.manifest.permissions).toEqual({});
    expect(policy.refusal(bundle.id, "offer")).toBeUndefined();
    expect(await peer.bundles.has(bundle)).toBe(true);
    catalogue.records.put(recordOf("withdrawal", bundle, STRANGER, { upTo: 1, reason: "" }), 2);
    expect(reputation.withdrawn(bundle.id)).toBe(false);
  } finally {
    await peer.stop();
  }
});

test("its actions that ask for the network, where they are wanted, are proved without any", {
  timeout: 120_000,
}, async () => {
  await using folder = await temporaryFolder();
  const names = (await readdir(libraryFolder("net-actions"))).length;
  const open = () => {
    const flags = {
      ...{
        network: "test",
        reach: "loopback",
        port: "0",
        bootstrap: ["none"],
        library: true,
        libraryNet: true,
      },
      ...{ workers: "1", prestarted: "0", verify: false },
    };
    const settings = resolveSettings({ home: folder.path, flags, env: {}, config: undefined, cores: 1 });
    return Peer.open({ settings, seed: new Uint8Array(32).fill(75), clock: Date.now, log: () => undefined });
  };
  const asking = (peer: Peer, ids: readonly ActionId[]) =>
    ids.filter((id) => peer.catalogue.actions.get(id)?.manifest.permissions.net !== undefined);
  const peer = await open();
  try {
    await peer.start();
    const added = await peer.libraryIn();
    const net = asking(peer, added);
    expect(net.length).toBe(names);
    for (const id of net) {
      const report = await peer.verification.verify(id, AbortSignal.timeout(60_000));
      expect(report.reason).toMatch(/^passed/);
      // Proved is not allowed: that it may ask its host is the user's to say.
      expect(await peer.runner.gate(id)).toMatchObject({ decision: "asks" });
    }
  } finally {
    await peer.stop();
  }
});
