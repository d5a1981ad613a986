import type { ScoreExplanation } from "@action-collective/protocol";
import type { VNode } from "preact";
import { scoreText } from "./words.ts";

interface Part {
  readonly name: string;
  readonly passes: number;
  readonly failures: number;
}

/** What is left beside rounding. */
const NOTHING = 0.005;

/** What a score is made of, added up by where it came from. Pure. */
export function partsOf(score: ScoreExplanation): Part[] {
  const { own, authors, raters, feedback, passes, failures } = score;
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const weights = (outcome: string) =>
    sum(raters.filter((rater) => rater.outcome === outcome).map(({ weight }) => weight));
  const shown: Part[] = [
    { name: "Your own test", passes: own.passes, failures: own.failures },
    { name: "Who publishes it", passes: sum(authors.map((author) => author.passes)), failures: 0 },
    { name: "Tests of others", passes: weights("pass"), failures: weights("fail") },
    {
      name: "How runs went",
      passes: sum(feedback.map((said) => said.passes)),
      failures: sum(feedback.map((said) => said.failures)),
    },
  ];
  const rest = {
    name: "Others, not listed",
    passes: passes - sum(shown.map((one) => one.passes)),
    failures: failures - sum(shown.map((one) => one.failures)),
  };
  return rest.passes > NOTHING || rest.failures > NOTHING ? [...shown, rest] : shown;
}

/** The same as bars: to the right what speaks for it, and against it below. */
export function EvidenceBars({ score }: { readonly score: ScoreExplanation }): VNode {
  const parts = partsOf(score);
  const most = Math.max(1, ...parts.flatMap(({ passes, failures }) => [passes, failures]));
  const bar = (kind: string, value: number) => (
    <span class={`evidence ${kind}`} style={{ width: `${(100 * Math.max(0, value)) / most}%` }} />
  );
  return (
    <dl class="evidence-bars">
      {parts.map(({ name, passes, failures }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <span class="evidence-track" aria-hidden="true">
              {bar("for", passes)}
              {failures > NOTHING && bar("against", failures)}
            </span>
            <span class="small number">
              {passes <= NOTHING && failures <= NOTHING
                ? "nothing"
                : [
                    ...(passes > NOTHING ? [`${scoreText(passes)} for`] : []),
                    ...(failures > NOTHING ? [`${scoreText(failures)} against`] : []),
                  ].join(", ")}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
