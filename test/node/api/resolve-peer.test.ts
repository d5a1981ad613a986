import { join } from "node:path";
import type { PeerId } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { type KnownPeers, resolvePeer } from "../../../node/src/api/resolve-peer.ts";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { bundleOf, peerOf, publicationOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const nobody: KnownPeers = { authorsByPrefix: () => [], others: () => [] };

describe("resolvePeer", () => {
  it("takes a whole id, whether or not anybody knows it", () => {
    expect(resolvePeer(nobody, peerOf(1))).toBe(peerOf(1));
  });

  it("finds authors of held records and everybody else by a beginning", async () => {
    await using folder = await temporaryFolder();
    const catalogue = new Catalogue(join(folder.path, "catalogue.sqlite"));
    try {
      for (const author of [1, 2, 3]) catalogue.records.put(publicationOf(bundleOf(), author), 1);
      const known: KnownPeers = {
        authorsByPrefix: (prefix, most) => catalogue.records.authorsByPrefix(prefix, most),
        others: () => [peerOf(4), peerOf(1)],
      };
      for (const number of [1, 2, 3, 4])
        expect(resolvePeer(known, peerOf(number).slice(0, 15))).toBe(peerOf(number));
      expect(() => resolvePeer(known, peerOf(5).slice(0, 15))).toThrow(
        expect.objectContaining({ code: "not-found", message: expect.stringContaining("No peer is known") }),
      );
    } finally {
      catalogue.close();
    }
  });

  it("says which peers a beginning could mean, and names at most eight", () => {
    const ids = Array.from({ length: 20 }, (_, i) => `12D3KooWsame${String.fromCharCode(97 + i)}` as PeerId);
    const known = { ...nobody, authorsByPrefix: (_: string, most: number) => ids.slice(0, most) };
    expect(() => resolvePeer(known, "12D3KooWsame")).toThrow(
      expect.objectContaining({
        code: "ambiguous",
        message: '"12D3KooWsame" could be any of many peers',
        details: ids.slice(0, 8),
      }),
    );
    const two = { ...nobody, others: () => ids.slice(0, 2) };
    expect(() => resolvePeer(two, "12D3KooWsame")).toThrow(/any of 2 peers/);
  });

  it.each(["", "bob", "12D3KooW", "12D3KooWabc", "bafyreigh2akiscaildcqab", `${peerOf(1)}x`])(
    "does not guess at %j",
    (ref) => {
      const all = { authorsByPrefix: () => [peerOf(1)], others: () => [peerOf(1)] };
      if (ref.startsWith(peerOf(1))) expect(() => resolvePeer(nobody, ref)).toThrow(/No peer is known/);
      else expect(() => resolvePeer(all, ref)).toThrow(expect.objectContaining({ code: "not-found" }));
    },
  );
});
