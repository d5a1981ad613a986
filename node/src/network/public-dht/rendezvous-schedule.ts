const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Nodes of the DHT forget a provider after 24 to 48 hours: at the latest, and up to three hours sooner. */
const PROVIDE_EVERY_MS = 22 * HOUR;
const PROVIDE_SOONER_MS = 3 * HOUR;
/** After a failure, doubled each time. */
const FIRST_PROVIDE_RETRY_MS = MINUTE;
const MAX_PROVIDE_RETRY_MS = 2 * HOUR;
/** An address that flickers is not told with every change. */
const PROVIDE_AGAIN_MS = 10 * MINUTE;

/** Bootstrap nodes and remembered peers come first. */
const FIRST_LOOK_UP_MS = 3 * SECOND;
/** While nobody at all is there, and while some are; doubled with each look-up in a row. */
const ALONE_RETRY_MS = 30 * SECOND;
const MAX_ALONE_RETRY_MS = 30 * MINUTE;
const FEW_RETRY_MS = 10 * MINUTE;
const MAX_FEW_RETRY_MS = 4 * HOUR;

/** What the rendezvous remembers about its own doings. Times in milliseconds since the epoch. */
export interface RendezvousPlan {
  readonly provideAt: number;
  readonly provideFailures: number;
  /** When and as what we were provided last; the addresses, joined. */
  readonly providedAt: number | undefined;
  readonly providedAs: string;
  readonly lookUpAt: number;
  /** Look-ups since members were not missing. */
  readonly lookUps: number;
}

/** What is true at the moment of deciding. */
export interface RendezvousView {
  readonly now: number;
  /** Where we can be reached, joined; empty when we cannot. */
  readonly addresses: string;
  readonly members: number;
  /** Members wanted. */
  readonly degree: number;
}

type RendezvousStep =
  | { readonly do: "provide" | "look-up" }
  | { readonly do: "wait"; readonly until: number };

export function startPlan(now: number, random: () => number): RendezvousPlan {
  return {
    provideAt: now + spread(FIRST_LOOK_UP_MS, random),
    provideFailures: 0,
    providedAt: undefined,
    providedAs: "",
    lookUpAt: now + spread(FIRST_LOOK_UP_MS, random),
    lookUps: 0,
  };
}

/** What to do now. Pure. Providing comes first: who is found can only be found because others provided. */
export function nextStep(plan: RendezvousPlan, view: RendezvousView): RendezvousStep {
  const { now, addresses, members, degree } = view;
  const times: number[] = [];
  if (addresses !== "") {
    const moved = plan.providedAt !== undefined && addresses !== plan.providedAs;
    const because = moved
      ? Math.min(plan.provideAt, (plan.providedAt ?? now) + PROVIDE_AGAIN_MS)
      : plan.provideAt;
    const at = plan.provideFailures > 0 ? plan.provideAt : because;
    if (at <= now) return { do: "provide" };
    times.push(at);
  }
  if (members < degree) {
    if (plan.lookUpAt <= now) return { do: "look-up" };
    times.push(plan.lookUpAt);
  }
  return { do: "wait", until: Math.min(...times, now + MINUTE) };
}

export function afterProviding(
  plan: RendezvousPlan,
  { now, addresses }: RendezvousView,
  worked: boolean,
  random: () => number,
): RendezvousPlan {
  if (worked)
    return {
      ...plan,
      provideAt: now + PROVIDE_EVERY_MS - PROVIDE_SOONER_MS * random(),
      provideFailures: 0,
      providedAt: now,
      providedAs: addresses,
    };
  const retry = doubled(FIRST_PROVIDE_RETRY_MS, plan.provideFailures, MAX_PROVIDE_RETRY_MS);
  return { ...plan, provideAt: now + spread(retry, random), provideFailures: plan.provideFailures + 1 };
}

export function afterLookUp(
  plan: RendezvousPlan,
  { now, members }: RendezvousView,
  random: () => number,
): RendezvousPlan {
  const retry =
    members === 0
      ? doubled(ALONE_RETRY_MS, plan.lookUps, MAX_ALONE_RETRY_MS)
      : doubled(FEW_RETRY_MS, plan.lookUps, MAX_FEW_RETRY_MS);
  return { ...plan, lookUpAt: now + spread(retry, random), lookUps: plan.lookUps + 1 };
}

/**
 * With enough members, or with nobody left after there had been some, the pauses start small again: what made them long
 * is over.
 */
export function afterMembersChanged(
  plan: RendezvousPlan,
  { now, members, degree }: RendezvousView,
  before: number,
  random: () => number,
): RendezvousPlan {
  if (members >= degree) return { ...plan, lookUps: 0 };
  const lost = members === 0 && before > 0;
  if (!lost) return plan;
  return { ...plan, lookUps: 0, lookUpAt: Math.min(plan.lookUpAt, now + spread(ALONE_RETRY_MS, random)) };
}

function doubled(first: number, times: number, most: number): number {
  return Math.min(first * 2 ** Math.min(times, 20), most);
}

/** ± 30 %, so that peers that started together do not stay together. */
function spread(ms: number, random: () => number): number {
  return ms * (0.7 + 0.6 * random());
}
