import { CollectiveError } from "@action-collective/protocol";
import { parseArguments } from "./parse-arguments.ts";
import { HELP, UsageError } from "./usage.ts";

/** @returns the exit code: 0 stopped as asked, 1 failure, 2 usage */
export async function main(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  try {
    const asked = parseArguments(args, env);
    // Only where they are needed: help and complaints must not wait for libp2p to load.
    if (asked.kind === "run") return await (await import("./run.ts")).run(asked);
    const text = asked.kind === "help" ? HELP : `${(await import("@action-collective/node")).VERSION}\n`;
    process.stdout.write(text);
    return 0;
  } catch (error) {
    if (error instanceof UsageError)
      return complain(`${error.message}\n"collective-bootstrap --help" says what it takes.\n`, 2);
    if (error instanceof CollectiveError) return complain(`${error.message}\n${error.remedy}\n`, 1);
    throw error;
  }
}

function complain(text: string, exit: number): number {
  process.stderr.write(text);
  return exit;
}
