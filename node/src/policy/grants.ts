import { lookup } from "node:dns/promises";
import type { ActionId, Permissions } from "@action-collective/protocol";
import { isPrivateAddress } from "../sandbox/denied-net.ts";
import { readSecrets, type Secrets, secretsFor } from "./secrets-file.ts";

/** A name that takes longer to resolve will not serve a run either. */
const RESOLVE_MS = 5_000;

export interface GrantParts {
  /** Hosts (`host` or `host:port`) that actions may be granted; nothing by default. */
  readonly allowNet: readonly string[];
  readonly secrets: () => Promise<Secrets>;
  /** All addresses of a host name. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

/** With the secrets in a peer's home and the machine's own resolver. */
export function grantParts(home: string, { allowNet }: Pick<GrantParts, "allowNet">): GrantParts {
  return { allowNet, secrets: () => readSecrets(home), resolve: resolveHost };
}

/**
 * The secrets an action asks for and was given, by name. Touches the disk only for an action that asks for some.
 * @throws {SecretsFileError}
 */
export async function givenSecrets(
  id: ActionId,
  { secrets: names = [] }: Permissions,
  { secrets }: Pick<GrantParts, "secrets">,
): Promise<Readonly<Record<string, string>>> {
  return names.length === 0 ? {} : secretsFor(await secrets(), id, names);
}

/**
 * Why hosts cannot be granted whoever said yes: each must lead out of the user's network, with every address it has.
 * Undefined when all do. Pure but for the resolver, which is asked only here: to hear of an action says nothing to a
 * name server.
 */
export async function unreachable(
  wishes: readonly string[],
  { resolve }: Pick<GrantParts, "resolve">,
): Promise<{ readonly why: string; readonly remedy: string } | undefined> {
  for (const wish of wishes) {
    const [host = ""] = wish.split(":");
    const addresses = await resolve(host).catch(() => []);
    const inside = addresses.find(isPrivateAddress);
    if (addresses.length > 0 && inside === undefined) continue;
    const why =
      inside === undefined
        ? `${host} does not resolve to any address`
        : `${host} leads to ${inside}, an address of this machine or its own network`;
    return { why, remedy: "Actions reach public hosts only; give it what it needs as input." };
  }
  return undefined;
}

async function resolveHost(host: string): Promise<string[]> {
  const late = new Promise<never>((_, reject) =>
    setTimeout(reject, RESOLVE_MS, new Error(`${host} was not resolved in ${RESOLVE_MS} ms`)).unref(),
  );
  const found = await Promise.race([lookup(host, { all: true }), late]);
  return found.map(({ address }) => address);
}
