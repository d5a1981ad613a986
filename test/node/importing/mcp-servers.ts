import type { projectOf } from "./projects.ts";

/** A server with a tool of each kind that an import meets, as a package with modules of its own. */
export const SERVER: Parameters<typeof projectOf>[0] = {
  "package.json": JSON.stringify({
    name: "number-server",
    type: "module",
    license: "MIT",
    keywords: ["numbers"],
    bin: "server.ts",
  }),
  "server.ts": `import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";
import { registerText } from "./text.ts";
import { mean } from "./mean.ts";
import { tool as reverseTool } from "./reverse.ts";
const PLACES = 2;
const rounded = (value: number): number => Number(value.toFixed(PLACES));
let calls = 0;
const AddSchema = z.object({ a: z.number(), b: z.number().default(1) });
function create() {
  const server = new McpServer({ name: "numbers", version: "1.0.0" });
  server.registerTool("add", {
    description: "Adds two numbers. Use when a sum is wanted.",
    inputSchema: AddSchema,
    outputSchema: z.object({ sum: z.number() }),
    annotations: { readOnlyHint: true, openWorldHint: false },
  }, async (args) => {
    const { a, b } = AddSchema.parse(args);
    return { content: [{ type: "text", text: String(a + b) }], structuredContent: { sum: rounded(a + b) } };
  });
  server.registerTool("mean", {
    description: "The mean of numbers",
    inputSchema: z.object({ numbers: z.array(z.number()).min(1) }),
    outputSchema: z.object({ mean: z.number() }),
  }, ({ numbers }) => ({ content: [], structuredContent: { mean: mean(numbers) } }));
  server.registerTool("count", { description: "Counts its calls", inputSchema: z.object({ by: z.number() }) },
    ({ by }) => { calls += by; return { content: [{ type: "text", text: String(calls) }] }; });
  server.registerTool("now", { description: "Tells the time", inputSchema: z.object({ zone: z.string() }) },
    ({ zone }) => ({ content: [{ type: "text", text: zone + new Date().toISOString() }] }));
  server.registerTool("save", { description: "Saves", inputSchema: z.object({ n: z.number() }), annotations: { readOnlyHint: false } },
    ({ n }) => ({ content: [{ type: "text", text: String(n) }] }));
  server.registerTool("tell", { description: "Tells its client", inputSchema: z.object({ n: z.number() }) },
    async ({ n }, extra) => { await extra.mcpReq.log("info", n); return { content: [{ type: "text", text: "told" }] }; });
  server.registerTool("tools", { description: "Its own server", inputSchema: z.object({ n: z.number() }) },
    ({ n }) => ({ content: [{ type: "text", text: server.isConnected() + String(n) }] }));
  registerText(server);
  for (const tool of [reverseTool])
    server.registerTool(tool.name, { description: tool.description, inputSchema: z.object(tool.schema) },
      async (args) => ({ content: [{ type: "text", text: await tool.handler(args) }] }));
  return server;
}
serveStdio(create);
`,
  "text.ts": `import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
const name = "shout";
export function registerText(server: McpServer): void {
  const loud = (text: string) => text.toUpperCase() + "!";
  server.registerTool(name, { description: "Makes a text loud", inputSchema: z.object({ text: z.string().describe("what to shout") }) }, handle);
  server.registerTool("twice", { description: "Says a text twice", inputSchema: z.object({ text: z.string() }) },
    ({ text }) => ({ content: [{ type: "text", text: loud(text + text) }] }));
}
async function handle({ text }: { text: string }) {
  return { content: [{ type: "text" as const, text: text.toUpperCase() }] };
}
`,
  "reverse.ts": `import { z } from "zod";
const schema = { text: z.string() };
const Input = z.object(schema);
export const tool = {
  name: "reverse",
  description: "Turns a text round",
  schema,
  handler: async (args: Record<string, unknown>): Promise<string> => {
    const { text } = Input.parse(args);
    return [...text].reverse().join("");
  },
};
`,
  "mean.ts":
    "export function mean(numbers: readonly number[]): number { return numbers.reduce((a, b) => a + b, 0) / numbers.length; }\n",
};

/** One handler for all tools of a server. */
export const SWITCHING: Parameters<typeof projectOf>[0] = {
  "package.json": JSON.stringify({ name: "switching", type: "module", license: "MIT" }),
  "server.mjs": `import { readFileSync } from "node:fs";
import { Server } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
const schema = { type: "object", properties: { n: { type: "number" } }, required: ["n"] };
const tools = ["double", "half", "file"].map((name) => ({ name, description: name, inputSchema: schema }));
const double = (n) => n * 2;
serveStdio(() => {
  const server = new Server({ name: "switching", version: "1.0.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", async () => ({ tools }));
  server.setRequestHandler("tools/call", async (request) => {
    const { name, arguments: args } = request.params;
    switch (name) {
      case "double": {
        return { content: [{ type: "text", text: String(double(args.n)) }] };
      }
      case "half":
        return { content: [{ type: "text", text: String(args.n / 2) }] };
      case "file":
        return { content: [{ type: "text", text: readFileSync("x", "utf8") }] };
      default:
        throw new Error("no such tool");
    }
  });
  return server;
});
`,
};
