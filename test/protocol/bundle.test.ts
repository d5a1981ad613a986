import { blocksOf, cidOf, DAG_CBOR, decodeManifest, fileNames, RAW } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { bundle, definition, richBundle, richDefinition } from "./vectors/material.ts";

test("§5.4 a bundle's blocks are its code, its test and its manifest, leaves first", () => {
  const blocks = blocksOf(richBundle);
  expect(blocks.map(({ codec }) => codec)).toEqual(["raw", "raw", "dag-cbor"]);
  for (const { cid, bytes, codec } of blocks)
    expect(cidOf(bytes, codec === "raw" ? RAW : DAG_CBOR).equals(cid)).toBe(true);
  const texts = blocks.slice(0, 2).map(({ bytes }) => new TextDecoder().decode(bytes));
  expect(texts).toEqual([richDefinition.code, richDefinition.test]);
  const { manifest } = decodeManifest(blocks[2]?.bytes ?? new Uint8Array());
  expect([manifest.code, manifest.test].map(String)).toEqual(
    blocks.slice(0, 2).map(({ cid }) => cid.toString()),
  );
});

test("§5.4 without a test module there are two blocks, and the manifest has no test", () => {
  expect(blocksOf(bundle)).toHaveLength(2);
  expect(Object.hasOwn(bundle.manifest, "test")).toBe(false);
  expect(bundle.code).toBe(definition.code);
});

test("§5.4 file names follow the language", () => {
  expect(fileNames("typescript")).toEqual({ code: "action.ts", test: "action.test.ts" });
  expect(fileNames("javascript")).toEqual({ code: "action.js", test: "action.test.js" });
});
