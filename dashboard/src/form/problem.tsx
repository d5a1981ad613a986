import type { VNode } from "preact";
import { Text } from "../text.tsx";

/** What is wrong with a field, beside it. */
export const Problem = ({
  id,
  text,
}: {
  readonly id: string;
  readonly text: string | undefined;
}): VNode | null =>
  text === undefined ? null : (
    <p class="problem" id={`${id}-problem`}>
      <Text value={text} />
    </p>
  );
