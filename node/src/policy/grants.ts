import { lookup } from "node:dns/promises";
import type { ActionId, Permissions } from "@action-collective/protocol";
import { isPrivateAddress } from "../sandbox/denied-net.ts";
import type { Grants } from "../sandbox/types.ts";
import { decideRun, type Refusal, type Rules } from "./policy.ts";
import { Redactor } from "./redact.ts";
import { readSecrets, type Secrets, secretsFor } from "./secrets-file.ts";

/** A name that takes longer to resolve will not serve a run either. */
const RESOLVE_MS = 5_000;

export type GrantDecision =
  | {
      readonly allowed: true;
      readonly grants: Grants;
      /** For everything that comes out of the run. */
      readonly redactor: Redactor;
    }
  | Refusal;

export interface GrantParts {
  readonly rules: Rules;
  readonly secrets: () => Promise<Secrets>;
  /** All addresses of a host name. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

/** With the secrets in a peer's home and the machine's own resolver. */
export function grantParts(home: string, rules: Rules): GrantParts {
  return { rules, secrets: () => readSecrets(home), resolve: resolveHost };
}

/**
 * What one run of an action gets, or why it may not run. Touches the disk and the resolver only for an action that
 * asks for something. @throws {SecretsFileError}
 */
export async function decideGrants(
  id: ActionId,
  permissions: Permissions,
  { rules, secrets, resolve }: GrantParts,
): Promise<GrantDecision> {
  const names = permissions.secrets ?? [];
  const given = names.length === 0 ? {} : secretsFor(await secrets(), id, names);
  const decision = decideRun(permissions, rules, Object.keys(given));
  if (!decision.allowed) return decision;
  for (const wish of decision.net) {
    const refusal = await privateRefusal(wish, resolve);
    if (refusal !== undefined) return refusal;
  }
  return { allowed: true, grants: { net: decision.net, secrets: given }, redactor: new Redactor(given) };
}

/** A granted name must lead out of the user's network, with every address it has. Pure but for the resolver. */
async function privateRefusal(wish: string, resolve: GrantParts["resolve"]): Promise<Refusal | undefined> {
  const [host = ""] = wish.split(":");
  const addresses = await resolve(host).catch(() => []);
  const inside = addresses.find(isPrivateAddress);
  if (addresses.length > 0 && inside === undefined) return undefined;
  const why =
    inside === undefined
      ? `${host} does not resolve to any address`
      : `${host} leads to ${inside}, an address of this machine or its own network`;
  return {
    allowed: false,
    why,
    remedy: "Actions reach public hosts only; give it what it needs as input.",
  };
}

async function resolveHost(host: string): Promise<string[]> {
  const late = new Promise<never>((_, reject) =>
    setTimeout(reject, RESOLVE_MS, new Error(`${host} was not resolved in ${RESOLVE_MS} ms`)).unref(),
  );
  const found = await Promise.race([lookup(host, { all: true }), late]);
  return found.map(({ address }) => address);
}
