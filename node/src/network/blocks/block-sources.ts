/** Where a block may come from: a provider that was named, or whomever the DHT names. */
export type BlockSource = { readonly kind: "provider"; readonly peer: string } | { readonly kind: "lookup" };

export interface SourceState {
  /** Named providers, best first. */
  readonly providers: readonly string[];
  /** Providers asked already. */
  readonly tried: ReadonlySet<string>;
  readonly lookedUp: boolean;
  /** Named providers that are asked at all. */
  readonly maxProviders: number;
  isConnected(peer: string): boolean;
}

/** Whom to ask next: a connected provider before one that must be dialled first, the DHT at the end. Pure. */
export function nextSource(state: SourceState): BlockSource | undefined {
  const { providers, tried, lookedUp, maxProviders, isConnected } = state;
  const left = tried.size < maxProviders ? providers.filter((peer) => !tried.has(peer)) : [];
  const peer = left.find(isConnected) ?? left[0];
  if (peer !== undefined) return { kind: "provider", peer };
  return lookedUp ? undefined : { kind: "lookup" };
}
