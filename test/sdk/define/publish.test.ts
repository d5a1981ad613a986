import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defineAction } from "action-collective";
import { Type } from "typebox";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { networkNames, sandboxNames } from "../../../sdk/src/define/sandbox-names.ts";
import { PeerProcess } from "../../helpers/processes.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

let peer: PeerProcess;

beforeAll(async () => {
  peer = await PeerProcess.start();
});
afterAll(async () => {
  await peer[Symbol.asyncDispose]();
});

const about = { licence: "MIT", useWhen: ["in one case", "in another", "or in a third"] };

it("what was defined here is proved, published and run there, with the same answers", async () => {
  const initials = defineAction({
    ...about,
    name: "initials",
    description: "The initials of a name, in capitals.",
    input: z.object({ name: z.string().min(1), separator: z.string().optional() }),
    output: z.object({ initials: z.string() }),
    run({ name, separator = "" }) {
      const letters = name.split(/\s+/).map((word) => [...word][0] ?? "");
      return { initials: letters.join(separator).toUpperCase() };
    },
    examples: [
      { input: { name: "Ada Lovelace" }, output: { initials: "AL" } },
      { input: { name: "grace  hopper", separator: "." }, output: { initials: "G.H" } },
      { input: { name: "élan" }, output: { initials: "É" } },
      { input: { name: "" }, error: "name" },
    ],
  });
  const proof = await peer.client.prove(initials);
  expect(proof.verification).toMatchObject({ outcome: "pass", cases: { length: 4 } });
  const { id } = await peer.client.publish(initials);
  expect(id).toBe(proof.id);
  expect(await peer.client.source(id)).toMatchObject({ language: "javascript" });
  const input = { name: "Alan Mathison Turing", separator: " " };
  expect(await peer.client.call(id, input)).toEqual(await initials.run(input));
});

it("is refused before anything is sent when it uses what cannot travel", async () => {
  const rate = 0.19;
  const gross = defineAction({
    ...about,
    name: "gross",
    description: "A price with tax.",
    input: Type.Number(),
    output: Type.Number(),
    run: (net) => net * (1 + rate),
    examples: [1, 2, 3].map((net) => ({ input: net, output: net * 1.19 })),
  });
  await expect(peer.client.prove(gross)).rejects.toMatchObject({
    code: "invalid-definition",
    problems: [expect.stringContaining("run: it uses rate, which is defined outside of it")],
  });
  await expect(peer.client.publish(gross)).rejects.toMatchObject({ code: "invalid-definition" });
  // The same as a module of its own is fine.
  const code = "const rate = 0.19;\nexport default (net: number): number => net * (1 + rate);\n";
  const { definition } = defineAction({
    ...about,
    name: "gross",
    description: "A price with tax.",
    input: Type.Number(),
    output: Type.Number(),
    code,
    examples: [100, 200, 1].map((net) => ({ input: net, output: net * 1.19, tolerance: 1e-9 })),
  });
  expect((await peer.client.prove(definition)).verification.outcome).toBe("pass");
});

it("a folder whose code says the rest is published by its path", async () => {
  await using folder = await temporaryFolder();
  const code = `/** The larger of two numbers.
 * @example larger({ a: 1, b: 2 }) // => 2
 */
export default ({ a, b }: { a: number; b: number }): number => (a > b ? a : b);
`;
  await writeFile(join(folder.path, "action.ts"), code);
  const cases = [
    [1, 2, 2],
    [2, 1, 2],
    [-1, -1, -1],
  ].map(([a, b, output]) => ({ input: { a, b }, output }));
  await expect(peer.client.publishFolder(folder.path)).rejects.toMatchObject({
    code: "invalid-definition",
    problems: [
      expect.stringMatching(/^name: it has none/),
      expect.stringMatching(/^licence: it has none/),
      expect.stringMatching(/^cases: has 1 cases; give at least 3/),
    ],
  });
  await writeFile(
    join(folder.path, "action.json"),
    JSON.stringify({ name: "larger", licence: "MIT", cases }),
  );
  const { id, verification } = await peer.client.publishFolder(folder.path);
  expect(verification.outcome).toBe("pass");
  expect(await peer.client.show(id)).toMatchObject({
    name: "larger",
    description: "The larger of two numbers.",
    output: { type: "number" },
  });
});

it("the names that count as known are there in the sandbox, and those of the network are not", async () => {
  const looking = defineAction({
    ...about,
    name: "lookForNames",
    description: "Says which of some names the sandbox does not have.",
    input: { type: "array", items: { type: "string" } },
    output: { type: "array", items: { type: "string" } },
    run: (names) => names.filter((name) => !(name in globalThis)),
    examples: [
      { input: [...sandboxNames], output: [] },
      { input: ["Math", "nowhereToBeFound"], output: ["nowhereToBeFound"] },
      { input: [], output: [] },
    ],
  });
  const { id, verification } = await peer.client.prove(looking, { keep: true });
  expect(verification.cases.map(({ status }) => status)).toEqual(["passed", "passed", "passed"]);
  // While a test runs, some of these are watched; in a run they are gone.
  const absent = [...networkNames, "process", "Deno", "require"].filter((name) => !sandboxNames.has(name));
  expect(await peer.client.call(id, absent)).toEqual(absent);
  expect(await peer.client.call(id, [...sandboxNames])).toEqual([]);
});
