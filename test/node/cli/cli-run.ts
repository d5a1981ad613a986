import { writeApiFile } from "../../../node/src/api/api-file.ts";
import type { ApiHandlers } from "../../../node/src/api/handlers.ts";
import { main } from "../../../node/src/cli/main.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { listen, TOKEN } from "../api/sample-api.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  /** What stdout and stderr are. */
  readonly terminal?: { readonly columns: number };
  /** Somebody sits at a keyboard, and types `stdin`. */
  readonly typed?: boolean;
}

/** Runs a command line in this process, on streams that remember. */
export async function collective(
  argv: readonly string[],
  { env = {}, stdin = "", terminal, typed = false }: RunOptions = {},
): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const isTTY = terminal !== undefined;
  const columns = terminal?.columns;
  const code = await main(argv, {
    stdout: { write: (text) => (stdout += text), isTTY, columns },
    stderr: { write: (text) => (stderr += text), isTTY, columns },
    stdin: Object.assign(chunksOf(stdin), { isTTY: typed }),
    env,
  });
  return { code, stdout, stderr };
}

async function* chunksOf(text: string) {
  if (text !== "") yield Buffer.from(text);
}

/** A home whose peer is a real API server with the given handlers, and the command line pointed at it. */
export async function peer(handlers: Partial<ApiHandlers> = {}) {
  const folder = await temporaryFolder();
  const server = await listen({ handlers });
  await writeApiFile(folder.path, { pid: process.pid, url: server.url, token: TOKEN, version: "0.1.0" });
  return {
    home: folder.path,
    run: (argv: readonly string[], options: RunOptions = {}) =>
      collective(argv, { ...options, env: { COLLECTIVE_HOME: folder.path, ...options.env } }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
