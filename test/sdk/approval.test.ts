import { CollectiveError } from "@action-collective/protocol";
import { ActionClient, type ApprovalQuestion } from "action-collective";
import { describe, expect, it } from "vitest";
import { ID, listen, sampleHandlers, TOKEN } from "../node/api/sample-api.ts";

const ANOTHER = `${ID.slice(0, 58)}q`;

/**
 * A peer on which the name "echo" means `means()`, and that doubts whatever nobody said yes to.
 * `doubts`: what it says of each action; an action without an entry just runs.
 */
async function doubtful(means: () => string, doubts: Readonly<Record<string, string>>) {
  const runs: [ref: string, approve: unknown][] = [];
  const sample = sampleHandlers();
  const server = await listen({
    handlers: {
      show: async (call) => ({ ...(await sample.show(call)), id: means() }),
      run: async ({ ref, body }) => {
        runs.push([ref, body.approve]);
        const id = ref === "echo" ? means() : ref;
        const doubt = doubts[id];
        if (doubt !== undefined && body.approve === undefined)
          throw new CollectiveError("approval-needed", doubt, "say yes");
        return { run: "r", id, name: "echo", output: body.input, durationMs: 1, logs: [], granted: {} };
      },
    },
  });
  const client = new ActionClient({ url: server.url, token: TOKEN });
  return { client, runs, [Symbol.asyncDispose]: () => server.close() };
}

describe("ActionClient.run, where the peer doubts", () => {
  it("throws what the peer says when nobody can be asked", async () => {
    await using peer = await doubtful(() => ID, { [ID]: "it asks for the network" });
    await expect(peer.client.run("echo", 1)).rejects.toMatchObject({
      code: "approval-needed",
      status: 403,
      message: "it asks for the network",
    });
    await expect(peer.client.call("echo", 1)).rejects.toMatchObject({ code: "approval-needed" });
  });

  it.each(["once", "always"] as const)("passes on a yes that is there: %s", async (approve) => {
    await using peer = await doubtful(() => ID, { [ID]: "it asks for the network" });
    expect(await peer.client.call("echo", 1, { approve })).toBe(1);
    expect(peer.runs).toEqual([["echo", approve]]);
  });

  it("asks what is doubtful about which action, and runs that one on a yes, once", async () => {
    await using peer = await doubtful(() => ID, { [ID]: "it asks for the network" });
    const questions: ApprovalQuestion[] = [];
    const approve = async (question: ApprovalQuestion) => {
      questions.push(question);
      return true;
    };
    expect((await peer.client.run("echo", { a: 1 }, { approve })).output).toEqual({ a: 1 });
    expect((await peer.client.run(ID, 2, { approve })).output).toBe(2);
    expect(questions).toEqual([
      { ref: "echo", id: ID, message: "it asks for the network" },
      { ref: ID, id: ID, message: "it asks for the network" },
    ]);
    expect(peer.runs).toEqual([
      ["echo", undefined],
      [ID, undefined],
      [ID, "once"],
      [ID, undefined],
      [ID, "once"],
    ]);
  });

  it("does not run after a no, or when asking fails, and throws which it was", async () => {
    await using peer = await doubtful(() => ID, { [ID]: "it asks for the network" });
    await expect(peer.client.run("echo", 1, { approve: () => false })).rejects.toMatchObject({
      code: "approval-needed",
      message: "it asks for the network",
    });
    const broken = new Error("the window was closed");
    await expect(peer.client.run("echo", 1, { approve: () => Promise.reject(broken) })).rejects.toBe(broken);
    expect(peer.runs.map(([, approve]) => approve)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("asks nobody where nothing is doubtful, and nothing about other failures", async () => {
    await using peer = await doubtful(() => ID, {});
    const never = () => expect.unreachable("nothing was doubtful");
    expect(await peer.client.call("echo", 1, { approve: never })).toBe(1);
    await using failing = await listen({
      handlers: { run: () => Promise.reject(new CollectiveError("refused-by-policy", "blocked", "")) },
    });
    await expect(
      new ActionClient({ url: failing.url, token: TOKEN }).run("echo", 1, { approve: never }),
    ).rejects.toMatchObject({ code: "refused-by-policy" });
  });

  it("never lets a yes to one action run another that took its name meanwhile", async () => {
    let meant = ID;
    await using peer = await doubtful(() => meant, {
      [ID]: "it asks for a.org",
      [ANOTHER]: "it asks for b.org",
    });
    const questions: ApprovalQuestion[] = [];
    const approve = (question: ApprovalQuestion) => {
      questions.push(question);
      meant = ANOTHER;
      return true;
    };
    expect((await peer.client.run("echo", 1, { approve })).id).toBe(ID);
    expect((await peer.client.run("echo", 1, { approve })).id).toBe(ANOTHER);
    expect(questions.map(({ id, message }) => [id, message])).toEqual([
      [ID, "it asks for a.org"],
      [ANOTHER, "it asks for b.org"],
    ]);
  });
});
