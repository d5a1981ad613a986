import type { ActionId, Permissions, Standing } from "@action-collective/protocol";

/**
 * From which score on what has its permissions runs without asking, where the policy names none: what the action's own
 * test of middling strength reaches by passing here, while nothing is known against it.
 */
export const RUN_SCORE = 0.5;

/** What the user's rules hold against an action. */
export interface Objection {
  /** `rule`: the user ruled it out, and a yes to one run does not undo that. `doubt`: a matter of degree, which a yes settles. */
  readonly kind: "rule" | "doubt";
  readonly why: string;
  readonly remedy: string;
}

/** The yes that is there: none, one that came with this run, or one that the policy remembers. */
export type Approval = "none" | "with-this-run" | "remembered";

/** All that the gate decides by. */
export interface GateFacts {
  readonly id: ActionId;
  /** What this peer's own test of it found out, and why. */
  readonly standing: Standing;
  readonly reason: string;
  readonly permissions: Permissions;
  /** Hosts (`host` or `host:port`) that actions may be granted. */
  readonly allowNet: readonly string[];
  /** Names of the secrets that the user gave to this very action. */
  readonly secrets: readonly string[];
  /** Its score here, and the score from which on what has its permissions runs without asking; 0 to 1. */
  readonly score: number;
  readonly runScore: number;
  /** This peer publishes it itself. */
  readonly own: boolean;
  /** Everybody who published it took it back. */
  readonly withdrawn: boolean;
  readonly objections: readonly Objection[];
  readonly approval: Approval;
  /** What becomes of a run that needs a yes. */
  readonly onDoubt: "ask" | "refuse";
}

/** `doubts`: each thing that needs a yes, for people. */
export type GateDecision =
  | { readonly decision: "runs"; readonly why: string }
  | { readonly decision: "asks"; readonly why: string; readonly doubts: readonly string[] }
  | { readonly decision: "refused"; readonly why: string; readonly remedy: string };

type Refused = Extract<GateDecision, { decision: "refused" }>;

/**
 * What happens when an agent runs it now. Pure. The first row that fits decides:
 *
 * | its test here | what it asks for | else | decision |
 * | --- | --- | --- | --- |
 * | failed | anything | | refused |
 * | any | anything | ruled out by the user (authors, tags, languages, licences, block lists, findings) | refused, also with a yes |
 * | any | a secret that it was not given | | refused, also with a yes: a yes has no value to give |
 * | passed | anything | the user said yes to this action, or to this run | runs |
 * | passed | nothing | nothing in doubt | runs, whatever its score |
 * | passed | what it was granted | score reaches `runScore` or it is one's own, nothing in doubt | runs |
 * | passed | a host that was not granted | | asks |
 * | passed | what it was granted | score below `runScore` | asks |
 * | passed | anything | withdrawn, or short of the user's minimum of score, strength or verdicts | asks |
 *
 * What was not tested here yet is decided as if it had passed: a run begins with the test. Where the policy says to
 * refuse what is in doubt, "asks" is "refused", and a yes that comes with the run does not count, since whoever calls
 * could always bring one; a yes that the policy remembers does.
 */
export function decideGate(facts: GateFacts): GateDecision {
  const { id, standing, reason, approval, onDoubt } = facts;
  if (standing === "failed")
    return {
      decision: "refused",
      why: `its unit test does not pass here: ${reason}`,
      remedy: "Choose another action; `collective verify ID --explain` shows what failed.",
    };
  const refused = refusedWhateverIsSaid(facts);
  if (refused !== undefined) return refused;
  const doubts = doubtsOf(facts);
  const tested =
    standing === "passed"
      ? "its unit test passed here"
      : "its unit test has not passed here yet, and is run first";
  if (doubts.length === 0) return { decision: "runs", why: `${tested}; ${whyNoDoubt(facts)}` };
  const why = doubts.join("; ");
  if (approval === "remembered")
    return { decision: "runs", why: `${tested}; you approved it, although ${why}` };
  if (onDoubt === "refuse")
    return {
      decision: "refused",
      why,
      remedy: `The policy refuses what is in doubt (onDoubt); \`collective policy approve ${id}\` lets this one run.`,
    };
  if (approval === "with-this-run")
    return { decision: "runs", why: `${tested}; you said yes to this run, although ${why}` };
  return { decision: "asks", why: standing === "passed" ? why : `${tested}; ${why}`, doubts };
}

/** What neither a yes nor a better test or score would change. Pure. */
export function refusedWhateverIsSaid({
  objections,
  permissions,
  secrets,
}: Pick<GateFacts, "objections" | "permissions" | "secrets">): Refused | undefined {
  const rule = objections.find(({ kind }) => kind === "rule");
  if (rule !== undefined) return { decision: "refused", why: rule.why, remedy: rule.remedy };
  const withheld = (permissions.secrets ?? []).filter((name) => !secrets.includes(name));
  if (withheld.length === 0) return undefined;
  return {
    decision: "refused",
    why: `it asks for secrets (${withheld.join(", ")}) that it was not given`,
    remedy: `If you trust it with them, write each into secrets.json in the peer's home: { "${withheld[0]}": { "value": "…", "actions": ["its id"] } }.`,
  };
}

/** What a yes would have to settle. */
function doubtsOf(facts: GateFacts): string[] {
  const { permissions, allowNet, score, runScore, own, withdrawn, objections } = facts;
  const strange = (permissions.net ?? []).filter((wish) => !allowNet.some((rule) => covers(rule, wish)));
  return [
    ...(strange.length === 0
      ? []
      : [`it asks for the network (${strange.join(", ")}), which --allow-net does not grant`]),
    ...(withdrawn ? ["everybody who published it took it back"] : []),
    ...objections.filter(({ kind }) => kind === "doubt").map(({ why }) => why),
    ...(asksForNothing(permissions) || own || score >= runScore
      ? []
      : [`its score here, ${shown(score)}, is below the ${runScore} it needs`]),
  ];
}

function whyNoDoubt({ permissions, own, score, runScore }: GateFacts): string {
  if (asksForNothing(permissions)) return "it asks for nothing but its input";
  if (own) return "all it asks for is granted, and this peer published it itself";
  return `all it asks for is granted, and its score here, ${shown(score)}, reaches the ${runScore} it needs`;
}

/** True for an action that gets its input and nothing else. */
function asksForNothing({ net = [], secrets = [] }: Permissions): boolean {
  return net.length + secrets.length === 0;
}

/** A rule without a port covers every port of that host. */
export function covers(rule: string, wish: string): boolean {
  return rule === wish || (!rule.includes(":") && wish.split(":")[0] === rule);
}

/** Cut, not rounded, so that a score below the threshold never reads as if it reached it. */
function shown(score: number): string {
  return (Math.floor(score * 1000) / 1000).toString();
}
