import { CollectiveError } from "./errors.ts";
import { type Budget, MOST_ENTRIES, type Privileges, type PrivilegesWish } from "./privileges.ts";

/** Somebody would give more than they have. `details` names everything that is too much. */
export class BroaderPrivilegesError extends CollectiveError {
  readonly details: readonly string[];

  constructor(details: readonly string[]) {
    super(
      "broader-privileges",
      `Nobody can give more than they have: ${details.join("; ")}`,
      "Ask for less, or let somebody higher up create the agent.",
    );
    this.details = details;
  }
}

type Entries = "any" | readonly string[];
/** The rules of a list that cover an entry: few, so that long lists are compared quickly, whoever wrote them. */
type RulesFor = (entry: string) => readonly string[];

const same: RulesFor = (entry) => [entry];
/** A host without a port covers every port of it. */
const hostRules: RulesFor = (host) => [host, host.split(":", 1)[0] ?? host];
/** `*` covers one's own space, `*@PeerId` that peer. */
const addressRules: RulesFor = (address) => {
  const [, peer] = address.split("@");
  return [address, peer === undefined ? "*" : `*@${peer}`];
};

const BUDGET_KEYS = ["calls", "tokens", "milliseconds", "messages"] as const;

/** Whether a message may go to that address; `*` itself only with a privilege for all of the space. */
export function mayTalkTo({ talkTo }: Pick<Privileges, "talkTo">, address: string): boolean {
  return allows(talkTo, address, addressRules);
}

/** Whether actions may be granted that host, `host` or `host:port`. */
export function mayReach({ permissions }: Pick<Privileges, "permissions">, host: string): boolean {
  return allows(permissions.net, host, hostRules);
}

/** Whether actions may be given that secret. */
export function mayUseSecret({ permissions }: Pick<Privileges, "permissions">, name: string): boolean {
  return allows(permissions.secrets, name, same);
}

/** Whether that action may be run. */
export function mayRun({ actions }: Pick<Privileges, "actions">, id: string): boolean {
  return allows(actions, id, same);
}

/**
 * What an agent one level below gets: what its creator has, where the wish says nothing, with one level and one agent less.
 * @throws {BroaderPrivilegesError} naming everything in which the wish goes further.
 */
export function narrowPrivileges(own: Privileges, wish: PrivilegesWish): Privileges {
  const levels = own.levels - 1;
  const agents = own.agents - 1;
  if (levels < 0 || agents < 0) throw new BroaderPrivilegesError(["it may create no agents"]);
  const wished: Privileges = {
    ...own,
    levels,
    agents,
    ...given(wish),
    budget: { ...own.budget, ...given(wish.budget ?? {}) },
  };
  const broader = [
    ...beyond("actions", own.actions, wished.actions, same),
    ...beyond("permissions.net", own.permissions.net, wished.permissions.net, hostRules),
    ...beyond("permissions.secrets", own.permissions.secrets, wished.permissions.secrets, same),
    ...beyond("talkTo", own.talkTo, wished.talkTo, addressRules),
    ...(["approve", "make", "publish", "expose"] as const)
      .filter((name) => wished[name] && !own[name])
      .map((name) => `${name} is not its own`),
    ...BUDGET_KEYS.flatMap((key) => above(`budget.${key}`, own.budget[key], wished.budget[key])),
    ...above("levels", levels, wished.levels),
    ...above("agents", agents, wished.agents),
    ...above("until", own.until, wished.until),
  ];
  if (broader.length > 0) throw new BroaderPrivilegesError(broader);
  return wished;
}

/** What both allow. Pure, commutative but for the order of lists, and never more than either. */
export function intersectPrivileges(a: Privileges, b: Privileges): Privileges {
  const until = least(a.until, b.until);
  return {
    actions: common(a.actions, b.actions, same),
    permissions: {
      net: common(a.permissions.net, b.permissions.net, hostRules),
      secrets: common(a.permissions.secrets, b.permissions.secrets, same),
    },
    approve: a.approve && b.approve,
    make: a.make && b.make,
    publish: a.publish && b.publish,
    talkTo: common(a.talkTo, b.talkTo, addressRules),
    expose: a.expose && b.expose,
    budget: commonBudget(a.budget, b.budget),
    levels: Math.min(a.levels, b.levels),
    agents: Math.min(a.agents, b.agents),
    ...(until === undefined ? {} : { until }),
  };
}

function allows(list: Entries, entry: string, rulesFor: RulesFor): boolean {
  return list === "any" || rulesFor(entry).some((rule) => list.includes(rule));
}

/** Those that a list allows. Lists are as long as whoever wrote them liked, so they are not gone through for each entry. */
function allowedBy(list: readonly string[], entries: readonly string[], rulesFor: RulesFor): string[] {
  const rules = new Set(list);
  return entries.filter((entry) => rulesFor(entry).some((rule) => rules.has(rule)));
}

function common(a: Entries, b: Entries, rulesFor: RulesFor): "any" | string[] {
  if (a === "any") return b === "any" ? "any" : [...b];
  if (b === "any") return [...a];
  const both = [...allowedBy(b, a, rulesFor), ...allowedBy(a, b, rulesFor)];
  // A list that covers by patterns can meet another in more entries than either has; what is cut off is not allowed.
  return [...new Set(both)].slice(0, MOST_ENTRIES);
}

function commonBudget(a: Budget, b: Budget): Budget {
  const bounds = BUDGET_KEYS.flatMap((key) => {
    const bound = least(a[key], b[key]);
    return bound === undefined ? [] : [[key, bound] as const];
  });
  return Object.fromEntries(bounds);
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** Entries of a message that names them; the rest is counted. */
const MOST_NAMED = 8;

function beyond(what: string, own: Entries, wished: Entries, rulesFor: RulesFor): string[] {
  if (own === "any") return [];
  if (wished === "any") return [`${what} is any`];
  const more = wished.filter((entry) => !allows(own, entry, rulesFor));
  const rest = more.length > MOST_NAMED ? ` and ${more.length - MOST_NAMED} more` : "";
  return more.length === 0 ? [] : [`${what} has ${more.slice(0, MOST_NAMED).join(", ")}${rest}`];
}

function above(what: string, own: number | undefined, wished: number | undefined): string[] {
  return own === undefined || (wished !== undefined && wished <= own)
    ? []
    : [`${what} is ${wished ?? "unbounded"} and may be ${own} at most`];
}

/** Without what was left out by being undefined: it must not take the place of a value. */
function given<T extends object>(wish: T): Given<T> {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as Given<T>;
}
type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
