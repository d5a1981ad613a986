import type { Permissions, Standing } from "@action-collective/protocol";

/**
 * Verification grants nothing, so a test that needs what its action asks for, and brings no answers of the network along, cannot pass anywhere. Says so beside
 * the reason of a failed verification; undefined for an action that asks for nothing. Pure.
 */
export function withheldInVerification({ net = [], secrets = [] }: Permissions): string | undefined {
  const asked = [...net, ...secrets];
  if (asked.length === 0) return undefined;
  const or = net.length === 0 ? "" : ", or its cases say what the network answers (fetches)";
  return `verification grants no permission (it asks for ${asked.join(", ")}), so a test must pass without${or}`;
}

/** What a search may show: an action whose test failed here is not offered to anybody's agent. */
export function mayOffer(standing: Standing | undefined, verifiedOnly: boolean): boolean {
  if (standing === undefined || standing === "failed") return false;
  return !verifiedOnly || standing === "passed";
}
