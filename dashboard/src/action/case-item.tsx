import type { Case, VerificationView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { durationText } from "../format.ts";
import { Chip, type Tone } from "../parts/index.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Lines, Text } from "../text.tsx";

type CaseResult = VerificationView["cases"][number];

const TONES: Readonly<Record<CaseResult["status"], Tone>> = {
  passed: "good",
  failed: "bad",
  skipped: "plain",
  unknown: "warn",
};
const IN_SHORT = 90;

/** One case: in a line what goes in and comes out, opened all of it. */
export const CaseItem = ({
  number,
  one,
  result,
}: {
  readonly number: number;
  readonly one: Case;
  readonly result: CaseResult | undefined;
}): VNode => (
  <details class="case" open={result?.status === "failed"}>
    <summary>
      <span class="number soft">{number}</span>
      {result && <Chip tone={TONES[result.status]}>{result.status}</Chip>}
      <code class="case-line">
        <Text value={shortJson(one.input)} /> <span class="soft">→</span>{" "}
        <Text value={"error" in one ? `error: ${one.error}` : shortJson(one.output)} />
      </code>
    </summary>
    <div class="case-body">
      <div>
        <h3>Input</h3>
        <JsonView value={one.input} />
      </div>
      <div>
        <h3>{"error" in one ? "Expected error" : "Expected output"}</h3>
        {"error" in one ? (
          <pre>
            <Lines value={one.error} />
          </pre>
        ) : (
          <JsonView value={one.output} />
        )}
        {"tolerance" in one && one.tolerance !== undefined && (
          <p class="small soft">numbers may differ by {one.tolerance}</p>
        )}
      </div>
      {one.fetches !== undefined && (
        <div class="all-columns">
          <h3>What the network answers in this case</h3>
          <ul class="plain-list small">
            {one.fetches.map((fetched) => (
              <li key={`${fetched.method} ${fetched.url}`}>
                <code class="break">
                  {fetched.method ?? "GET"} <Text value={fetched.url} />
                </code>{" "}
                <span class="soft">{fetched.status ?? 200}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {result && <ResultOfCase result={result} />}
    </div>
  </details>
);

const ResultOfCase = ({ result }: { readonly result: CaseResult }): VNode => (
  <div class="all-columns stack small">
    <p class="soft">
      {result.status} in {durationText(result.durationMs)}
    </p>
    {result.message !== undefined && (
      <p class="break">
        <Lines value={result.message} />
      </p>
    )}
    {result.difference && (
      <dl class="facts">
        <dt>Differs at</dt>
        <dd>
          <code>
            <Text value={result.difference.path} />
          </code>
        </dd>
        <dt>Expected</dt>
        <dd>
          <code>
            <Text value={result.difference.expected} />
          </code>
        </dd>
        <dt>Got</dt>
        <dd>
          <code>
            <Text value={result.difference.actual} />
          </code>
        </dd>
      </dl>
    )}
    {result.difference === undefined && result.actual !== undefined && result.status === "failed" && (
      <p class="break">
        Got{" "}
        <code>
          <Text value={result.actual} />
        </code>
      </p>
    )}
  </div>
);

function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > IN_SHORT ? `${text.slice(0, IN_SHORT)}…` : text;
}
