import { isDeepStrictEqual } from "node:util";
import { COLLECTIVE } from "../helpers/processes.ts";
import type { Finding } from "./finding.ts";
import { type JudgeRun, runJudge } from "./run-judge.ts";

const PROGRAM = "@modelcontextprotocol/inspector/clients/launcher/build/index.js";

export interface InspectorTarget {
  readonly mcpUrl: string;
  readonly token: string;
  readonly home: string;
  /** A folder for what the inspector remembers. */
  readonly scratch: string;
  /** All tools that must be listed, in order. */
  readonly tools: readonly string[];
  /** A pinned action to be called, and a part of its answer. */
  readonly call: { readonly tool: string; readonly argument: string; readonly answer: string };
}

/** Lists and calls through the inspector's command line, over both transports and in both eras. */
export async function inspector(target: InspectorTarget): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const era of ["legacy", "modern"])
    for (const [transport, args, server] of transportsOf(target)) {
      const ask = (method: readonly string[]) =>
        runJudge(PROGRAM, ["--cli", ...args, "--protocol-era", era, ...method, ...server], {
          HOME: target.scratch,
        });
      const judge = `inspector ${transport}, ${era}`;
      const listed = await ask(["--method", "tools/list", "--strict"]);
      findings.push(finding(judge, "tools/list", listed, isDeepStrictEqual(namesIn(listed), target.tools)));
      const { tool, argument, answer } = target.call;
      const called = await ask(["--method", "tools/call", "--tool-name", tool, "--tool-arg", argument]);
      findings.push(finding(judge, "tools/call", called, called.stdout.includes(answer)));
      const wrong = await ask([
        "--method",
        "tools/call",
        "--tool-name",
        "get_action",
        "--tool-arg",
        "action=nothing-of-this-name",
      ]);
      findings.push(
        finding(
          judge,
          "tools/call of what is not there",
          { ...wrong, code: 0 },
          wrong.stdout.includes('"isError": true'),
        ),
      );
    }
  return findings;
}

type Transport = readonly [name: string, args: readonly string[], server: readonly string[]];

function transportsOf({ mcpUrl, token, home }: InspectorTarget): Transport[] {
  return [
    [
      "http",
      ["--server-url", mcpUrl, "--transport", "http", "--header", `Authorization: Bearer ${token}`],
      [],
    ],
    ["stdio", ["--transport", "stdio"], ["--", process.execPath, COLLECTIVE, "--home", home, "mcp"]],
  ];
}

function namesIn({ stdout }: JudgeRun): string[] {
  try {
    return (JSON.parse(stdout) as { tools: { name: string }[] }).tools.map(({ name }) => name);
  } catch {
    return [];
  }
}

function finding(
  judge: string,
  subject: string,
  { code, stdout, stderr }: JudgeRun,
  right: boolean,
): Finding {
  const passed = code === 0 && right;
  return {
    ...{ judge, subject, outcome: passed ? "passed" : "failed" },
    note: passed ? "" : `ended with ${code}\n${stdout.slice(0, 1000)}\n${stderr.slice(0, 1000)}`,
  };
}
