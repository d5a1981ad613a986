import type { ScoreExplanation } from "@action-collective/protocol";
import type { VNode } from "preact";
import { call } from "../api.ts";
import { percentText } from "../format.ts";
import { BeliefCurve } from "../parts/belief-curve.tsx";
import { beliefOf } from "../parts/beta.ts";
import { EvidenceBars } from "../parts/evidence-bars.tsx";
import { ActionLink, Card, Chip, CopyId, Loaded, StandingChip, useLoad } from "../parts/index.ts";
import { Raters } from "../parts/raters.tsx";
import { Said } from "../parts/said.tsx";
import { Authors, Branches, Feedback } from "../parts/score-sources.tsx";
import { TrustOverview } from "../parts/trust-overview.tsx";
import { useReloadOn } from "../parts/use-reload-on.ts";
import { scoreText } from "../parts/words.ts";
import { href, type ViewProps } from "../router.ts";
import "../views.css";

/** Verdicts arrive all day. */
const AGAIN_MS = 4_000;

export function View({ params: { ref } }: ViewProps): VNode {
  return ref === "" ? <TrustOverview /> : <Why action={ref} />;
}

/** Why an action has its score here, from the number down to each path. */
function Why({ action }: { readonly action: string }): VNode {
  const score = useLoad((signal) => call("score", { ref: action, signal }), [action]);
  const trust = useLoad((signal) => call("trust", { signal }), []);
  useReloadOn(["rules", "verified", "arrived", "run-ended"], score.reload, AGAIN_MS);
  return (
    <section class="page">
      <Loaded load={score}>
        {(why) => (
          <>
            <Head why={why} />
            <div class="grid">
              <Card title="The score">
                <ScoreNumber why={why} />
              </Card>
              <Card title="When an agent runs it now" end={<GateChip why={why} />}>
                <p>
                  <Said value={why.gate.why} />
                </p>
                <p class="soft small">
                  What may run unasked is set in the <a href={href("policy")}>policy</a>.
                </p>
                <h3>Made of</h3>
                <EvidenceBars score={why} />
              </Card>
            </div>
            <Card title="What would change it">
              <Changes why={why} />
            </Card>
            <Card
              title="Whose test of it counts, and through whom"
              end={<a href={href("network")}>as a graph</a>}
            >
              <Raters why={why} trust={trust.value} />
            </Card>
            <div class="grid">
              <Card title="Who publishes it">
                <Authors why={why} />
              </Card>
              <Card title="Whose agents ran it">
                <Feedback why={why} />
              </Card>
              <Card title="No one voice decides">
                <Branches why={why} />
              </Card>
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

function Head({ why: { id, name, standing, withdrawn } }: { readonly why: ScoreExplanation }): VNode {
  return (
    <div class="stack">
      <h1>
        Why <ActionLink id={id} name={name} /> has its score
      </h1>
      <div class="row">
        <StandingChip standing={standing} />
        {withdrawn && <Chip tone="warn">withdrawn by its publishers</Chip>}
        <CopyId id={id} />
      </div>
    </div>
  );
}

function ScoreNumber({ why: { score, passes, failures, own } }: { readonly why: ScoreExplanation }): VNode {
  const { mean } = beliefOf(passes, failures);
  return (
    <>
      <p class="big-number">{scoreText(score.value)}</p>
      <BeliefCurve passes={passes} failures={failures} score={score.value} />
      <p>
        {passes + failures < 0.005 ? (
          <>
            Nothing speaks for it or against it yet, so anything is possible, and the score is the cautious
            end of that.
          </>
        ) : (
          <>
            There is <strong>{scoreText(passes)}</strong> for it and <strong>{scoreText(failures)}</strong>{" "}
            against it, where 1 is one pass of somebody fully trusted. By that alone, about{" "}
            {Math.round(100 * mean)} of 100 runs would serve (the dashed line).
          </>
        )}{" "}
        The score is lower on purpose: so low that, by nine chances in ten, the truth is better. More evidence
        makes the curve narrower, and the score climbs.
      </p>
      <p class="soft small">
        Your own test adds {scoreText(own.passes)};{" "}
        {own.strength === null
          ? "how strong that test is was not measured yet."
          : `that test notices ${percentText(own.strength)} of the faults that are planted in the code.`}
      </p>
    </>
  );
}

const GATES = {
  runs: ["good", "runs unasked"],
  asks: ["warn", "asks first"],
  refused: ["bad", "is refused"],
} as const;

function GateChip({ why: { gate } }: { readonly why: ScoreExplanation }): VNode {
  const [tone, text] = GATES[gate.decision];
  return <Chip tone={tone}>{text}</Chip>;
}

function Changes({ why: { changes, score } }: { readonly why: ScoreExplanation }): VNode {
  if (changes.length === 0) return <p class="soft">Nothing that is known of.</p>;
  return (
    <ul class="changes">
      {changes.map(({ what, value }) => {
        const up = value >= score.value;
        return (
          <li key={what}>
            <span class={`chip number ${up ? "good" : "bad"}`}>
              <span aria-hidden="true">{up ? "▲" : "▼"} </span>
              <span class="visually-hidden">{up ? "up to" : "down to"} </span>
              {scoreText(value)}
            </span>
            <Said value={what} />
          </li>
        );
      })}
    </ul>
  );
}
