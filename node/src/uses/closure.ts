import { type ActionId, limits, type Manifest, type Permissions } from "@action-collective/protocol";
import { covers } from "../policy/gate.ts";
import type { Grants } from "../sandbox/types.ts";

/** All that an action uses, directly or through others; each comes after those that it uses itself. */
export type Closure =
  | { readonly kind: "complete"; readonly ids: readonly ActionId[] }
  /** One of them is not known here, so nobody can say what it uses. */
  | { readonly kind: "incomplete"; readonly unknown: ActionId; readonly ids: readonly ActionId[] }
  /** It breaks the rules of SPEC §5.4, whatever else is known. */
  | { readonly kind: "too-much"; readonly why: string };

type Using = Pick<Manifest, "permissions"> & { readonly uses?: readonly string[] | undefined };

/** Pure. An action cannot use itself: its id is a hash of the ids that it uses. */
export function closureOf(root: Using, manifestOf: (id: ActionId) => Manifest | undefined): Closure {
  const seen = new Set<ActionId>();
  const ids: ActionId[] = [];
  let unknown: ActionId | undefined;
  let excess: string | undefined;

  const visit = ({ uses = [] }: Using): void => {
    for (const id of uses as readonly ActionId[]) {
      if (excess !== undefined || seen.has(id)) continue;
      seen.add(id);
      if (seen.size > limits.uses)
        excess = `it uses more than ${limits.uses} actions, directly or through others`;
      const manifest = excess === undefined ? manifestOf(id) : undefined;
      if (manifest === undefined) {
        unknown ??= id;
        continue;
      }
      excess ??= moreThan(root.permissions, manifest);
      visit(manifest);
      ids.push(id);
    }
  };
  visit(root);

  if (excess !== undefined) return { kind: "too-much", why: excess };
  return unknown === undefined ? { kind: "complete", ids } : { kind: "incomplete", unknown, ids };
}

/** What a used action asks for beyond what the action that uses it asks for, as one line. */
function moreThan(asked: Permissions, { name, permissions }: Manifest): string | undefined {
  const { net = [], secrets = [] } = permissions;
  const more = [
    ...net.filter((wish) => !(asked.net ?? []).some((own) => covers(own, wish))),
    ...secrets.filter((secret) => !(asked.secrets ?? []).includes(secret)),
  ];
  return more.length === 0
    ? undefined
    : `${name}, which it uses, asks for ${more.join(", ")}, and it does not`;
}

/** What a used action gets of what the calling one was granted: what it asks for, and no more. Pure. */
export function narrowed(granted: Grants, { net = [], secrets = [] }: Permissions): Grants {
  return {
    net: net.filter((wish) => granted.net.some((given) => covers(given, wish))),
    secrets: Object.fromEntries(Object.entries(granted.secrets).filter(([name]) => secrets.includes(name))),
  };
}
