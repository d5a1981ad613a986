import type { CommandContext } from "../command.ts";

/** Counts on one line of a terminal; elsewhere nothing is said. */
export function counter({ io, output }: Pick<CommandContext, "io" | "output">, what: string, total: number) {
  const shown = io.stderr.isTTY === true && !output.json && !output.quiet;
  return {
    progress(done: number): void {
      if (shown) io.stderr.write(`\r${what}: ${done} of ${total}`);
    },
    end(): void {
      if (shown) io.stderr.write("\r\u001b[2K");
    },
  };
}
