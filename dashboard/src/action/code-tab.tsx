import type { ActionView, Mark } from "@action-collective/protocol";
import type { VNode } from "preact";
import { call } from "../api.ts";
import { CodeView } from "../parts/code-view.tsx";
import { Card, Chip, Loaded, type Tone, useLoad } from "../parts/index.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Text } from "../text.tsx";

const MARK_TONES: Readonly<Record<Mark["kind"], Tone>> = {
  net: "warn",
  secrets: "warn",
  uses: "info",
  finding: "plain",
};
const SEVERITY_TONES: Readonly<Record<NonNullable<Mark["severity"]>, Tone>> = {
  info: "info",
  warning: "warn",
  danger: "bad",
};

/** The action's program and its test's, with what a reader should see; and its schemas. */
export function CodeTab({ action: { id, input, output } }: { readonly action: ActionView }): VNode {
  const load = useLoad(
    async (signal) => {
      const [source, { marks }] = await Promise.all([
        call("source", { ref: id, signal }),
        call("marks", { ref: id, signal }),
      ]);
      return { source, marks };
    },
    [id],
  );
  return (
    <div class="stack-wide">
      <Loaded load={load}>
        {({ source, marks }) => (
          <>
            <Marked title="Code" code={source.code} marks={marks.filter((mark) => mark.in !== "test")} />
            {source.test !== undefined && (
              <Marked title="Test" code={source.test} marks={marks.filter((mark) => mark.in === "test")} />
            )}
          </>
        )}
      </Loaded>
      <div class="grid">
        <Card title="Input schema">
          <JsonView value={input} />
        </Card>
        <Card title="Output schema">
          <JsonView value={output} />
        </Card>
      </div>
    </div>
  );
}

const Marked = ({
  title,
  code,
  marks,
}: {
  readonly title: string;
  readonly code: string;
  readonly marks: readonly Mark[];
}): VNode => (
  <Card title={title} end={<span class="small soft">{lineCount(code)}</span>}>
    {marks.length === 0 ? (
      <p class="small soft">
        Reading it brought up nothing: no network, no secrets, no other actions, no findings.
      </p>
    ) : (
      <MarkList marks={marks} />
    )}
    <CodeView code={code} marks={marks} label={title} />
  </Card>
);

const MarkList = ({ marks }: { readonly marks: readonly Mark[] }): VNode => (
  <ul class="plain-list marks">
    {marks.map((mark) => (
      <li key={`${mark.line} ${mark.column} ${mark.kind} ${mark.message}`}>
        <span class="number soft">line {mark.line}</span>
        <Chip
          tone={mark.kind === "finding" ? SEVERITY_TONES[mark.severity ?? "info"] : MARK_TONES[mark.kind]}
        >
          {mark.kind === "finding" ? (mark.code ?? "finding") : mark.kind}
        </Chip>
        <span class="break">
          <Text value={mark.message} />
        </span>
      </li>
    ))}
  </ul>
);

function lineCount(code: string): string {
  const count = code.trimEnd().split("\n").length;
  return count === 1 ? "1 line" : `${count} lines`;
}
