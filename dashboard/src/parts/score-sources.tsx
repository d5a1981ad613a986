import type { ScoreExplanation } from "@action-collective/protocol";
import type { VNode } from "preact";
import { countText } from "../format.ts";
import { Chip } from "./chip.tsx";
import { Empty } from "./empty.tsx";
import { Peer } from "./peer.tsx";
import { scoreText } from "./words.ts";

/** Who publishes it, and what that adds. */
export function Authors({ why: { authors, withdrawn } }: { readonly why: ScoreExplanation }): VNode {
  if (authors.length === 0)
    return (
      <p>
        {withdrawn
          ? "Nobody any more: it was withdrawn."
          : "Nobody on the network: it came with this program, or is only here."}
      </p>
    );
  return (
    <ul class="plain-list">
      {authors.map(({ peer, score, passes, actions }) => (
        <li key={peer}>
          <Peer id={peer} />: score {scoreText(score)} over {countText(actions, "action")}, adds{" "}
          <strong class="number">{scoreText(passes)}</strong>
        </li>
      ))}
    </ul>
  );
}

/** How runs of it went, here and elsewhere. */
export function Feedback({ why: { feedback, unshown } }: { readonly why: ScoreExplanation }): VNode {
  if (feedback.length === 0)
    return (
      <Empty title="Nobody's yet">
        <p>Runs here count, and whether they were called useful.</p>
      </Empty>
    );
  return (
    <ul class="plain-list">
      {feedback.map(({ peer, own, runs, succeeded, useful, useless, passes, failures }) => (
        <li key={peer}>
          {own ? <strong>you</strong> : <Peer id={peer} />}: {countText(runs, "run")}, {succeeded} went well
          {useful + useless > 0 && `, called useful ${useful} times and useless ${useless}`}; adds{" "}
          <span class="number">{scoreText(passes)}</span> for
          {failures > 0 && (
            <>
              , <span class="number">{scoreText(failures)}</span> against
            </>
          )}
        </li>
      ))}
      {unshown.feedback > 0 && <li class="soft">and {unshown.feedback} more, who count less</li>}
    </ul>
  );
}

/** What came through each peer whom the user trusts, and what it was cut down to. */
export function Branches({ why: { branches } }: { readonly why: ScoreExplanation }): VNode {
  if (branches.length === 0)
    return <p>Nothing came through somebody whom you trust, so nothing had to be cut.</p>;
  return (
    <>
      <p class="small soft">
        What came through one peer whom you trust is one branch. No branch may be more than a third of what is
        counted, but one pass always.
      </p>
      <ul class="plain-list">
        {branches.map(({ via, weight, counted }) => (
          <li key={via}>
            through {via === "" ? "peers nobody vouches for" : <Peer id={via} />}:{" "}
            {weight - counted > 0.005 ? (
              <>
                <s>{scoreText(weight)}</s> counted as <strong>{scoreText(counted)}</strong>{" "}
                <Chip tone="warn">cut</Chip>
              </>
            ) : (
              `${scoreText(counted)}, all of it counted`
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
