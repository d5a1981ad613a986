import type { VerificationView } from "@action-collective/protocol";
import { Fragment, type VNode } from "preact";
import { countText, durationText } from "../format.ts";
import { Chip, type Tone } from "../parts/index.ts";
import { Lines, Text } from "../text.tsx";

const OUTCOMES: Readonly<Record<VerificationView["outcome"], readonly [Tone, string]>> = {
  pass: ["good", "passed"],
  fail: ["bad", "failed"],
  unknown: ["warn", "undecided"],
};

/** What running the unit test found, but for its single cases and tests. */
export function ReportSummary({ report }: { readonly report: VerificationView }): VNode {
  const [tone, word] = OUTCOMES[report.outcome];
  const { runner, strength, permissionsObserved, limits, logs } = report;
  return (
    <div class="stack">
      <p class="row">
        <Chip tone={tone}>{word}</Chip>
        <span class="break">
          {[...share(report.cases, "case"), ...share(report.tests, "test")].join(", ")}
        </span>
      </p>
      {report.outcome !== "pass" && (
        <p class="break">
          <Text value={report.reason} />
        </p>
      )}
      <dl class="facts small">
        <dt>Took</dt>
        <dd>
          {durationText(report.durationMs)}
          {report.tests.length > 0 &&
            `: ${countText(report.calls, "call")}, ${countText(report.assertions, "assertion")}`}
        </dd>
        <dt>Runner</dt>
        <dd class="break">
          {runner.runner}, Deno {runner.deno}, behind {runner.layers.join(", ")}
        </dd>
        {strength && (
          <Fragment>
            <dt>Strength</dt>
            <dd>
              notices {strength.killed} of {strength.mutants} small changes to the code
              <Survivors survived={strength.survived} />
            </dd>
          </Fragment>
        )}
        {report.strengthUnknown !== undefined && (
          <Fragment>
            <dt>Strength</dt>
            <dd>
              not measured: <Text value={report.strengthUnknown} />
            </dd>
          </Fragment>
        )}
        <Several title="Looked for" items={permissionsObserved} />
        <Several title="Limits hit" items={limits} />
      </dl>
      {logs.length > 0 && (
        <details>
          <summary>{countText(logs.length, "line")} of log</summary>
          <pre>
            <Lines value={logs.join("\n")} />
          </pre>
        </details>
      )}
    </div>
  );
}

/** How many of them passed; nothing where there are none. */
const share = (results: readonly { readonly status: string }[], one: string): string[] =>
  results.length === 0
    ? []
    : [
        `${results.filter(({ status }) => status === "passed").length} of ${countText(results.length, one)} passed`,
      ];

const Several = ({ title, items }: { readonly title: string; readonly items: readonly string[] }) =>
  items.length === 0 ? null : (
    <Fragment>
      <dt>{title}</dt>
      <dd class="row">
        {items.map((item) => (
          <Chip key={item} tone="warn">
            <Text value={item} />
          </Chip>
        ))}
      </dd>
    </Fragment>
  );

type Survived = NonNullable<VerificationView["strength"]>["survived"];

const Survivors = ({ survived }: { readonly survived: Survived }): VNode | null =>
  survived.length === 0 ? null : (
    <details>
      <summary>{survived.length} that it does not notice</summary>
      <ul class="plain-list">
        {survived.map(({ line, original, replacement, operator }) => (
          <li key={`${line} ${operator} ${replacement}`}>
            line {line}:{" "}
            <code>
              <Text value={original} />
            </code>{" "}
            →{" "}
            <code>
              <Text value={replacement} />
            </code>
          </li>
        ))}
      </ul>
    </details>
  );
