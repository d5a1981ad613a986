import type { Permissions, Standing } from "@action-collective/protocol";

/** The user's local rules. */
export interface Rules {
  /** Hosts (`host` or `host:port`) that actions may be granted; nothing by default. */
  readonly allowNet: readonly string[];
}

export type Decision =
  | { readonly allowed: true; readonly net: readonly string[]; readonly secrets: readonly string[] }
  | Refusal;

export interface Refusal {
  readonly allowed: false;
  readonly why: string;
  readonly remedy: string;
}

/**
 * May this action run here, and with what? Pure: everything it depends on is in its arguments.
 * @param granted names of the secrets that the user gave to this very action
 */
export function decideRun(permissions: Permissions, rules: Rules, granted: readonly string[] = []): Decision {
  const secrets = permissions.secrets ?? [];
  const withheld = secrets.filter((name) => !granted.includes(name));
  if (withheld.length > 0)
    return {
      allowed: false,
      why: `it asks for secrets (${withheld.join(", ")}) that it was not given`,
      remedy: `If you trust it with them, write each into secrets.json in the peer's home: { "${withheld[0]}": { "value": "…", "actions": ["its id"] } }.`,
    };
  const net = permissions.net ?? [];
  const refused = net.filter((wish) => !rules.allowNet.some((rule) => covers(rule, wish)));
  if (refused.length > 0)
    return {
      allowed: false,
      why: `it asks for the network (${refused.join(", ")})`,
      remedy: `Allow it with --allow-net ${refused.join(",")} when starting the peer, if you trust what it would send there.`,
    };
  return { allowed: true, net, secrets };
}

/** A rule without a port covers every port of that host. */
function covers(rule: string, wish: string): boolean {
  return rule === wish || (!rule.includes(":") && wish.split(":")[0] === rule);
}

/**
 * Verification grants nothing, so a test that needs what its action asks for cannot pass anywhere. Says so beside
 * the reason of a failed verification; undefined for an action that asks for nothing. Pure.
 */
export function withheldInVerification({ net = [], secrets = [] }: Permissions): string | undefined {
  const asked = [...net, ...secrets];
  if (asked.length === 0) return undefined;
  return `verification grants no permission (it asks for ${asked.join(", ")}), so a test must pass without`;
}

/** What a search may show: an action whose test failed here is not offered to anybody's agent. */
export function mayOffer(standing: Standing | undefined, verifiedOnly: boolean): boolean {
  if (standing === undefined || standing === "failed") return false;
  return !verifiedOnly || standing === "passed";
}
