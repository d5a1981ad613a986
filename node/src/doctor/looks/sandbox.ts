import { availableParallelism } from "node:os";
import { CollectiveError } from "@action-collective/protocol";
import { createSourceAnalysis } from "../../analysis/source-analysis.ts";
import { Sandbox } from "../../sandbox/sandbox.ts";
import { runSelfTest } from "../../sandbox/self-test.ts";
import type { Findings, SandboxFound } from "../types.ts";

export interface Walls {
  /** Programs instead of those on the path; null: do without. For tests. */
  readonly bubblewrap?: string | null;
  readonly setpriv?: string | null;
}

/** Without a scan: the sandbox must hold alone. */
export async function lookAtSandbox({ bubblewrap, setpriv }: Walls): Promise<SandboxFound> {
  let sandbox: Sandbox;
  try {
    sandbox = await Sandbox.open({
      processes: availableParallelism(),
      filter: { action: () => {}, test: () => [] },
      ...(bubblewrap === undefined ? {} : { bubblewrap }),
      ...(setpriv === undefined ? {} : { setpriv }),
    });
  } catch (error) {
    if (!(error instanceof CollectiveError)) throw error;
    return { opened: false, why: error.message, remedy: error.remedy };
  }
  try {
    return { opened: true, description: sandbox.description, selfTest: await runSelfTest(sandbox) };
  } finally {
    await sandbox.stop();
  }
}

export async function lookAtParser(): Promise<Findings["parser"]> {
  const analysis = createSourceAnalysis();
  try {
    return await analysis.parser();
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  } finally {
    await analysis.stop();
  }
}
