import { CollectiveError } from "@action-collective/protocol";

/** The library that speaks to MCP servers is not installed: only an import needs it. */
export class McpClientMissingError extends CollectiveError {
  constructor() {
    super(
      "mcp-client-missing",
      "Importing from an MCP server needs the package @modelcontextprotocol/client",
      "Install it beside the peer: npm install @modelcontextprotocol/client@2",
    );
  }
}

export class ServerNotReachedError extends CollectiveError {
  constructor(server: string, why: string) {
    super(
      "server-not-reached",
      `${server} did not answer as an MCP server: ${why}`,
      "Start it by hand first, with the same words; what it prints to stderr says more.",
    );
  }
}
