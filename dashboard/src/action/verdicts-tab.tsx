import type { ActionView, ScoreExplanation } from "@action-collective/protocol";
import type { VNode } from "preact";
import { call } from "../api.ts";
import { countText, percentText } from "../format.ts";
import { Card, Chip, Empty, Peer, Time, type Tone, useLoad } from "../parts/index.ts";
import { scoreText } from "../parts/words.ts";
import { href } from "../router.ts";
import { Text } from "../text.tsx";

type Verdict = ActionView["verdicts"][number];
type Rater = ScoreExplanation["raters"][number];

const OUTCOMES: Readonly<Record<Verdict["outcome"], readonly [Tone, string]>> = {
  pass: ["good", "pass"],
  fail: ["bad", "fail"],
  unknown: ["warn", "unknown"],
};

/** Who ran the unit test and what came of it, and how much that counts here. */
export function VerdictsTab({ action }: { readonly action: ActionView }): VNode {
  const { id, verdicts, score } = action;
  const explained = useLoad((signal) => call("score", { ref: id, signal }), [id, verdicts.length]);
  const raters = new Map(explained.value?.raters.map((rater) => [rater.peer, rater]));
  const { feedback } = score;
  return (
    <Card
      title="Verdicts"
      end={
        <a class="small" href={href("reputation", id)}>
          why it scores {scoreText(score.value)}
        </a>
      }
    >
      {verdicts.length === 0 ? (
        <Empty title="Nobody has judged it yet">
          <p class="small">A verdict says what came of running its unit test; yours is made under Test.</p>
        </Empty>
      ) : (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">Who</th>
                <th scope="col">Says</th>
                <th scope="col">When</th>
                <th scope="col">Counts</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {verdicts.map((verdict) => (
                <VerdictRow
                  key={verdict.author}
                  verdict={verdict}
                  rater={raters.get(verdict.author)}
                  own={explained.value?.own}
                  weighed={explained.value !== undefined}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {feedback.runs > 0 && (
        <p class="small soft">
          {countText(feedback.peers, "peer")} ran it {countText(feedback.runs, "time")}, {feedback.succeeded}{" "}
          of them well; {feedback.useful} useful, {feedback.useless} not.
        </p>
      )}
    </Card>
  );
}

interface WeightProps {
  readonly verdict: Verdict;
  readonly rater: Rater | undefined;
  readonly own: ScoreExplanation["own"] | undefined;
  /** Whether it is known yet what counts. */
  readonly weighed: boolean;
}

function VerdictRow({ verdict, rater, own, weighed }: WeightProps): VNode {
  const [tone, word] = OUTCOMES[verdict.outcome];
  return (
    <tr>
      <td>
        <Peer id={verdict.author} />
      </td>
      <td>
        <Chip tone={tone}>{word}</Chip>
      </td>
      <td class="nowrap">
        <Time at={verdict.created} />
      </td>
      <td class="nowrap">
        <Weight {...{ verdict, rater, own, weighed }} />
      </td>
      <td class="why">
        <Text value={verdict.reason} />
        <div class="soft">
          <Text value={verdict.runner} />
        </div>
      </td>
    </tr>
  );
}

/** In units of one fully trusted, reproducible pass. */
function Weight({ verdict, rater, own, weighed }: WeightProps): VNode {
  if (verdict.own) {
    const weight = own === undefined ? undefined : own.passes + own.failures;
    return <>{weight === undefined ? "yours" : `${weight.toFixed(2)}, yours`}</>;
  }
  if (rater === undefined) return <span class="soft">{weighed ? "not counted" : "…"}</span>;
  const told = rater.note ?? `right ${percentText(rater.reliability)}, trusted ${percentText(rater.trust)}`;
  return (
    <>
      {rater.weight.toFixed(2)}
      <div class="soft why">
        <Text value={told} />
      </div>
    </>
  );
}
