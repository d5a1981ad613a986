import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { shortId } from "../format.ts";

const SAID_MS = 1_500;

/** An id in short, with a button that copies all of it. */
export function CopyId({ id, whole = false }: { readonly id: string; readonly whole?: boolean }): VNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <span class="copy-id">
      <code class="id" title={id}>
        {whole ? id : shortId(id)}
      </code>
      <button
        type="button"
        class="quiet small"
        aria-label={`Copy ${id}`}
        onClick={() => void navigator.clipboard.writeText(id).then(() => setCopied(true))}
      >
        {copied ? "copied" : "copy"}
      </button>
    </span>
  );
}
