import type { Json } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Lines } from "../text.tsx";

/** Characters that are shown at once; an output may have a million. */
const SHOWN = 20_000;

/** Data of strangers, as JSON on several lines. */
export function JsonView({ value }: { readonly value: Json }): VNode {
  const [all, setAll] = useState(false);
  const text = JSON.stringify(value, null, 2) ?? "";
  const cut = !all && text.length > SHOWN;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre class="json" tabIndex={0}>
        <Lines value={cut ? `${text.slice(0, SHOWN)}…` : text} />
      </pre>
      {cut && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {text.length.toLocaleString("en")} characters
        </button>
      )}
    </>
  );
}
