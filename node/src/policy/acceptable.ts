import type { ActionId, Manifest, Need, PeerId, Policy, Score } from "@action-collective/protocol";

/**
 * Where the question is asked. `offer`: may a search show it. `verify`: may it be fetched and tested unasked. `serve`: may
 * its blocks be kept for others, given to them and announced. `run`: may an agent run it.
 */
export type Stage = "offer" | "verify" | "serve" | "run";

export type RefusalCode =
  | "blocked-action"
  | "blocked-peer"
  | "withdrawn"
  | "author"
  | "permission"
  | "language"
  | "licence"
  | "tag"
  | "strength"
  | "verdicts"
  | "score";

/** Why the user's rules keep an action out, for people. */
export interface Refusal {
  readonly code: RefusalCode;
  /** `rule`: nothing but another rule changes it. `doubt`: more evidence would. */
  readonly kind: "rule" | "doubt";
  readonly why: string;
  readonly remedy: string;
}

/** Who does not want a peer or an action, and why. */
export interface Block {
  /** Undefined: the user; otherwise where the list came from, and what it calls itself. */
  readonly list: { readonly source: string; readonly name: string } | undefined;
  readonly reason: string;
}

export interface Blocks {
  /** False when nobody is blocked: then nobody needs to look up who publishes an action. */
  readonly anyPeer: boolean;
  peer(peer: string): Block | undefined;
  action(action: string): Block | undefined;
}

/** What is known of an action; what costs a query is read when a rule asks for it. */
export interface PolicyFacts {
  readonly id: ActionId;
  readonly manifest: Pick<Manifest, "permissions" | "tags" | "language" | "licence">;
  /** Published by this peer, and not taken back. */
  own(): boolean;
  /** Of the library that ships with the program. */
  starter(): boolean;
  /** Those whose publication counts; a bounded number of them, the earliest. */
  publishers(): readonly PeerId[];
  publishedBy(peers: readonly string[]): boolean;
  /** Everybody who published it took it back. */
  withdrawn(): boolean;
  score(): Score;
  /** Share of mutants that its unit test noticed here; undefined where nobody measured it. */
  strength(): number | undefined;
}

/**
 * The first thing that the user's rules hold against an action; undefined when it is acceptable. Pure.
 *
 * One's own publication is acceptable whatever the rules say: who published it wanted it. Only the user's own block of that
 * very action stops it, and that leaves its record and its blocks where they are. The starter library counts as published
 * by an accepted author, whoever else publishes the same content, and cannot be withdrawn; every other rule holds for it.
 * Of an action with several publishers, one who is not blocked is enough.
 */
export function judge(policy: Policy, blocks: Blocks, facts: PolicyFacts, stage: Stage): Refusal | undefined {
  return objections(policy, blocks, facts, stage).next().value ?? undefined;
}

/** All that the rules hold against it, the cheapest to find out first. Pure; stops reading when nobody asks for more. */
export function* objections(
  policy: Policy,
  blocks: Blocks,
  facts: PolicyFacts,
  stage: Stage,
): Generator<Refusal, undefined> {
  yield* lasting(policy, blocks, facts, stage);
  yield* passing(policy, facts, stage);
}

/** What the rules hold against it that no verdict, run or trust statement changes: it may be remembered. Pure. */
export function* lasting(
  policy: Policy,
  blocks: Blocks,
  facts: PolicyFacts,
  stage: Stage,
): Generator<Refusal, undefined> {
  const blocked = blocks.action(facts.id);
  if (blocked !== undefined && (blocked.list === undefined || !facts.own()))
    yield byBlock("blocked-action", "it", facts.id, blocked);
  if (facts.own()) return;
  yield* ofPublishers(policy, blocks, facts, stage);
  yield* ofManifest(policy, facts.manifest);
}

/**
 * What more evidence may change. Not asked before a test runs here: what has no verdict yet could never earn one.
 */
export function* passing(
  { minScore, minStrength, minVerdicts }: Policy,
  facts: PolicyFacts,
  stage: Stage,
): Generator<Refusal, undefined> {
  if (stage === "verify") return;
  if (minStrength === undefined && minVerdicts === undefined && minScore === undefined) return;
  if (facts.own()) return;
  const doubt = (code: RefusalCode, name: string, why: string): Refusal => ({
    code,
    kind: "doubt",
    why,
    remedy: `\`collective policy set ${name} VALUE\` asks for less, \`collective policy unset ${name}\` for nothing.`,
  });
  const strength = minStrength === undefined ? undefined : facts.strength();
  if (minStrength !== undefined && (strength ?? 0) < minStrength)
    yield doubt(
      "strength",
      "minStrength",
      strength === undefined
        ? `the strength of its test was not measured here yet, and your policy asks for ${minStrength}`
        : `the strength of its test, ${cut(strength)}, is below the ${minStrength} that your policy asks for`,
    );
  if (minVerdicts !== undefined && facts.score().verdicts.pass < minVerdicts)
    yield doubt(
      "verdicts",
      "minVerdicts",
      `its test is known to pass at ${facts.score().verdicts.pass} other peers, and your policy asks for ${minVerdicts}`,
    );
  if (minScore !== undefined && facts.score().value < minScore)
    yield doubt(
      "score",
      "minScore",
      `its score here, ${cut(facts.score().value)}, is below the ${minScore} that your policy asks for`,
    );
}

function* ofPublishers(
  { authors }: Policy,
  blocks: Blocks,
  facts: PolicyFacts,
  stage: Stage,
): Generator<Refusal, undefined> {
  if (facts.starter()) return;
  if (stage !== "run" && facts.withdrawn())
    yield {
      code: "withdrawn",
      kind: "doubt",
      why: "everybody who published it took it back",
      remedy: "Choose another action; `collective run` with its id still runs it if you say yes.",
    };
  const publishers = blocks.anyPeer ? facts.publishers() : [];
  const refused = publishers.map((peer) => ({ peer, block: blocks.peer(peer) }));
  const [first] = refused;
  if (first?.block !== undefined && refused.every(({ block }) => block !== undefined))
    yield byBlock("blocked-peer", `its publisher ${first.peer}`, first.peer, first.block);
  if (authors !== undefined && !facts.publishedBy(authors)) {
    const [publisher] = facts.publishers();
    yield {
      code: "author",
      kind: "rule",
      why:
        publisher === undefined
          ? "nobody publishes it, and your policy names whose actions it accepts"
          : `its publisher ${publisher} is not among the ${counted(authors.length, "author")} that your policy accepts`,
      remedy:
        "`collective policy set authors PEER…` names others, `collective policy unset authors` accepts all.",
    };
  }
}

function* ofManifest(policy: Policy, manifest: PolicyFacts["manifest"]): Generator<Refusal, undefined> {
  const { permissions, languages, licences, tags, withoutTags } = policy;
  const rule = (code: RefusalCode, name: string, why: string): Refusal => ({
    code,
    kind: "rule",
    why,
    remedy: `\`collective policy set ${name} VALUE…\` changes that rule, \`collective policy unset ${name}\` takes it out.`,
  });
  const needs = permissions === undefined ? [] : needsOf(manifest);
  const strange = needs.filter((need) => permissions?.includes(need) === false);
  if (strange.length > 0)
    yield rule(
      "permission",
      "permissions",
      `it asks for ${strange.join(" and ")}, and your policy accepts ${
        permissions?.length ? `actions that ask for ${permissions.join(", ")} at most` : "pure actions only"
      }`,
    );
  if (languages !== undefined && !languages.includes(manifest.language))
    yield rule(
      "language",
      "languages",
      `its language ${manifest.language} is not among those your policy allows (${named(languages)})`,
    );
  // SPDX names are the same in upper and lower case.
  const licence = manifest.licence.toLowerCase();
  if (licences !== undefined && !licences.some((allowed) => allowed.toLowerCase() === licence))
    yield rule(
      "licence",
      "licences",
      `its licence ${manifest.licence} is not among those your policy allows (${named(licences)})`,
    );
  if (tags !== undefined && !tags.some((tag) => manifest.tags.includes(tag)))
    yield rule("tag", "tags", `it has none of the tags that your policy asks for (${named(tags)})`);
  const unwanted = withoutTags?.find((tag) => manifest.tags.includes(tag));
  if (unwanted !== undefined)
    yield rule("tag", "withoutTags", `it has the tag ${unwanted}, which your policy does not want`);
}

function byBlock(
  code: "blocked-action" | "blocked-peer",
  what: string,
  id: string,
  { list, reason }: Block,
): Refusal {
  const because = reason === "" ? "" : `: ${reason}`;
  return list === undefined
    ? {
        code,
        kind: "rule",
        why: `you blocked ${what}${because}`,
        remedy: `\`collective policy unblock ${id}\` lifts that.`,
      }
    : {
        code,
        kind: "rule",
        why: `${what} is on the block list "${list.name}"${because}`,
        remedy: `Whoever keeps that list can take it off; \`collective policy unsubscribe ${list.source}\` stops following it.`,
      };
}

/** What kinds of permission an action asks for. */
export function needsOf({ permissions }: Pick<Manifest, "permissions">): Need[] {
  const { net = [], secrets = [] } = permissions;
  return [
    ...(net.length > 0 ? (["net"] as const) : []),
    ...(secrets.length > 0 ? (["secrets"] as const) : []),
  ];
}

/** Some names, so that a sentence stays one. */
const NAMED = 8;

function named(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Cut, not rounded, so that what is below never reads as if it reached. */
function cut(value: number): string {
  return (Math.floor(value * 1000) / 1000).toString();
}
