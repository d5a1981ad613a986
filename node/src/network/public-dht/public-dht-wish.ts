import type { PublicDhtOptions } from "../options.ts";

/** What the user says about the public DHT; undefined: nothing. */
interface PublicDhtWish {
  readonly publicDht: "off" | "meet" | undefined;
  readonly publicDhtBootstrap: readonly string[] | undefined;
  readonly publicBundles: boolean;
}

/** What the network's list says about it. */
interface PublicDhtAdvice {
  readonly meet: boolean;
  readonly bootstrap?: readonly string[];
}

/** The user's word decides, then the network's list, then it is off. Undefined when there is nothing to do there. */
export function publicDhtOptions(
  wish: PublicDhtWish,
  list: PublicDhtAdvice | undefined,
): PublicDhtOptions | undefined {
  const meet = wish.publicDht === undefined ? (list?.meet ?? false) : wish.publicDht === "meet";
  const announceBundles = wish.publicBundles;
  if (!meet && !announceBundles) return undefined;
  const bootstrap = wish.publicDhtBootstrap ?? list?.bootstrap ?? [];
  return { meet, announceBundles, ...(bootstrap.length === 0 ? {} : { bootstrap }) };
}
