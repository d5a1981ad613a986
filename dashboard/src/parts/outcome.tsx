import type { VNode } from "preact";
import { Failure } from "./failure.tsx";
import type { Write } from "./use-write.ts";

/** Says how something that was asked for went; it is there before, so that it is read aloud when it changes. */
export const Outcome = ({ write }: { readonly write: Write }): VNode => (
  <div>
    {write.failure && <Failure failure={write.failure} />}
    <p role="status" class={write.done === "" ? "visually-hidden" : "done"}>
      {write.done}
    </p>
  </div>
);
