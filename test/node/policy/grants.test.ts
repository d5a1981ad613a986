import type { ActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { decideGrants } from "../../../node/src/policy/grants.ts";
import { isPrivateAddress } from "../../../node/src/sandbox/denied-net.ts";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";

const ID = "bafy-one" as ActionId;
const never = () => Promise.reject(new Error("not asked for"));
const rules = { allowNet: ["api.example.org"] };
const TOKEN = "s3cr3t/t0ken+value";

test("what asks for nothing touches neither the disk nor the resolver", async () => {
  expect(await decideGrants(ID, {}, { rules, secrets: never, resolve: never })).toMatchObject({
    allowed: true,
    grants: { net: [], secrets: {} },
  });
});

test("a host is granted when all its addresses are public", async () => {
  const decide = (addresses: string[]) =>
    decideGrants(
      ID,
      { net: ["api.example.org:443"] },
      { rules, secrets: never, resolve: async () => addresses },
    );
  expect(await decide(["93.184.215.14", "2606:2800:21f::1"])).toMatchObject({
    allowed: true,
    grants: { net: ["api.example.org:443"] },
  });
  for (const inside of [
    "127.0.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "::1",
    "fd12::1",
    "fe80::1",
    "::ffff:10.0.0.1",
  ])
    expect(await decide(["93.184.215.14", inside])).toMatchObject({
      allowed: false,
      why: expect.stringContaining(inside),
    });
  expect(await decide([])).toMatchObject({
    allowed: false,
    why: expect.stringContaining("does not resolve"),
  });
});

test("private addresses are told from public ones, in both families", () => {
  const inside = [
    "10.1.2.3",
    "172.31.0.1",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "fc00::1",
  ];
  const carried = [
    "::ffff:192.168.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "2001:0:1::",
    "ff02::1",
    "no address",
  ];
  for (const address of [...inside, ...carried]) expect(isPrivateAddress(address), address).toBe(true);
  for (const address of ["1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1"])
    expect(isPrivateAddress(address), address).toBe(false);
});

test("a secret reaches the action it was given to, and nothing that comes out of the run", async () => {
  const secrets = async () => ({ TOKEN: { value: TOKEN, actions: [ID] } });
  const parts = { rules, secrets, resolve: never };
  expect(await decideGrants("other" as ActionId, { secrets: ["TOKEN"] }, parts)).toMatchObject({
    allowed: false,
  });
  const decision = await decideGrants(ID, { secrets: ["TOKEN"] }, parts);
  if (!decision.allowed) throw new Error(decision.why);
  const sandbox = await Sandbox.open({ processes: 2 });
  try {
    const code = `export default (_, { secrets }) => { console.log("using", secrets.TOKEN); return { length: secrets.TOKEN.length, echo: secrets.TOKEN }; };`;
    const { grants, redactor } = decision;
    const outcome = await sandbox.runOnce({ code, language: "javascript" }, null, { grants });
    expect(redactor.outcome(outcome)).toMatchObject({
      output: { length: TOKEN.length, echo: "[TOKEN]" },
      logs: ["using [TOKEN]"],
    });
    const throws = `export default (_, { secrets }) => { throw new Error("refused: " + secrets.TOKEN); };`;
    const thrown = await sandbox.runOnce({ code: throws, language: "javascript" }, null, { grants });
    expect(redactor.outcome(thrown)).toMatchObject({ status: "threw", message: "refused: [TOKEN]" });
    const without = await sandbox.runOnce({ code, language: "javascript" }, null);
    expect(without).toMatchObject({ status: "threw", name: "TypeError" });
  } finally {
    await sandbox.stop();
  }
});
