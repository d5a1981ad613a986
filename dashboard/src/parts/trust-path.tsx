import type { TrustView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { Peer } from "./peer.tsx";

/** Why this peer listens to somebody at all; empty where it is not said. */
export function introducedBy(trust: TrustView | undefined, peer: string): string {
  if (trust?.statements.some((said) => said.peer === peer && said.level > 0)) return "you follow it";
  return trust?.suggestedByNetwork.includes(peer) ? "the network's list suggests it" : "";
}

/** How a peer's word reaches this one, every hop a link: you → A → B. Empty: nobody vouches for it. */
export function TrustPath({
  path,
  trust,
}: {
  readonly path: readonly string[];
  readonly trust: TrustView | undefined;
}): VNode {
  const [first] = path;
  if (first === undefined) return <span class="soft">nobody known here vouches for it</span>;
  const why = introducedBy(trust, first);
  return (
    <span class="trust-path">
      <span>you</span>
      {path.map((peer, i) => (
        <span key={peer}>
          <span aria-hidden="true">→ </span>
          <span class="visually-hidden">then </span>
          <Peer id={peer} />
          {i === 0 && why !== "" && <span class="soft"> ({why})</span>}
        </span>
      ))}
    </span>
  );
}
