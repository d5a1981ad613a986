import type { VNode } from "preact";
import { Text } from "../text.tsx";
import { Peer } from "./peer.tsx";

const PEER_ID = /(12D3KooW[1-9A-HJ-NP-Za-km-z]{44})/;

/** A sentence of the peer's, with the peers that it names as links. */
export const Said = ({ value }: { readonly value: string }): VNode => (
  <span>
    {value
      .split(PEER_ID)
      .map((piece, i) => (i % 2 === 1 ? <Peer key={i} id={piece} /> : <Text key={i} value={piece} />))}
  </span>
);
