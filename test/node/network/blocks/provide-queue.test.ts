import { createHash } from "node:crypto";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { create } from "multiformats/hashes/digest";
import { expect, test } from "vitest";
import { blockName, cidOfBlock } from "../../../../node/src/block-name.ts";
import { ProvideQueue } from "../../../../node/src/network/blocks/provide-queue.ts";
import { MAX_PROVIDE_QUEUE } from "../../../../node/src/network/limits.ts";
import { until } from "../fixture.ts";

function cidOf(text: string, code = raw.code): CID {
  return CID.createV1(code, create(0x12, createHash("sha256").update(text).digest()));
}

test("the room that is left is told, and never less than nothing", () => {
  const queue = new ProvideQueue({
    announce: async () => undefined,
    ready: () => false,
    lifetime: new AbortController().signal,
    log: () => undefined,
  });
  expect(queue.room).toBe(MAX_PROVIDE_QUEUE);
  for (let index = 0; index < MAX_PROVIDE_QUEUE + 5; index++) queue.add(cidOf(`block ${index}`));
  expect([queue.room, queue.size]).toEqual([0, MAX_PROVIDE_QUEUE]);
});

test("a block that is gone is not announced any more, whichever of its CIDs is named", async () => {
  const announced: string[] = [];
  let ready = false;
  const queue = new ProvideQueue({
    announce: async (cid) => void announced.push(blockName(cid)),
    ready: () => ready,
    lifetime: new AbortController().signal,
    log: () => undefined,
  });
  queue.start();
  const [gone, stays] = [cidOf("gone", 0x71), cidOf("stays")];
  queue.add(gone);
  queue.add(stays);
  queue.add(cidOfBlock(blockName(stays)));
  expect(queue.size).toBe(2);
  queue.remove(cidOfBlock(blockName(gone)));
  ready = true;
  queue.add(cidOf("last"));
  await until("all were announced", () => queue.size === 0);
  expect(announced.toSorted()).toEqual([blockName(stays), blockName(cidOf("last"))].toSorted());
  queue.stop();
});
