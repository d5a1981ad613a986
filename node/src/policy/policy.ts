import type { Permissions, Standing } from "@action-collective/protocol";

/** The user's local rules. */
export interface Rules {
  /** Hosts (`host` or `host:port`) that actions may be granted; nothing by default. */
  readonly allowNet: readonly string[];
}

export type Decision =
  | { readonly allowed: true; readonly net: readonly string[] }
  | { readonly allowed: false; readonly why: string; readonly remedy: string };

/** May this action run here, and with what? Pure: everything it depends on is in its arguments. */
export function decideRun(permissions: Permissions, rules: Rules): Decision {
  const secrets = permissions.secrets ?? [];
  if (secrets.length > 0)
    return {
      allowed: false,
      why: `it asks for secrets (${secrets.join(", ")}), and this peer grants none`,
      remedy: "Run an action that takes what it needs as input.",
    };
  const net = permissions.net ?? [];
  const refused = net.filter((wish) => !rules.allowNet.some((rule) => covers(rule, wish)));
  if (refused.length > 0)
    return {
      allowed: false,
      why: `it asks for the network (${refused.join(", ")})`,
      remedy: `Allow it with --allow-net ${refused.join(",")} when starting the peer, if you trust what it would send there.`,
    };
  return { allowed: true, net };
}

/** A rule without a port covers every port of that host. */
function covers(rule: string, wish: string): boolean {
  return rule === wish || (!rule.includes(":") && wish.split(":")[0] === rule);
}

/** What a search may show: an action whose test failed here is not offered to anybody's agent. */
export function mayOffer(standing: Standing | undefined, verifiedOnly: boolean): boolean {
  if (standing === undefined || standing === "failed") return false;
  return !verifiedOnly || standing === "passed";
}
