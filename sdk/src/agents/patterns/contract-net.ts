import { CollectiveError, type Json } from "@action-collective/protocol";
import type { Message, Place } from "../types.ts";
import { CONTRACT_NET } from "./contract-words.ts";
import { PatternOptionError } from "./errors.ts";
import { patternLimits } from "./limits.ts";

/** What a contractor offers. */
export interface Proposal {
  readonly from: string;
  readonly terms: Json;
  /** Of the message that said it. */
  readonly id: string;
}

export interface Contract {
  /** Addresses of those who are asked; at most 128. */
  readonly to: readonly string[];
  readonly task: Json;
  /** Longest wait for proposals, in milliseconds. Those who have said nothing by then are rejected as late. */
  readonly deadlineMs: number;
  /** Whose proposals are accepted: none, one, or several. */
  readonly choose: (proposals: readonly Proposal[]) => readonly Proposal[] | Promise<readonly Proposal[]>;
  /** Longest wait for a result, in milliseconds; 600,000 by default. */
  readonly performMs?: number | undefined;
  /** Takes the call, and what was accepted, back. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds since 1970. */
  readonly clock?: (() => number) | undefined;
}

/** Somebody's failure, or that it did not understand. */
export interface ContractFailure {
  readonly from: string;
  readonly code: string;
  readonly message: string;
}

export interface Contracted {
  readonly proposals: readonly Proposal[];
  readonly refusals: readonly { readonly from: string; readonly reason: string }[];
  /** Who neither proposed nor refused in time. */
  readonly late: readonly string[];
  /** Who could not be asked, or did not understand. */
  readonly notUnderstood: readonly ContractFailure[];
  readonly results: readonly { readonly from: string; readonly result: Json }[];
  readonly failures: readonly ContractFailure[];
}

type Answer =
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | { readonly kind: "refusal"; readonly from: string; readonly reason: string }
  | { readonly kind: "late"; readonly from: string }
  | { readonly kind: "failure"; readonly failure: ContractFailure };

/**
 * The Contract Net (FIPA SC00029): calls for proposals, waits until all have answered or the deadline is over, accepts those
 * that `choose` takes, rejects the others, and waits for the results.
 * @throws {PatternOptionError}, what `choose` throws, or the signal's reason; all proposals are rejected then
 */
export async function contractNet(place: Place, contract: Contract): Promise<Contracted> {
  const { to, choose, signal } = contract;
  if (to.length > patternLimits.contractors)
    throw new PatternOptionError(`at most ${patternLimits.contractors} agents are asked at once`);
  if (!(contract.deadlineMs > 0)) throw new PatternOptionError("deadlineMs must be above 0");
  const call = crypto.randomUUID();
  const answers = await Promise.all([...new Set(to)].map((each) => proposalOf(place, each, call, contract)));
  const proposals = answers.flatMap((answer) => (answer.kind === "proposal" ? [answer.proposal] : []));
  const late = answers.flatMap((answer) => (answer.kind === "late" ? [answer.from] : []));
  const reject = (address: string, reason: string, replyTo?: string) =>
    place.send(address, CONTRACT_NET.reject, { call, reason }, { replyTo }).receipt;
  const accepted = new Set<Proposal>();
  try {
    signal?.throwIfAborted();
    for (const proposal of await choose(proposals)) if (proposals.includes(proposal)) accepted.add(proposal);
    signal?.throwIfAborted();
  } catch (error) {
    accepted.clear();
    throw error;
  } finally {
    await Promise.all([
      ...late.map((address) => reject(address, "late")),
      ...proposals
        .filter((proposal) => !accepted.has(proposal))
        .map(({ from, id }) => reject(from, "not chosen", id)),
    ]);
  }
  const done = await Promise.all([...accepted].map((proposal) => resultOf(place, proposal, call, contract)));
  return {
    proposals,
    refusals: answers.flatMap((answer) =>
      answer.kind === "refusal" ? [{ from: answer.from, reason: answer.reason }] : [],
    ),
    late,
    notUnderstood: answers.flatMap((answer) => (answer.kind === "failure" ? [answer.failure] : [])),
    results: done.flatMap((each) => ("result" in each ? [each] : [])),
    failures: done.flatMap((each) => ("code" in each ? [each] : [])),
  };
}

async function proposalOf(
  place: Place,
  to: string,
  call: string,
  { task, deadlineMs, signal, clock = Date.now }: Contract,
): Promise<Answer> {
  const content = { call, task, replyBy: clock() + deadlineMs };
  const notUnderstood = (problem: string): Answer => ({
    kind: "failure",
    failure: { from: to, code: "not-understood", message: problem },
  });
  try {
    const options = { timeoutMs: deadlineMs, signal };
    const answer = await firstOf(place.stream(to, CONTRACT_NET.call, content, options));
    if (answer === undefined) return notUnderstood("It said nothing");
    const said = (answer.content ?? {}) as { readonly terms?: Json; readonly reason?: Json };
    if (answer.intent === CONTRACT_NET.refuse)
      return { kind: "refusal", from: to, reason: typeof said.reason === "string" ? said.reason : "" };
    if (answer.intent !== CONTRACT_NET.propose || said.terms === undefined)
      return notUnderstood(`It answered "${answer.intent}", no proposal and no refusal`);
    return { kind: "proposal", proposal: { from: to, terms: said.terms, id: answer.id } };
  } catch (error) {
    // It may have proposed all the same.
    if (signal?.aborted === true) return { kind: "late", from: to };
    const failure = failureOf(to, error, signal);
    return failure.code === "request-timed-out" ? { kind: "late", from: to } : { kind: "failure", failure };
  }
}

async function resultOf(
  place: Place,
  { from, id }: Proposal,
  call: string,
  { performMs = patternLimits.performMs, signal }: Contract,
): Promise<ContractFailure | { readonly from: string; readonly result: Json }> {
  try {
    const options = { replyTo: id, timeoutMs: performMs, signal };
    const answer = await firstOf(place.stream(from, CONTRACT_NET.accept, { call }, options));
    return { from, result: answer?.content ?? null };
  } catch (error) {
    return failureOf(from, error, signal);
  }
}

async function firstOf(answers: AsyncIterable<Message>): Promise<Message | undefined> {
  for await (const answer of answers) return answer;
  return undefined;
}

function failureOf(from: string, error: unknown, signal: AbortSignal | undefined): ContractFailure {
  signal?.throwIfAborted();
  if (!(error instanceof CollectiveError)) throw error;
  return { from, code: error.code, message: error.message };
}
