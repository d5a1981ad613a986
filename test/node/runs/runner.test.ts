import type { ActionId } from "@action-collective/protocol";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SecretsFileError } from "../../../node/src/policy/errors.ts";
import { moodyBundle, type RunningPeer, runningPeer } from "./running-peer.ts";

const TOKEN = "s3cr3t/t0ken+value";
const pure = moodyBundle();
const strange = moodyBundle({ name: "strange", permissions: { net: ["api.example.org:443"] } });
const granted = moodyBundle({ name: "granted", permissions: { net: ["granted.example.org"] } });
const inside = moodyBundle({ name: "inside", permissions: { net: ["printer.example.org"] } });
const secretive = moodyBundle({ name: "secretive", permissions: { secrets: ["TOKEN"] } });

let peer: RunningPeer;
let secretsOf: ActionId[] = [];
let damaged = false;
const asked: string[] = [];

beforeAll(async () => {
  peer = await runningPeer({
    grants: {
      allowNet: ["granted.example.org"],
      secrets: async () => {
        if (damaged) throw new SecretsFileError("secrets.json", "is not JSON", "Mend it.");
        return { TOKEN: { value: TOKEN, actions: secretsOf }, KEY: { value: "k", actions: secretsOf } };
      },
      resolve: async (host) => {
        asked.push(host);
        return [host === "printer.example.org" ? "192.168.1.7" : "93.184.215.14"];
      },
    },
  });
  for (const bundle of [pure, strange, granted, inside, secretive]) peer.publish(bundle);
});
afterAll(() => peer?.[Symbol.asyncDispose]());
afterEach(() => {
  peer.policy.current = {};
  peer.objections.splice(0);
  peer.scores.clear();
  peer.withdrawn.clear();
  peer.verification.asked.splice(0);
  peer.loaded.splice(0);
  peer.granted.splice(0);
  asked.splice(0);
  secretsOf = [];
  damaged = false;
});

const failing = (run: Promise<unknown>) => run.then(() => undefined).catch((error: unknown) => error);

test("a pure action that passed here runs, whatever its score", async () => {
  expect(await peer.run(pure.id, "good")).toMatchObject({ id: pure.id, name: "moody", output: "good" });
  expect(await peer.runner.gate(pure.id)).toMatchObject({ decision: "runs" });
  expect(peer.granted).toEqual([{ net: [], secrets: {} }]);
  expect(asked).toEqual([]);
});

test("a host that nobody allowed asks; a yes to one run grants that run just the declared host, and is forgotten", async () => {
  peer.scores.set(strange.id, 0.9);
  expect(await failing(peer.run(strange.id, "good"))).toMatchObject({
    code: "approval-needed",
    message: expect.stringContaining("api.example.org:443"),
    remedy: expect.stringContaining(`collective run ${strange.id} --input … --yes`),
    details: ["it asks for the network (api.example.org:443), which --allow-net does not grant"],
  });
  // Who only asks does not show the host to a name server.
  expect(asked).toEqual([]);
  expect(peer.loaded).toEqual([]);
  expect(await peer.run(strange.id, "good", "once")).toMatchObject({ output: "good" });
  expect(asked).toEqual(["api.example.org"]);
  expect(peer.granted).toEqual([{ net: ["api.example.org:443"], secrets: {} }]);
  // Another host, and another port of its own, stay closed: Deno says so without trying.
  for (const url of ["https://other.example.org/", "http://api.example.org/"])
    expect((await peer.run(strange.id, `knock ${url}`, "once")).output).toBe("NotCapable");
  expect(await failing(peer.run(strange.id, "good"))).toMatchObject({ code: "approval-needed" });
  expect(peer.policy.current).toEqual({});
});

test("a yes for good is remembered, for that action only", async () => {
  expect(await peer.run(strange.id, "good", "always")).toMatchObject({ output: "good" });
  expect(peer.policy.current).toEqual({ approved: [strange.id] });
  expect(await peer.run(strange.id, "good")).toMatchObject({ output: "good" });
  const sibling = peer.publish(moodyBundle({ name: "sibling", permissions: strange.manifest.permissions }));
  expect(await failing(peer.run(sibling, "good"))).toMatchObject({ code: "approval-needed" });
});

test("a yes that was not needed is not written down", async () => {
  expect(await peer.run(pure.id, "good", "always")).toMatchObject({ output: "good" });
  expect(peer.policy.current).toEqual({});
});

test("granted hosts run from the user's score on, and ask below", async () => {
  peer.scores.set(granted.id, 0.6);
  expect(await peer.run(granted.id, "good")).toMatchObject({ output: "good" });
  peer.policy.current = { runScore: 0.7 };
  expect(await failing(peer.run(granted.id, "good"))).toMatchObject({
    code: "approval-needed",
    message: expect.stringContaining("0.6, is below the 0.7"),
  });
  expect(await peer.run(granted.id, "good", "once")).toMatchObject({ output: "good" });
});

test("no yes opens the user's own network", async () => {
  peer.scores.set(inside.id, 1);
  peer.policy.current = { approved: [inside.id] };
  for (const yes of [undefined, "once", "always"] as const)
    expect(await failing(peer.run(inside.id, "good", yes))).toMatchObject({
      code: "refused-by-policy",
      message: expect.stringContaining("192.168.1.7"),
    });
  peer.policy.current = {};
  await failing(peer.run(inside.id, "good", "always"));
  expect(peer.policy.current).toEqual({});
});

test("a secret needs a value that only the user can write; with it the score decides, and nothing shows it", async () => {
  peer.scores.set(secretive.id, 0.9);
  expect(await failing(peer.run(secretive.id, "good", "always"))).toMatchObject({
    code: "refused-by-policy",
    remedy: expect.stringContaining("secrets.json"),
  });
  secretsOf = [secretive.id];
  expect(await peer.run(secretive.id, TOKEN)).toMatchObject({ output: "[TOKEN]" });
  peer.scores.set(secretive.id, 0.1);
  expect(await failing(peer.run(secretive.id, "good"))).toMatchObject({ code: "approval-needed" });
});

test("secrets that cannot be read stop what asks for them, and nothing else; the gate says so", async () => {
  damaged = true;
  expect(await failing(peer.run(secretive.id, "good"))).toMatchObject({
    message: "secrets.json is not JSON",
  });
  expect(await peer.runner.gate(secretive.id)).toMatchObject({
    decision: "refused",
    why: "secrets.json is not JSON",
  });
  expect(await peer.run(pure.id, "good")).toMatchObject({ output: "good" });
});

test("what was withdrawn asks", async () => {
  peer.withdrawn.add(pure.id);
  expect(await failing(peer.run(pure.id, "good"))).toMatchObject({
    code: "approval-needed",
    message: expect.stringContaining("took it back"),
  });
  expect(await peer.run(pure.id, "good", "once")).toMatchObject({ output: "good" });
});

test("what the user ruled out is neither verified, fetched nor run, whoever says yes", async () => {
  const pending = peer.publish(moodyBundle({ name: "pending" }), "pending");
  peer.objections.push({ kind: "rule", why: "you blocked it", remedy: "Unblock it." });
  for (const id of [pure.id, pending])
    for (const yes of [undefined, "once", "always"] as const)
      expect(await failing(peer.run(id, "good", yes))).toMatchObject({
        code: "refused-by-policy",
        message: expect.stringContaining("you blocked it"),
        remedy: "Unblock it.",
      });
  expect(peer.verification.asked).toEqual([]);
  expect(peer.loaded).toEqual([]);
  expect(peer.policy.current).toEqual({});
});

test("a finding that the user refuses is refused; one that the user does not is no matter", async () => {
  const finding = { severity: "danger", line: 4, message: "does it" } as const;
  const refused = peer.publish(moodyBundle({ name: "evaluating" }), "passed", [{ code: "eval", ...finding }]);
  const other = peer.publish(moodyBundle({ name: "packed" }), "passed", [
    { code: "webassembly", ...finding },
  ]);
  expect(await failing(peer.run(refused, "good", "once"))).toMatchObject({ code: "refused-by-policy" });
  expect(await peer.run(other, "good")).toMatchObject({ output: "good" });
});

test("where doubt is refused no caller's yes counts, and the user's does", async () => {
  peer.policy.current = { onDoubt: "refuse" };
  for (const yes of [undefined, "once", "always"] as const)
    expect(await failing(peer.run(strange.id, "good", yes))).toMatchObject({
      code: "refused-by-policy",
      remedy: expect.stringContaining("collective policy approve"),
    });
  peer.policy.current = { onDoubt: "refuse", approved: [strange.id] };
  expect(await peer.run(strange.id, "good")).toMatchObject({ output: "good" });
});

test("what was not tested here is tested first, and the gate stands behind the test", async () => {
  const fresh = peer.publish(moodyBundle({ name: "fresh" }), "pending");
  expect(await peer.runner.gate(fresh)).toMatchObject({
    decision: "runs",
    why: expect.stringContaining("first"),
  });
  expect(peer.verification.asked).toEqual([]);
  expect(await peer.run(fresh, "good")).toMatchObject({ output: "good" });
  expect(peer.verification.asked).toEqual([fresh]);

  const doubtful = peer.publish(
    moodyBundle({ name: "doubtful", permissions: { net: ["a.org"] } }),
    "pending",
  );
  expect(await failing(peer.run(doubtful, "good"))).toMatchObject({ code: "approval-needed" });
  expect(peer.verification.asked).toEqual([fresh, doubtful]);
});

test.each([
  ["fail", "verification-failed"],
  ["unknown", "verification-unknown"],
] as const)("a test that ends with %s keeps it from running, whatever the yes", async (says, code) => {
  const id = peer.publish(moodyBundle({ name: `ends-with-${says}` }), "pending");
  peer.verification.says = says;
  try {
    expect(await failing(peer.run(id, "good", "always"))).toMatchObject({ code });
  } finally {
    peer.verification.says = "pass";
  }
  expect(peer.loaded).toEqual([]);
});

test("what failed here does not run, and the gate says so", async () => {
  const id = peer.publish(moodyBundle({ name: "failed" }), "failed");
  peer.policy.current = { approved: [id] };
  expect(await failing(peer.run(id, "good", "once"))).toMatchObject({ code: "verification-failed" });
  expect(await peer.runner.gate(id)).toMatchObject({ decision: "refused" });
});

test("the gate of an action that nobody knows is an error", async () => {
  expect(await failing(peer.runner.gate("bafy-none" as ActionId))).toMatchObject({ code: "not-found" });
});

/** An action that asks for what it is given and calls another that asks for less. */
const base = moodyBundle({ name: "base" });
const asking = moodyBundle({
  ...{ name: "asking", permissions: { net: ["granted.example.org"], secrets: ["TOKEN"] } },
  code: `export default ({ mood }, { secrets }) => mood + ":" + Object.values(secrets).join() + ":" + typeof fetch;`,
});
const using = moodyBundle({
  name: "using",
  code: `export default async ({ mood }, { call, secrets }) => [
    ...(await Promise.all(["${base.id}", "${asking.id}"].map((id) => call(id, { mood })))), Object.keys(secrets).join()].join(" ");`,
  uses: [base.id, asking.id],
  permissions: { net: ["granted.example.org"], secrets: ["TOKEN", "KEY"] },
});

function publishUsing(standing: "passed" | "pending" = "passed"): void {
  secretsOf = [using.id];
  peer.scores.set(using.id, 0.9);
  for (const bundle of [base, asking]) peer.publish(bundle, standing);
  peer.publish(using);
}

test("what an action uses gets what that action was granted, as far as it asks for it, and the receipt is that action's", async () => {
  publishUsing();
  // The secret was given to the action that runs, and to none that it uses.
  expect(await peer.run(using.id, "good")).toMatchObject({
    ...{ id: using.id, output: "good good:[TOKEN]:function TOKEN,KEY" },
    granted: { net: ["granted.example.org"], secrets: ["TOKEN", "KEY"] },
  });
  const net = ["granted.example.org"];
  expect(peer.granted).toEqual([{ net, secrets: { TOKEN, KEY: "k" } }, expect.anything(), expect.anything()]);
  expect(peer.granted.slice(1).toSorted((a, b) => (a?.net.length ?? 0) - (b?.net.length ?? 0))).toEqual([
    { net: [], secrets: {} },
    { net, secrets: { TOKEN } },
  ]);
  expect(peer.verification.asked).toEqual([]);
});

test("what an action uses is proved before it runs", async () => {
  publishUsing("pending");
  expect(await peer.run(using.id, "good")).toMatchObject({ id: using.id });
  expect(peer.verification.asked).toEqual([base.id, asking.id]);
  publishUsing("pending");
  peer.verification.says = "fail";
  try {
    expect(await failing(peer.run(using.id, "good", "always"))).toMatchObject({
      ...{ code: "verification-failed", message: expect.stringContaining("base") },
    });
  } finally {
    peer.verification.says = "pass";
  }
});

test("what speaks against a used action is asked about, refused, or settled by a yes to that one", async () => {
  publishUsing();
  peer.withdrawn.add(base.id);
  expect(await failing(peer.run(using.id, "good"))).toMatchObject({
    ...{
      code: "approval-needed",
      details: ["it uses base, and of that: everybody who published it took it back"],
    },
  });
  expect(await peer.run(using.id, "good", "once")).toMatchObject({ id: using.id });
  peer.policy.current = { approved: [base.id] };
  expect(await peer.run(using.id, "good")).toMatchObject({ id: using.id });

  const finding = { code: "eval", severity: "danger", line: 4, message: "does it" } as const;
  peer.publish(base, "passed", [finding]);
  expect(await failing(peer.run(using.id, "good", "always"))).toMatchObject({
    ...{ code: "refused-by-policy", message: expect.stringContaining("it uses base, and of that: eval") },
  });
  peer.publish(base, "failed");
  expect(await peer.runner.gate(using.id)).toMatchObject({
    ...{ decision: "refused", why: expect.stringContaining("base") },
  });
  expect(await failing(peer.run(using.id, "good"))).toMatchObject({ code: "verification-failed" });
});

test("what uses an action that is not known here does not run", async () => {
  const stranger = moodyBundle({ name: "stranger" });
  const lost = peer.publish(moodyBundle({ name: "lost", uses: [stranger.id] }));
  expect(await failing(peer.run(lost, "good"))).toMatchObject({
    ...{ code: "verification-unknown", message: expect.stringContaining(stranger.id) },
  });
});
