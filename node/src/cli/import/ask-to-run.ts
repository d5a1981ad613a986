import { askYes, isInteractive } from "../ask-yes.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../report-failure.ts";

/**
 * What runs is the user's own: they say so.
 * @param otherwise what may be given in the place of a yes
 * @throws {UsageError} there is nobody to ask
 */
export async function askToRun(
  what: string,
  question: string,
  otherwise: string,
  { io, output }: Pick<CommandContext, "io" | "output">,
): Promise<boolean> {
  if (output.json || !isInteractive(io))
    throw new UsageError(`${what}. Nobody is there to say yes`, otherwise);
  return await askYes(io, `${what}. ${question}`);
}
