import type { ActionClient } from "action-collective";
import type { Output, Streams } from "./output.ts";

/** What a command may touch of the process around it. */
export interface CommandIo extends Streams {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean | undefined };
}

/** What every command is given. */
export interface CommandContext {
  readonly io: CommandIo;
  readonly output: Output;
  /** The peer's home: `--home`, `COLLECTIVE_HOME`, or the default. */
  home(): string;
  client(): ActionClient;
  /** Sets the exit code of a command that did what it should and found something wrong. */
  end(code: number): void;
}

/** The examples at the foot of a command's help. */
export function example(...lines: readonly string[]): string {
  return `\nExample${lines.length > 1 ? "s" : ""}:\n${lines.map((line) => `  $ ${line}\n`).join("")}`;
}
