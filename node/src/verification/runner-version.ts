import type { SandboxDescription } from "../sandbox/types.ts";

/** What a verdict depends on besides the action: a standing that another version of it proved is proved again. */
export function runnerVersion({ runner, deno }: SandboxDescription): string {
  return `${runner} deno/${deno}`;
}
