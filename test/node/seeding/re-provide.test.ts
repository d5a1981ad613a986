import type { ActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { PROVIDE_AGAIN_MS } from "../../../node/src/seeding/limits.ts";
import { ReProvide } from "../../../node/src/seeding/re-provide.ts";

const HELD = 500;

/** A catalogue that holds 500 strangers' actions of two blocks each, of rising worth, and one of one's own. */
function heldCatalogue(): Catalogue {
  const catalogue = new Catalogue(":memory:");
  catalogue.transaction(() => {
    for (let index = 0; index < HELD; index++) {
      const id = `action ${index}` as ActionId;
      const blocks = ["manifest", "code"].map((kind) => ({ block: `${kind} ${index}`, bytes: 10 }));
      catalogue.holdings.hold(id, blocks, "while-worth-it", 1);
      catalogue.holdings.appraise(id, index, false, 1);
    }
    catalogue.holdings.hold("own" as ActionId, [{ block: "own", bytes: 10 }], "always", 1);
  });
  return catalogue;
}

/** What announces, and a queue of `size` places that is emptied by hand. */
function announcing(
  catalogue: Catalogue,
  time: { now: number },
  size: number,
  refused: (id: ActionId) => boolean = () => false,
) {
  const queue: string[] = [];
  const reProvide = new ReProvide({
    catalogue,
    provide: (block) => {
      queue.push(block);
      expect(queue.length).toBeLessThanOrEqual(size);
    },
    provideRoom: () => size - queue.length,
    refused,
    clock: () => time.now,
  });
  return { queue, reProvide };
}

test("a short queue is filled from the catalogue until all was announced once, one's own and the worthiest first", () => {
  const catalogue = heldCatalogue();
  const time = { now: 1_000 };
  const { queue, reProvide } = announcing(catalogue, time, 20);
  const said: string[] = [];
  for (let round = 0; round < 1_000 && (reProvide.some() > 0 || queue.length > 0); round++) {
    // Half of the queue stays free for what is just published.
    expect(queue.length).toBeLessThanOrEqual(12);
    said.push(...queue.splice(0, 7));
  }
  expect(said).toHaveLength(2 * HELD + 1);
  expect(new Set(said).size).toBe(said.length);
  expect(said.slice(0, 3)).toEqual(["own", `code ${HELD - 1}`, `manifest ${HELD - 1}`]);
  expect(said.at(-1)).toBe("manifest 0");
  // A full queue is left alone, and so is what was announced lately.
  time.now += PROVIDE_AGAIN_MS;
  expect(reProvide.some()).toBe(0);
  time.now += 1;
  expect(reProvide.some()).toBeGreaterThan(0);
  catalogue.close();
});

test("after a start everything is announced again, however lately it was; what never was comes first", () => {
  const catalogue = heldCatalogue();
  const time = { now: 1_000 };
  const first = announcing(catalogue, time, 100_000);
  while (first.reProvide.some() > 0);
  expect(first.queue).toHaveLength(2 * HELD + 1);
  time.now += 5;
  const second = announcing(catalogue, time, 100_000);
  catalogue.holdings.hold("new" as ActionId, [{ block: "new", bytes: 10 }], "while-worth-it", time.now);
  while (second.reProvide.some() > 0);
  expect(second.queue).toHaveLength(2 * HELD + 2);
  expect(second.queue.slice(0, 2)).toEqual(["new", "own"]);
  catalogue.close();
});

test("what the policy refuses is not announced, and keeps nothing else from it", () => {
  const catalogue = heldCatalogue();
  const refused = (id: ActionId) => id === "own" || id.endsWith("0");
  const { queue, reProvide } = announcing(catalogue, { now: 1_000 }, 100_000, refused);
  while (reProvide.some() > 0);
  expect(queue).toHaveLength(2 * HELD * 0.9);
  expect(queue.some((block) => block === "own" || block.endsWith("0"))).toBe(false);
  catalogue.close();
});
