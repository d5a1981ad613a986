import type { ScoreExplanation, TrustView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { countText } from "../format.ts";
import { Chip } from "./chip.tsx";
import { Empty } from "./empty.tsx";
import { Peer } from "./peer.tsx";
import { Said } from "./said.tsx";
import { TrustPath } from "./trust-path.tsx";
import { scoreText, shareText } from "./words.ts";

/** Those who weigh most; the rest on demand. */
const SHOWN = 10;

/** Each peer whose test of an action counts here: what it said, how much of it is believed, and the way its word came. */
export function Raters({
  why: { raters, unshown },
  trust,
}: {
  readonly why: ScoreExplanation;
  readonly trust: TrustView | undefined;
}): VNode {
  const [all, setAll] = useState(false);
  if (raters.length === 0)
    return (
      <Empty title="Nobody but this peer has reported a test of it">
        <p>Nobody's silence is held against it.</p>
      </Empty>
    );
  const most = Math.max(...raters.map(({ weight }) => weight), 0.01);
  const shown = all ? raters : raters.slice(0, SHOWN);
  return (
    <>
      <ul class="raters">
        {shown.map((rater) => (
          <li key={rater.peer}>
            <div class="row">
              <Chip tone={rater.outcome === "pass" ? "good" : "bad"}>
                {rater.outcome === "pass" ? "says it passes" : "says it fails"}
              </Chip>
              <Peer id={rater.peer} />
              <span class="soft small">
                {rater.ageDays < 1 ? "today" : `${countText(Math.round(rater.ageDays), "day")} ago`}
              </span>
            </div>
            <div class="weight">
              <span class="evidence-track" aria-hidden="true">
                <span
                  class={`evidence ${rater.outcome === "pass" ? "for" : "against"}`}
                  style={{ width: `${(100 * rater.weight) / most}%` }}
                />
              </span>
              <span class="small number">counts {scoreText(rater.weight)}</span>
            </div>
            <p class="small">
              <TrustPath path={rater.path} trust={trust} />
              <span class="soft">
                {" "}
                · trust {shareText(rater.trust)} · reliable to {scoreText(rater.reliability)} (
                {rater.agreements} right, {rater.disagreements} wrong)
              </span>
            </p>
            {rater.note !== undefined && (
              <p class="small note">
                <Said value={rater.note} />
              </p>
            )}
          </li>
        ))}
      </ul>
      {raters.length > SHOWN && !all && (
        <button type="button" onClick={() => setAll(true)}>
          Show {raters.length - SHOWN} more
        </button>
      )}
      {unshown.raters > 0 && <p class="soft small">and {unshown.raters} more, who count less</p>}
    </>
  );
}
