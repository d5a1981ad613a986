import type { ActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { findWidely, type LocalSearch } from "../../../node/src/finding/remote-finding.ts";
import type { AskRules } from "../../../node/src/finding/remote-strength.ts";
import type { Asked, AskOptions } from "../../../node/src/finding/remote-types.ts";
import { question } from "../network/ask/ask-fixture.ts";

const WEAK: AskRules = { askPeers: "weak", askBelow: 0.5 };
const NEW = "new" as ActionId;

/** An index that holds one action of so much strength, and learns another one from its neighbours. */
function searcher(strength: number, { brings = true, settles = true } = {}) {
  const held: { id: ActionId; strength: number }[] = [{ id: "old" as ActionId, strength }];
  const log: string[] = [];
  const local: LocalSearch<typeof held> = {
    find: async () => {
      log.push("find");
      return [...held].sort((a, b) => b.strength - a.strength);
    },
    strength: ([best]) => best?.strength ?? 0,
    useful: (found) => found.map(({ id }) => id),
    settled: async () => {
      log.push("settle");
      if (!settles) await new Promise(() => undefined);
    },
  };
  const remote = {
    ask: async (_: unknown, { again }: AskOptions): Promise<Asked | null> => {
      log.push(again ? "ask again" : "ask");
      if (brings) held.push({ id: NEW, strength: 0.9 });
      return { peers: 2, fresh: new Map(brings ? [[NEW, "b"]] : []) };
    },
    useful: (_: Asked, ids: Iterable<ActionId>) => void log.push(`useful ${[...ids].join(" ")}`),
  };
  return { local, remote, log };
}

test("a strong answer leaves this machine alone", async () => {
  const { local, remote, log } = searcher(0.8);
  expect(await findWidely(local, remote, WEAK, { question: question("x") })).toMatchObject({
    asked: null,
    weak: false,
  });
  expect(log).toEqual(["find"]);
});

test("a weak one goes to neighbours, and what they bring is found here, by the order that holds here", async () => {
  const { local, remote, log } = searcher(0.2);
  const { found, asked, weak } = await findWidely(local, remote, WEAK, { question: question("x") });
  expect(found.map(({ id }) => id)).toEqual(["new", "old"]);
  expect(asked?.peers).toBe(2);
  expect(weak).toBe(false);
  expect(log).toEqual(["find", "ask", "settle", "find", "useful new old"]);
});

test("where neighbours bring nothing, nothing is searched again, and the answer is known to be weak", async () => {
  const { local, remote, log } = searcher(0.2, { brings: false });
  const outcome = await findWidely(local, remote, WEAK, { question: question("x") });
  expect(outcome).toMatchObject({ asked: { peers: 2, fresh: new Map() }, weak: true });
  expect(log).toEqual(["find", "ask"]);
});

test("with asking off a weak answer says so; the caller's word goes before the setting", async () => {
  const off: AskRules = { askPeers: "off", askBelow: 0.5 };
  const quiet = searcher(0.2);
  expect(await findWidely(quiet.local, quiet.remote, off, { question: question("x") })).toMatchObject({
    ...{ asked: null, weak: true },
  });
  expect(quiet.log).toEqual(["find"]);
  const insisting = searcher(0.8);
  await findWidely(insisting.local, insisting.remote, off, { question: question("x"), ask: true });
  expect(insisting.log).toContain("ask again");
  const forbidding = searcher(0.2);
  await findWidely(forbidding.local, forbidding.remote, WEAK, { question: question("x"), ask: false });
  expect(forbidding.log).toEqual(["find"]);
});

test("an embedder that is far behind delays nobody for long", { timeout: 5_000 }, async () => {
  const { local, remote, log } = searcher(0.2, { settles: false });
  const { found } = await findWidely(local, remote, WEAK, { question: question("x") });
  expect(found).toHaveLength(2);
  expect(log.at(-1)).toBe("useful new old");
});

test("a search that fails after asking fails; it does not pretend", async () => {
  const { local, remote } = searcher(0.2);
  const failing = { ...local, settled: () => Promise.reject(new Error("the index is broken")) };
  await expect(findWidely(failing, remote, WEAK, { question: question("x") })).rejects.toThrow(
    "the index is broken",
  );
});
