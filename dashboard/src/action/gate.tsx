import type { ActionView, ScoreExplanation } from "@action-collective/protocol";
import type { VNode } from "preact";
import { call } from "../api.ts";
import { Chip, type Tone, useLoad } from "../parts/index.ts";
import { Text } from "../text.tsx";

const DECISIONS: Readonly<Record<ScoreExplanation["gate"]["decision"], readonly [Tone, string]>> = {
  runs: ["good", "runs unasked"],
  asks: ["warn", "asks first"],
  refused: ["bad", "refused"],
};

/** What would happen now if an agent ran it, and why. */
export function Gate({ action: { id, standing } }: { readonly action: ActionView }): VNode | null {
  const { value } = useLoad((signal) => call("score", { ref: id, signal }), [id, standing]);
  if (value === undefined) return null;
  const [tone, word] = DECISIONS[value.gate.decision];
  return (
    <p class="small soft">
      <Chip tone={tone}>{word}</Chip> <Text value={value.gate.why} />
    </p>
  );
}
