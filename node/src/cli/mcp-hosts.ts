import { join } from "node:path";

/** Where a program that uses MCP servers looks for them, and under which key of its JSON. */
export interface McpHost {
  readonly name: string;
  readonly title: string;
  /** The key that holds the servers, and what each of them says besides its command. */
  readonly key: "mcpServers" | "servers";
  readonly entry: Readonly<Record<string, string>>;
  /** The file of a project, in its folder. */
  readonly project: string;
  user(machine: Machine): string;
  /** What the user does next. */
  readonly next: string;
}

/** What the place of a user's file depends on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The hosts whose files are known, as their manuals give them. */
export const MCP_HOSTS: readonly McpHost[] = [
  {
    name: "claude-code",
    title: "Claude Code",
    key: "mcpServers",
    entry: { type: "stdio" },
    project: ".mcp.json",
    user: ({ home, env }) => join(env.CLAUDE_CONFIG_DIR || home, ".claude.json"),
    next: "Start Claude Code anew; /mcp lists its servers.",
  },
  {
    name: "vscode",
    title: "VS Code",
    key: "servers",
    entry: { type: "stdio" },
    project: join(".vscode", "mcp.json"),
    user: (machine) => join(applicationData(machine), "Code", "User", "mcp.json"),
    next: 'Run "MCP: List Servers" in VS Code and start it there.',
  },
  {
    name: "cursor",
    title: "Cursor",
    key: "mcpServers",
    entry: {},
    project: join(".cursor", "mcp.json"),
    user: ({ home }) => join(home, ".cursor", "mcp.json"),
    next: "Switch it on in Cursor's settings, under MCP.",
  },
];

function applicationData({ platform, home, env }: Machine): string {
  if (platform === "darwin") return join(home, "Library", "Application Support");
  if (platform === "win32") return env.APPDATA || join(home, "AppData", "Roaming");
  return env.XDG_CONFIG_HOME || join(home, ".config");
}
