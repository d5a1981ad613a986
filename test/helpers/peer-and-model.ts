import { afterAll, beforeAll } from "vitest";
import { PeerProcess } from "./processes.ts";
import { ScriptedModel } from "./scripted-model.ts";

/** A daemon that verifies only when asked, and a scripted model's server, for the tests of one file. */
export function usePeerAndModel(): { readonly peer: PeerProcess; readonly model: ScriptedModel } {
  const held: { peer?: PeerProcess; model?: ScriptedModel } = {};
  beforeAll(async () => {
    [held.peer, held.model] = await Promise.all([
      PeerProcess.start({ env: { COLLECTIVE_VERIFY: "false" } }),
      ScriptedModel.start(),
    ]);
  }, 60_000);
  afterAll(async () => {
    await held.model?.[Symbol.asyncDispose]();
    await held.peer?.[Symbol.asyncDispose]();
  });
  return {
    get peer() {
      return started(held.peer);
    },
    get model() {
      return started(held.model);
    },
  };
}

function started<T>(one: T | undefined): T {
  if (one === undefined) throw new TypeError("It is there once the tests begin");
  return one;
}
