import type { ScoreExplanation } from "@action-collective/protocol";
import { FEEDBACK_RUNS_COUNTED } from "./constants.ts";
import type { Hearing, Supposed } from "./hearing.ts";
import type { View } from "./view.ts";

/** Raters whose warning is tried out; so many agree by chance or by plot less often than one. */
const WARNERS = 3;
const COUNT_WORDS = ["", "The rater", "The two raters", "The three raters"];

type Change = ScoreExplanation["changes"][number];

/** What would change a score: each is supposed, and the score computed anew. */
export function changesTo(view: View, action: number, hearing: Hearing, now: number): Change[] {
  const { standing, strength, used } = hearing;
  const suppose = (what: string, supposed: Supposed): Change => ({
    what,
    value: view.score(action, now, supposed).value,
  });
  const changes: Change[] = [];
  if (standing !== "passed") changes.push(suppose("Its unit test passes here.", { standing: "passed" }));
  if (standing !== "failed") changes.push(suppose("Its unit test fails here.", { standing: "failed" }));
  if (standing === "passed" && strength !== 1)
    changes.push(suppose("Its unit test proves to notice every planted fault.", { strength: 1 }));
  const followed = strongestUnstated(view, hearing);
  if (followed !== undefined)
    changes.push({
      what: `You say that you trust ${view.standpoint.facts.peers.id(followed)}, the strongest rater here of whom you have said nothing.`,
      value: view.stating(followed, 2).score(action, now).value,
    });
  const verdicts = verdictsBy(view, hearing);
  const loudest = mostTrusted(view, hearing);
  const [praiser] = loudest.filter((person) => verdicts.get(person) !== "pass");
  if (praiser !== undefined)
    changes.push(
      suppose(
        `${view.standpoint.facts.peers.id(praiser)}, whom you trust most of those who have not said so, reports that it passes.`,
        { verdicts: new Map([[praiser, "pass"]]) },
      ),
    );
  const warners = loudest.filter((person) => verdicts.get(person) !== "fail").slice(0, WARNERS);
  if (warners.length > 0)
    changes.push(
      suppose(
        `${COUNT_WORDS[warners.length]} that you trust most ${warners.length === 1 ? "reports" : "report"} that it fails.`,
        { verdicts: new Map(warners.map((person) => [person, "fail"])) },
      ),
    );
  const { runs, succeeded } = used.counters;
  const counters = {
    ...used.counters,
    runs: runs + FEEDBACK_RUNS_COUNTED,
    succeeded: succeeded + FEEDBACK_RUNS_COUNTED,
  };
  changes.push(suppose(`It runs ${FEEDBACK_RUNS_COUNTED} times here and goes well.`, { counters }));
  return changes;
}

/** Of those who gave a verdict and of whom the user said nothing: whose word would gain most by being trusted. */
function strongestUnstated({ people, standpoint }: View, { heard }: Hearing): number | undefined {
  let strongest: number | undefined;
  let most = 0;
  for (const { kind, peer, said, passes, failures } of heard) {
    const person = people.person(peer);
    if (kind !== "verdict" || people.level(person) !== 0 || people.discredited(person)) continue;
    const gain = people.reliability(person) * (said.passes + said.failures) - passes - failures;
    if (gain < most) continue;
    const { peers } = standpoint.facts;
    if (gain === most && strongest !== undefined && peers.id(person) > peers.id(strongest)) continue;
    [strongest, most] = [person, gain];
  }
  return strongest;
}

function verdictsBy({ people }: View, { heard }: Hearing): Map<number, "pass" | "fail"> {
  return new Map(
    heard
      .filter(({ kind }) => kind === "verdict")
      .map(({ peer, said }) => [people.person(peer), said.failures > 0 ? "fail" : "pass"]),
  );
}

/** Persons whose voice is heard here, the loudest first; none who would speak of its own action. */
function mostTrusted({ walk, voices, standpoint }: View, { silent }: Hearing): number[] {
  const { peers } = standpoint.facts;
  return walk.reached
    .filter((person) => !silent.has(person))
    .map((person) => ({ person, voice: voices.of(person) }))
    .filter(({ voice }) => voice > 0)
    .sort((a, b) => b.voice - a.voice || (peers.id(a.person) < peers.id(b.person) ? -1 : 1))
    .map(({ person }) => person);
}
