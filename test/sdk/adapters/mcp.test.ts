import type { PinnedTool } from "@action-collective/protocol";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { type Approval, type ApprovalQuestion, PeerUnreachableError } from "action-collective";
import { MCP_INSTRUCTIONS, mcp, mcpServer, peerTools, type ToolSource } from "action-collective/mcp";
import { describe, expect, it } from "vitest";
import type { ToolClient } from "../../../sdk/src/tools/context.ts";
import type { CollectiveTool } from "../../../sdk/src/tools/types.ts";
import { until } from "../../helpers/until.ts";

const QUESTION: ApprovalQuestion = { ref: "x", id: "bafyx", message: "its score here, 0.1, is too low" };

function toolOf(name: string, changed: Partial<CollectiveTool> = {}): CollectiveTool {
  return {
    name,
    title: `The tool ${name}`,
    description: `Does ${name}.`,
    input: { type: "object", properties: { x: { type: "number" } } },
    effects: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
    execute: async (input) => ({ failed: false, text: JSON.stringify({ name, input }) }),
    ...changed,
  };
}

/** A host on the other end of a connection; `answer` is what its user says when asked. */
async function hostOf(source: ToolSource, answer?: "accept" | "decline" | "cancel") {
  const server = mcpServer(source, { version: "1.2.3" });
  const client = new Client(
    { name: "host", version: "1" },
    { capabilities: answer === undefined ? {} : { elicitation: { form: {} } } },
  );
  const asked: string[] = [];
  let changes = 0;
  if (answer !== undefined)
    client.setRequestHandler("elicitation/create", ({ params }) => {
      asked.push(params.message);
      return answer === "accept" ? { action: answer, content: { allow: true } } : { action: answer };
    });
  client.setNotificationHandler("notifications/tools/list_changed", () => void changes++);
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  return { client, asked, changes: () => changes, [Symbol.asyncDispose]: () => client.close() };
}

/** A tool whose run is in doubt until the user says yes. */
const doubtful: ToolSource = async (approve) => [
  toolOf("doubtful", {
    execute: async () =>
      (await approve(QUESTION)) ? { failed: false, text: "ran" } : { failed: true, text: "refused" },
  }),
];

describe("the MCP server of the collective's tools", () => {
  it("lists them with title, schema and what is enforced, and introduces itself", async () => {
    await using host = await hostOf([
      toolOf("one"),
      toolOf("two", { effects: { readOnly: true, destructive: false, idempotent: true, openWorld: false } }),
    ]);
    const { tools } = await host.client.listTools();
    expect(tools).toEqual([
      {
        name: "one",
        title: "The tool one",
        description: "Does one.",
        inputSchema: { type: "object", properties: { x: { type: "number" } } },
        annotations: {
          title: "The tool one",
          readOnlyHint: false,
          destructiveHint: true,
          idempotentHint: false,
          openWorldHint: true,
        },
      },
      expect.objectContaining({
        annotations: {
          title: "The tool two",
          readOnlyHint: true,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: false,
        },
      }),
    ]);
    expect(host.client.getServerVersion()).toMatchObject({ name: "action-collective", version: "1.2.3" });
    expect(host.client.getInstructions()).toBe(MCP_INSTRUCTIONS);
    expect(MCP_INSTRUCTIONS.length).toBeLessThan(1000);
  });

  it("cuts descriptions where hosts do, between characters", async () => {
    await using host = await hostOf([toolOf("long", { description: "é漢😀".repeat(400) })]);
    const [tool] = (await host.client.listTools()).tools;
    const { description = "" } = tool ?? {};
    expect(Buffer.byteLength(description)).toBeLessThanOrEqual(2048);
    expect(Buffer.byteLength(description)).toBeGreaterThan(2040);
    expect(description).not.toContain("\ufffd");
    expect(description.endsWith("…")).toBe(true);
  });

  it("hands on arguments, answers and failures, and the host's change of mind", async () => {
    let started = false;
    let aborted = false;
    const failing = toolOf("failing", { execute: async () => ({ failed: true, text: "why" }) });
    const slow = toolOf("slow", {
      execute: (_, { signal } = {}) =>
        new Promise((_, reject) => {
          started = true;
          signal?.addEventListener("abort", () => {
            aborted = true;
            reject(signal.reason);
          });
        }),
    });
    await using host = await hostOf([toolOf("one"), failing, slow]);
    const answer = await host.client.callTool({ name: "one", arguments: { x: 1 } });
    expect(answer).toMatchObject({
      isError: false,
      content: [{ type: "text", text: '{"name":"one","input":{"x":1}}' }],
    });
    expect(await host.client.callTool({ name: "failing" })).toMatchObject({
      isError: true,
      content: [{ text: "why" }],
    });
    const call = host.client.callTool({ name: "none\u202e", arguments: {} });
    await expect(call).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(/Unknown tool: none\?$/),
    });
    const stop = new AbortController();
    const waiting = host.client.callTool({ name: "slow" }, { signal: stop.signal });
    await until(() => started, { what: "the tool to start" });
    stop.abort("enough");
    await expect(waiting).rejects.toThrow();
    await until(() => aborted, { what: "the tool to be aborted" });
  });

  it("asks the user of a host that can, once, and tells the tool what was said", async () => {
    await using allowing = await hostOf(doubtful, "accept");
    expect(await allowing.client.callTool({ name: "doubtful" })).toMatchObject({
      isError: false,
      content: [{ text: "ran" }],
    });
    // Not every question is about a run: publishing is asked about in the same words.
    expect(allowing.asked).toEqual([`Allow this once? ${QUESTION.message} (${QUESTION.id})`]);
    for (const answer of ["decline", "cancel"] as const) {
      await using host = await hostOf(doubtful, answer);
      expect(await host.client.callTool({ name: "doubtful" })).toMatchObject({
        isError: true,
        content: [{ text: "refused" }],
      });
      expect(host.asked).toHaveLength(1);
    }
    await using mute = await hostOf(doubtful);
    expect(await mute.client.callTool({ name: "doubtful" })).toMatchObject({
      isError: true,
      content: [{ text: "refused" }],
    });
  });

  it("takes a yes for the action that was asked about, and for no other", async () => {
    let round = 0;
    const changing: ToolSource = async (approve) => [
      toolOf("changing", {
        execute: async () => {
          round++;
          const yes = await approve({ ...QUESTION, id: `bafy${round}` });
          return { failed: !yes, text: yes ? "ran" : "refused" };
        },
      }),
    ];
    await using host = await hostOf(changing, "accept");
    expect(await host.client.callTool({ name: "changing" })).toMatchObject({
      content: [{ text: "refused" }],
    });
    expect(host.asked).toHaveLength(3);
    expect(round).toBe(4);
  });

  it("asks each question of a call for itself, and takes a no for the end of it", async () => {
    const questions = [QUESTION, { ...QUESTION, message: "it could send what was read" }];
    const twice: ToolSource = async (approve) => [
      toolOf("twice", {
        execute: async () => {
          for (const question of questions)
            if (!(await approve(question))) return { failed: true, text: "refused" };
          return { failed: false, text: "ran" };
        },
      }),
    ];
    await using allowing = await hostOf(twice, "accept");
    expect(await allowing.client.callTool({ name: "twice" })).toMatchObject({ content: [{ text: "ran" }] });
    expect(allowing.asked).toEqual(questions.map(({ id, message }) => `Allow this once? ${message} (${id})`));
    await using declining = await hostOf(twice, "decline");
    expect(await declining.client.callTool({ name: "twice" })).toMatchObject({
      content: [{ text: "refused" }],
    });
    expect(declining.asked).toHaveLength(1);
  });

  it("makes a server of a fixed list, too", async () => {
    const server = mcp({ name: "mine", instructions: "Ours." })([toolOf("one")]);
    const client = new Client({ name: "host", version: "1" });
    const [near, far] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(far), client.connect(near)]);
    expect(client.getServerVersion()?.name).toBe("mine");
    expect(client.getInstructions()).toBe("Ours.");
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["one"]);
    await client.close();
  });
});

describe("the tools of a peer", () => {
  const pinned: PinnedTool = {
    ...{ id: "bafyone", tool: "one", name: "one", summary: "One.", input: { type: "object" }, output: {} },
    ...{ permissions: {}, standing: "passed" },
  };

  /** A peer that knows what is pinned, or does not answer, and counts what is asked of it. */
  function clientOf() {
    const state = { tools: [] as PinnedTool[], answers: true, approvals: [] as (Approval | undefined)[] };
    const client = {
      pinned: async () => {
        if (!state.answers) throw new PeerUnreachableError("No peer runs", "Start one.");
        return state.tools;
      },
      run: async (_ref: string, _input: unknown, { approve }: { approve?: Approval }) => {
        state.approvals.push(approve);
        return { run: "r", id: "bafyone", name: "one", output: 1, durationMs: 1, logs: [], granted: {} };
      },
    } as unknown as ToolClient;
    return { client, state };
  }
  const no = async () => false;
  const CONSTANT = ["find_action", "get_action", "run_action", "rate_action"];
  const namesIn = (tools: readonly CollectiveTool[]) => tools.map(({ name }) => name);

  it("stay the same tools until the user pins something, and go with what is withheld", async () => {
    const { client, state } = clientOf();
    const source = peerTools(client);
    const first = await source(no);
    expect(namesIn(first)).toEqual(CONSTANT);
    expect(await source(no)).toBe(first);
    state.tools = [pinned];
    const second = await source(no);
    expect(namesIn(second)).toEqual([...CONSTANT, "one"]);
    expect(await source(no)).toBe(second);
    state.tools = [{ ...pinned, withheld: "you block it" }];
    expect(namesIn(await source(no))).toEqual(CONSTANT);
    expect(namesIn(await peerTools(client, { publish: true })(no))).toEqual([...CONSTANT, "publish_action"]);
  });

  it("are there without a peer, and none goes when it goes", async () => {
    const { client, state } = clientOf();
    state.answers = false;
    const missing: unknown[] = [];
    const source = peerTools(client, { onMissing: (error) => missing.push(error) });
    expect(namesIn(await source(no))).toEqual(CONSTANT);
    expect(missing).toEqual([expect.any(PeerUnreachableError)]);
    Object.assign(state, { answers: true, tools: [pinned] });
    const all = await source(no);
    expect(namesIn(all)).toEqual([...CONSTANT, "one"]);
    state.answers = false;
    expect(await source(no)).toBe(all);
  });

  it("tell a connected host when they are others than it listed", async () => {
    const { client, state } = clientOf();
    await using host = await hostOf(peerTools(client));
    await host.client.listTools();
    state.tools = [pinned];
    expect(await host.client.callTool({ name: "one", arguments: {} })).toMatchObject({ isError: false });
    await until(() => host.changes() === 1, { what: "the host to be told" });
    await host.client.callTool({ name: "one", arguments: {} });
    expect(host.changes()).toBe(1);
    expect(state.approvals.map((approve) => typeof approve)).toEqual(["function", "function"]);
  });
});
