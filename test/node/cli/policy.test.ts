import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Policy, PolicyChange } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { changedPolicy } from "../../../node/src/policy/policy-file.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { FRIEND, ID, OTHER, PEER_VIEW, POLICY_VIEW } from "../api/sample-api.ts";
import { collective, peer } from "./cli-run.ts";

/** A peer whose policy is kept in a variable, and which knows one peer and one action by their beginnings. */
async function governed(policy: Policy = {}) {
  const changes: PolicyChange[] = [];
  const view = () => ({ policy, lists: [], hidden: [] });
  const running = await peer({
    policy: async () => view(),
    setPolicy: async ({ body }) => {
      changes.push(body);
      policy = changedPolicy(policy, body);
      return view();
    },
    peer: async ({ ref }) => ({ ...PEER_VIEW, peer: OTHER.startsWith(ref) ? OTHER : ref }),
  });
  return Object.assign(running, { changes, policy: () => policy });
}

describe("collective policy", () => {
  it("shows rules, lists and what they hide", async () => {
    await using running = await peer();
    expect((await running.run(["policy"])).stdout).toBe(`Your rules
  permissions   none: only actions that need nothing but their input
  minScore      0.2
  blockedPeers  ${OTHER}

Block lists
  STATE     PEERS  ACTIONS  READ        NAME  SOURCE
  in force  2      0        2023-11-14  ours  /etc/blocked.json

What they hide
  3 actions: published by somebody you block
`);
    await using free = await governed();
    expect((await free.run(["policy", "show"])).stdout).toMatch(/^Your rules\n {2}none: /);
    await using broken = await peer({
      policy: async () => ({
        ...POLICY_VIEW,
        lists: [{ ...POLICY_VIEW.lists[0], state: "unreadable", readAt: 0, note: "it is gone" } as never],
      }),
    });
    expect((await broken.run(["policy"])).stdout).toMatch(/not readable +2 +0 +never +ours +\S+; it is gone/);
  });

  it("names its commands to who mistypes one", async () => {
    const { code, stdout, stderr } = await collective(["policy", "blok", OTHER]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/has no command "blok"\nIt has: show, set, unset, block, .*sign-list\.\n$/);
  });

  it("sets and unsets rules, by either spelling", async () => {
    await using running = await governed();
    for (const argv of [
      ["set", "permissions", "none"],
      ["set", "licences", "MIT,Apache-2.0", "ISC"],
      ["set", "min-score", "0.25"],
      ["set", "onDoubt", "refuse"],
      ["set", "authors", OTHER.slice(0, 15)],
      ["unset", "licences"],
    ])
      expect(await running.run(["policy", ...argv]), argv.join(" ")).toMatchObject({ code: 0, stderr: "" });
    expect(running.policy()).toEqual({
      permissions: [],
      minScore: 0.25,
      onDoubt: "refuse",
      authors: [OTHER],
    });
    const shown = (await running.run(["policy"])).stdout;
    expect(shown).toMatch(/^ {2}onDoubt +refuse$/m);
    const wrong = await running.run(["policy", "set", "languages", "cobol"]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("languages does not take that") });
    expect((await running.run(["policy", "set", "blocked-peers", OTHER])).stderr).toContain(
      "Use: collective policy block",
    );
    expect(running.changes).toHaveLength(6);
  });

  it("blocks peers and actions by beginnings and names, once each, and takes it back", async () => {
    await using running = await governed({ blockedPeers: [FRIEND] });
    expect((await running.run(["policy", "block", OTHER.slice(0, 15)])).stdout).toBe(`${OTHER}\n`);
    await running.run(["policy", "block", OTHER]);
    await running.run(["policy", "block", "echo"]);
    expect(running.policy()).toEqual({ blockedPeers: [FRIEND, OTHER], blockedActions: [ID] });
    expect((await running.run(["policy", "unblock", "echo"])).stderr).toBe(
      "It is not blocked by you any more; what was refused meanwhile comes back within about an hour.\n",
    );
    // Single entries: what another command changes meanwhile is not lost.
    expect(running.changes.at(-1)).toEqual({ remove: { blockedActions: [ID] } });
    await running.run(["policy", "unblock", OTHER]);
    expect((await running.run(["policy", "unblock", OTHER])).stderr).toContain("was not blocked by you");
    expect(running.policy()).toEqual({ blockedPeers: [FRIEND] });
  });

  it("blocks an action that was never heard of", async () => {
    await using running = await governed();
    await running.run(["policy", "block", ID]);
    expect(running.policy()).toEqual({ blockedActions: [ID] });
  });

  it("approves an action for good, and not any more", async () => {
    await using running = await governed();
    expect(await running.run(["policy", "approve", "echo"])).toMatchObject({ code: 0, stdout: `${ID}\n` });
    expect(running.policy()).toEqual({ approved: [ID] });
    await running.run(["policy", "approve", "echo", "--take-back"]);
    expect(running.policy()).toEqual({});
  });

  it("follows lists: files as absolute paths, others only with a key", async () => {
    await using running = await governed();
    const address = "https://example.org/list.json";
    await running.run(["policy", "subscribe", "blocked.json"]);
    await running.run(["policy", "subscribe", address, "--key", OTHER]);
    await running.run(["policy", "subscribe", address, "--key", OTHER, "--key", FRIEND]);
    expect(running.policy().lists).toEqual([
      { source: resolve("blocked.json"), keys: [] },
      { source: address, keys: [OTHER, FRIEND] },
    ]);
    await running.run(["policy", "unsubscribe", "blocked.json"]);
    await running.run(["policy", "unsubscribe", address]);
    expect(running.policy()).toEqual({});
    expect(await running.run(["policy", "unsubscribe", address])).toMatchObject({ code: 2 });
  });
});

describe("collective policy sign-list", () => {
  const day = (days: number) =>
    new Date(Date.now() + days * 24 * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
  const list = {
    format: 1,
    name: "ours",
    issued: day(-1),
    expires: day(100),
    entries: { peers: [{ id: OTHER, reason: "spam" }], actions: [{ id: ID }] },
  };

  it("signs with the key of a home, and says how others follow it", async () => {
    await using folder = await temporaryFolder();
    const [file, home] = [join(folder.path, "list.json"), join(folder.path, "home")];
    await writeFile(file, JSON.stringify(list));
    const key = (await collective(["network", "key", home])).stdout.trim();
    const signed = await collective(["policy", "sign-list", file, "--key", home]);
    expect(signed).toMatchObject({ code: 0, stderr: expect.stringContaining(`--key ${key}\n`) });
    expect(signed.stdout).toMatch(/names +1 peer, 1 action\n/);
    const written = JSON.parse(await readFile(file, "utf8"));
    expect(written).toMatchObject({ name: "ours", signatures: [{ key }] });
    expect(await collective(["policy", "sign-list", file, "--key", home, "--json"])).toMatchObject({
      code: 0,
    });
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(written);
  });

  it("refuses what is no list, or too large, and a home without a key", async () => {
    await using folder = await temporaryFolder();
    const [file, home] = [join(folder.path, "list.json"), join(folder.path, "home")];
    await writeFile(file, JSON.stringify(list));
    const keyless = await collective(["policy", "sign-list", file, "--key", home]);
    expect(keyless).toMatchObject({ code: 2, stderr: expect.stringContaining("collective network key") });
    await collective(["network", "key", home]);
    await writeFile(file, '{"format": 1}');
    expect(await collective(["policy", "sign-list", file, "--key", home])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("This is not a block list"),
    });
    await writeFile(file, " ".repeat(2 * 1024 * 1024 + 1));
    expect(await collective(["policy", "sign-list", file, "--key", home])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("larger than a block list may be"),
    });
    expect(await collective(["policy", "sign-list", `${file}x`, "--key", home])).toMatchObject({ code: 2 });
  });
});
