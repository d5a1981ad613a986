// What an MCP host does: starts `collective mcp`, which talks to the running peer, and calls its tools.
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const need = process.argv[2] ?? "adds business days to a date";

// Hosts hand on little of their environment: the peer's home is said where it is not the usual one.
const { COLLECTIVE_HOME } = process.env;
const env: Record<string, string> = COLLECTIVE_HOME === undefined ? {} : { COLLECTIVE_HOME };

const client = new Client({ name: "example", version: "1.0.0" });
await client.connect(new StdioClientTransport({ command: "collective", args: ["mcp"], env }));
const { tools } = await client.listTools();
console.log("tools:", tools.map(({ name }) => name).join(", "));

const { content } = await client.callTool({ name: "find_action", arguments: { need } });
for (const block of content) if (block.type === "text") console.log(block.text);
await client.close();
