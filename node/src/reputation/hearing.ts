import type { Score, Standing } from "@action-collective/protocol";
import type { Counters } from "../catalogue/types.ts";
import { FAIL_WEIGHT } from "./constants.ts";
import { type HeldFacts, OUTCOME } from "./held-facts.ts";
import type { People } from "./people.ts";
import { branchLimit, freshness, othersFeedback, ownFeedback, ownPasses, strangerVoice } from "./score.ts";
import type { Voices } from "./voices.ts";

/** What would be different, to see what it would change. */
export interface Supposed {
  readonly standing?: Standing;
  readonly strength?: number;
  readonly counters?: Counters;
  /** Verdicts of persons, given now, in place of what they said. */
  readonly verdicts?: ReadonlyMap<number, "pass" | "fail">;
}

/** One peer's word on an action, and what it adds in the end. */
export interface Heard {
  readonly kind: "verdict" | "feedback";
  readonly peer: number;
  /** Row of its table; -1 for what is only supposed. */
  readonly row: number;
  /** What it would add were it fully believed. */
  readonly said: { readonly passes: number; readonly failures: number };
  passes: number;
  failures: number;
  /** It counts as one of those for whom nobody whom I trust vouches. */
  stranger: boolean;
}

/** Everything that speaks for and against an action, but its authors. */
export interface Hearing {
  readonly standing: Standing;
  readonly strength: number | undefined;
  readonly own: number;
  readonly used: { readonly counters: Counters; readonly passes: number; readonly failures: number };
  readonly heard: readonly Heard[];
  readonly silent: ReadonlySet<number>;
  /** By column of the walk: before the cap, and counted. */
  readonly branches: { readonly passes: BranchSide; readonly failures: BranchSide };
  readonly passes: number;
  readonly failures: number;
  readonly counts: Pick<Score, "verdicts" | "feedback">;
}
interface BranchSide {
  readonly said: Float64Array;
  readonly counted: Float64Array;
}

const NOT_USED: Counters = { runs: 0, succeeded: 0, useful: 0, useless: 0 };

/** Hears everybody who spoke on an action. Pure. */
export function hear(
  action: number,
  { facts, people, voices, self, now }: Room,
  supposed: Supposed = {},
): Hearing {
  const known = facts.standings.get(action);
  const standing = supposed.standing ?? known?.standing ?? "pending";
  const strength = supposed.strength ?? known?.strength;
  const counters = supposed.counters ?? facts.counters.get(action) ?? NOT_USED;
  const silent = silentOn(action, facts, people, self);
  const feedback = feedbackOn(action, facts, people, silent, now);
  const heard = [
    ...tempered(verdictsOn(action, facts, people, silent, now, supposed.verdicts), feedback, people),
    ...feedback,
  ];
  const own = ownPasses(standing, strength);
  const used = { counters, ...ownFeedback(counters) };

  const columns = voices.columns;
  const passes = { said: new Float64Array(columns), counted: new Float64Array(columns) };
  const failures = { said: new Float64Array(columns), counted: new Float64Array(columns) };
  const strange = strangersAmong(heard, people, voices);
  let [strangePasses, strangeFailures] = [0, 0];
  for (const one of heard) {
    const loud = strange(one.peer);
    if (loud > 0) {
      strangePasses += loud * one.said.passes;
      strangeFailures += loud * one.said.failures;
    } else voices.add(one.peer, one.said.passes, passes.said, one.said.failures, failures.said);
  }
  const all = {
    passes: own + used.passes + strangePasses + cap(passes, own + used.passes + strangePasses, 1),
    failures: used.failures + strangeFailures + cap(failures, used.failures + strangeFailures, FAIL_WEIGHT),
  };
  for (const one of heard) {
    const loud = strange(one.peer);
    const stranger = loud > 0;
    one.stranger = stranger;
    one.passes = one.said.passes * (stranger ? loud : voices.left(one.peer, passes));
    one.failures = one.said.failures * (stranger ? loud : voices.left(one.peer, failures));
  }
  return {
    standing,
    strength,
    own,
    used,
    heard,
    silent,
    branches: { passes, failures },
    ...all,
    counts: countsOf(heard, facts, counters),
  };
}

/**
 * How loud each of those speaks to whom no trust comes at all. Whoever is vouched for, however little, is none of them:
 * so what comes through one edge is the same for one rater behind it and for a thousand.
 *
 * @returns by peer; 0 for those who are none of them
 */
function strangersAmong(heard: readonly Heard[], people: People, voices: Voices): (peer: number) => number {
  const persons = new Map<number, number>();
  for (const { peer } of heard)
    if (voices.of(peer) === 0) persons.set(people.person(peer), people.reliability(peer));
  let reliabilities = 0;
  for (const reliability of persons.values()) reliabilities += reliability;
  const voice = strangerVoice(reliabilities);
  return (peer) => (voices.of(peer) === 0 ? voice * people.reliability(peer) : 0);
}

/** What a hearing needs to know beside the action. */
export interface Room {
  readonly facts: HeldFacts;
  readonly people: People;
  readonly voices: Voices;
  readonly self: number;
  readonly now: number;
}

/** Who published it praises itself, whether or not it took that back; and my own word is my test and my counters. */
function silentOn(action: number, facts: HeldFacts, people: People, self: number): Set<number> {
  const silent = new Set([people.person(self)]);
  const { publications } = facts;
  for (const row of publications.ofSecond(action)) {
    const author = publications.first(row);
    if (!facts.isVoid(author, publications.columns.created[row] ?? 0)) silent.add(people.person(author));
  }
  return silent;
}

function verdictsOn(
  action: number,
  facts: HeldFacts,
  people: People,
  silent: ReadonlySet<number>,
  now: number,
  supposed: Supposed["verdicts"],
): Heard[] {
  const { verdicts } = facts;
  const heard: Heard[] = [];
  const say = (peer: number, row: number, pass: boolean, fresh: number) => {
    const said = pass ? { passes: fresh, failures: 0 } : { passes: 0, failures: FAIL_WEIGHT * fresh };
    heard.push({ kind: "verdict", peer, row, said, passes: 0, failures: 0, stranger: false });
  };
  for (const row of counting(verdicts, action, facts, people, silent)) {
    const outcome = verdicts.columns.outcome[row];
    const peer = verdicts.first(row);
    if (outcome === OUTCOME.unknown || supposed?.has(people.person(peer))) continue;
    say(peer, row, outcome === OUTCOME.pass, freshness(now - (verdicts.columns.date[row] ?? 0)));
  }
  for (const [person, outcome] of supposed ?? []) say(person, -1, outcome === "pass", 1);
  return heard;
}

/**
 * A pass says that the test passed. Of somebody whom the action then served ill it says no more than the use went well:
 * otherwise whoever warns of an action that passes everywhere would speak for it by having tested it.
 */
function tempered(verdicts: Heard[], feedback: readonly Heard[], people: People): Heard[] {
  const wentWell = new Map<number, number>();
  for (const { peer, said } of feedback) {
    const bad = said.failures / FAIL_WEIGHT;
    if (said.passes + bad > 0) wentWell.set(people.person(peer), said.passes / (said.passes + bad));
  }
  return verdicts.map((one) => {
    const passes = one.said.passes * (wentWell.get(people.person(one.peer)) ?? 1);
    return { ...one, said: { ...one.said, passes } };
  });
}

function feedbackOn(
  action: number,
  facts: HeldFacts,
  people: People,
  silent: ReadonlySet<number>,
  now: number,
): Heard[] {
  const { feedback } = facts;
  return counting(feedback, action, facts, people, silent).map((row) => {
    const fresh = freshness(now - (feedback.columns.date[row] ?? 0));
    const { passes, failures } = othersFeedback(countersIn(facts, row));
    const said = { passes: fresh * passes, failures: fresh * failures };
    return {
      kind: "feedback",
      peer: feedback.first(row),
      row,
      said,
      passes: 0,
      failures: 0,
      stranger: false,
    };
  });
}

export function countersIn({ feedback: { columns } }: HeldFacts, row: number): Counters {
  return {
    runs: columns.runs[row] ?? 0,
    succeeded: columns.succeeded[row] ?? 0,
    useful: columns.useful[row] ?? 0,
    useless: columns.useless[row] ?? 0,
  };
}

/** Rows about an action that are neither void nor by the silent; one a person, however many keys it had. */
function counting(
  table: HeldFacts["verdicts"] | HeldFacts["feedback"],
  action: number,
  facts: HeldFacts,
  people: People,
  silent: ReadonlySet<number>,
): number[] {
  const rows: number[] = [];
  const columns: Readonly<Record<"created" | "date", Float64Array>> = table.columns;
  const ofPerson = new Map<number, number>();
  for (let row = table.headOfSecond(action); row >= 0; row = table.nextOfSecond(row)) {
    const peer = table.first(row);
    const person = people.person(peer);
    if (silent.has(person) || facts.isVoid(peer, columns.created[row] ?? 0)) continue;
    if (!people.succeeded) rows.push(row);
    else {
      const other = ofPerson.get(person);
      if (other === undefined || speaksFor(row, other)) ofPerson.set(person, row);
    }
  }
  return people.succeeded ? [...ofPerson.values()] : rows;

  /** Of two keys of one person: the one that is believed, then the later word. */
  function speaksFor(row: number, other: number): boolean {
    const [one, two] = [table.first(row), table.first(other)];
    const believed = people.reliability(one) - people.reliability(two);
    if (believed !== 0) return believed > 0;
    const later = (columns.date[row] ?? 0) - (columns.date[other] ?? 0);
    if (later !== 0) return later > 0;
    return facts.peers.id(one) > facts.peers.id(two);
  }
}

/** Fills in what is counted of each branch. @returns what is counted of all of them */
function cap({ said, counted }: BranchSide, beside: number, unit: number): number {
  const [rest = 0, ...branches] = said;
  const limit = branchLimit(branches, beside + rest, unit);
  let all = 0;
  for (let column = 0; column < said.length; column++) {
    const weight = said[column] ?? 0;
    counted[column] = column === 0 ? weight : Math.min(weight, limit);
    all += counted[column] ?? 0;
  }
  return all;
}

function countsOf(heard: readonly Heard[], facts: HeldFacts, own: Counters): Hearing["counts"] {
  const verdicts = { pass: 0, fail: 0 };
  const feedback = { peers: 0, ...NOT_USED };
  const add = ({ runs, succeeded, useful, useless }: Counters) => {
    feedback.peers += 1;
    feedback.runs += runs;
    feedback.succeeded += succeeded;
    feedback.useful += useful;
    feedback.useless += useless;
  };
  if (own.runs + own.useful + own.useless > 0) add(own);
  for (const { kind, row, said } of heard) {
    if (kind === "feedback") add(countersIn(facts, row));
    else verdicts[said.failures > 0 ? "fail" : "pass"] += 1;
  }
  return { verdicts, feedback };
}
