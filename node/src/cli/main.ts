import { CommanderError } from "commander";
import type { CommandIo } from "./command.ts";
import { Output } from "./output.ts";
import { createProgram } from "./program.ts";
import { reportFailure, USAGE } from "./report-failure.ts";

/** Time for pipes to drain after the work is done. */
const LINGER_MS = 2_000;

/**
 * Runs one command line (without `node` and the script's name).
 * @returns the exit code: 0 ok, 1 failure, 2 usage, and what the contract's `failures` say.
 */
export async function main(argv: readonly string[], io: CommandIo): Promise<number> {
  const json = argv.includes("--json");
  const output = new Output(io, { json, quiet: argv.includes("--quiet") || argv.includes("-q") });
  let exitCode = 0;
  const program = createProgram({ io, output, end: (code) => (exitCode = code) });
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    // Help and version were asked for, and have been printed.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // No command: the whole help has been printed to stderr.
    if (error instanceof CommanderError && error.code === "commander.help" && !json) return USAGE;
    return reportFailure(error, output);
  }
}

/** The command itself: the real streams, and an exit code once everything has been written. */
export async function runCollective(): Promise<void> {
  const { stdout, stderr, stdin, env, argv } = process;
  // Whoever reads may stop reading (`| head`); that is no failure.
  for (const stream of [stdout, stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  process.exitCode = await main(argv.slice(2), { stdout, stderr, stdin, env });
  // Everything was closed; once it has been said too, whatever a library left open must not keep the terminal waiting.
  setTimeout(() => process.exit(), LINGER_MS).unref();
  await Promise.all([stdout, stderr].map((stream) => new Promise((done) => stream.write("", done))));
  process.exit();
}
