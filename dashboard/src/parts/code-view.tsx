import type { Mark } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { type CodeLine, codeLines } from "../code-lines.ts";
import { Lines } from "../text.tsx";
import { plainText } from "../text-marks.ts";

/** More lines at once make the page slow to scroll. */
const LINES_AT_FIRST = 1_500;

/** A program with numbered lines; what the marks name is highlighted, and says why when pointed at. */
export function CodeView({
  code,
  marks,
  label,
}: {
  readonly code: string;
  readonly marks: readonly Mark[];
  readonly label: string;
}): VNode {
  const [all, setAll] = useState(false);
  const lines = useMemo(() => codeLines(code, marks), [code, marks]);
  const shown = all ? lines : lines.slice(0, LINES_AT_FIRST);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="code" aria-label={label} tabIndex={0}>
        {shown.map((line) => (
          <Line key={line.number} line={line} />
        ))}
      </section>
      {shown.length < lines.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {lines.length} lines
        </button>
      )}
    </>
  );
}

const Line = ({ line }: { readonly line: CodeLine }): VNode => {
  const whole = line.marks.filter(({ length }) => length === 0);
  return (
    <div
      class={`code-line ${whole.map(markClass).join(" ")}`}
      data-line={line.number}
      {...(whole.length === 0 ? {} : { title: titleOf(whole) })}
    >
      {line.segments.map((segment, at) =>
        segment.marks.length === 0 ? (
          <Lines key={at} value={segment.text} />
        ) : (
          <mark key={at} class={segment.marks.map(markClass).join(" ")} title={titleOf(segment.marks)}>
            <Lines value={segment.text} />
          </mark>
        ),
      )}
      {"\n"}
    </div>
  );
};

export const markClass = ({ kind, severity }: Mark): string =>
  kind === "finding" ? `mark-${severity ?? "info"}` : `mark-${kind}`;

const titleOf = (marks: readonly Mark[]): string => marks.map(({ message }) => plainText(message)).join("\n");
