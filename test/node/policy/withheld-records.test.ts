import { expect, test } from "vitest";
import type { RecordsOf } from "../../../node/src/catalogue/live-records.ts";
import { WithheldRecords } from "../../../node/src/policy/withheld-records.ts";
import { peerOf } from "../../helpers/records.ts";

test("what could not be looked at is looked at the next time", async () => {
  let blocked = [peerOf(1), peerOf(2), peerOf(3)];
  const looked: RecordsOf[] = [];
  let broken = true;
  const withheld = new WithheldRecords({
    live: {
      reconsider: (of) => {
        if (broken && looked.length === 1) throw new Error("the disk is gone");
        looked.push(of);
      },
    },
    desk: { everyBlocked: (what) => (what === "peers" ? blocked : []), isUnwanted: () => true },
    now: () => 0,
  });
  await expect(withheld.apply()).rejects.toThrow("the disk is gone");
  const all = new Set(blocked);
  // Also where the block was lifted meanwhile: the first of them is out of sight already.
  [broken, blocked] = [false, []];
  await withheld.apply();
  expect(new Set(looked.slice(1).map((of) => ("author" in of ? of.author : "")))).toEqual(all);
  looked.length = 0;
  await withheld.apply();
  expect(looked).toEqual([]);
  await withheld.stop();
});
