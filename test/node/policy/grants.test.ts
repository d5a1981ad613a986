import type { ActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { givenSecrets, unreachable } from "../../../node/src/policy/grants.ts";
import { Redactor } from "../../../node/src/policy/redact.ts";
import { isPrivateAddress } from "../../../node/src/sandbox/denied-net.ts";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";

const ID = "bafy-one" as ActionId;
const never = () => Promise.reject(new Error("not asked for"));
const TOKEN = "s3cr3t/t0ken+value";

test("what asks for no secret does not touch the disk", async () => {
  expect(await givenSecrets(ID, { net: ["api.example.org"] }, { secrets: never })).toEqual({});
});

test("what asks for no host asks no resolver", async () => {
  expect(await unreachable([], { resolve: never })).toBeUndefined();
});

test("a host is reached when all its addresses are public", async () => {
  const decide = (addresses: string[]) =>
    unreachable(["api.example.org:443"], { resolve: async () => addresses });
  expect(await decide(["93.184.215.14", "2606:2800:21f::1"])).toBeUndefined();
  for (const inside of [
    "127.0.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "::1",
    "fd12::1",
    "fe80::1",
    "::ffff:10.0.0.1",
  ])
    expect(await decide(["93.184.215.14", inside])).toMatchObject({ why: expect.stringContaining(inside) });
  expect(await decide([])).toMatchObject({ why: expect.stringContaining("does not resolve") });
});

test("one host that leads inside keeps all of them back", async () => {
  const resolve = async (host: string) => [host === "inside.example.org" ? "10.0.0.1" : "93.184.215.14"];
  const refusal = await unreachable(["api.example.org", "inside.example.org:80"], { resolve });
  expect(refusal?.why).toContain("inside.example.org leads to 10.0.0.1");
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
  const parts = { secrets: async () => ({ TOKEN: { value: TOKEN, actions: [ID] } }) };
  expect(await givenSecrets("other" as ActionId, { secrets: ["TOKEN"] }, parts)).toEqual({});
  const secrets = await givenSecrets(ID, { secrets: ["TOKEN"] }, parts);
  expect(secrets).toEqual({ TOKEN });
  const grants = { net: [], secrets };
  const redactor = new Redactor(secrets);
  const sandbox = await Sandbox.open({ processes: 2 });
  try {
    const code = `export default (_, { secrets }) => { console.log("using", secrets.TOKEN); return { length: secrets.TOKEN.length, echo: secrets.TOKEN }; };`;
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
