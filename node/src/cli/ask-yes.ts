import type { CommandIo } from "./command.ts";

/** What is typed in answer to a question; more is no answer. */
const MOST_CHARACTERS = 1_000;

/** True where a person sits at the other end: what is written is seen, and what is typed is read. */
export function isInteractive({ stdin, stderr }: CommandIo): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Asks on stderr, so that stdout stays data. Anything but a yes is a no, and so is the end of the input. */
export async function askYes({ stdin, stderr }: CommandIo, question: string): Promise<boolean> {
  stderr.write(`${question} [y/N] `);
  let typed = "";
  for await (const chunk of stdin) {
    typed += Buffer.from(chunk).toString("utf8");
    if (typed.includes("\n") || typed.length > MOST_CHARACTERS) break;
  }
  if (!typed.includes("\n")) stderr.write("\n");
  return /^\s*y(es)?\s*$/i.test(typed.split("\n")[0] ?? "");
}
