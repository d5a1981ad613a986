import { createHash } from "node:crypto";
import { MalformedError, rendezvousCid } from "@action-collective/protocol";
import { expect, test } from "vitest";

test("the rendezvous CID is that of the text, raw and sha2-256", () => {
  const cid = rendezvousCid("main");
  const digest = createHash("sha256").update("action-collective/main/rendezvous/1").digest();
  expect(cid.version).toBe(1);
  expect(cid.code).toBe(0x55);
  expect(cid.multihash.code).toBe(0x12);
  expect(Buffer.compare(cid.multihash.digest, digest)).toBe(0);
  // As SPEC §11.1 says it.
  expect(cid.toString()).toBe("bafkreigiyhcdunyg7qqzdclhsvoaj263wtha2pvja3zoailsp5fvjfcnla");
});

test("every network has its own", () => {
  expect(rendezvousCid("main").toString()).not.toBe(rendezvousCid("main-2").toString());
  expect(() => rendezvousCid("Main")).toThrow(MalformedError);
});
