import type { VNode } from "preact";
import { shortId } from "../format.ts";
import { status } from "../live.ts";
import { href } from "../router.ts";

/** A peer's id, shortened, as a link to what is known of it. */
export const Peer = ({ id }: { readonly id: string }): VNode => (
  <a class="id" href={href("peer", id)} title={id}>
    {status.value?.peerId === id ? "this peer" : shortId(id)}
  </a>
);
