import type { VNode } from "preact";
import { shortId } from "../format.ts";
import { href } from "../router.ts";
import { Text } from "../text.tsx";

/** An action as a link to its page; by its id where the name is not known. */
export const ActionLink = ({ id, name }: { readonly id: string; readonly name: string }): VNode => (
  <a class={name === "" ? "id" : "action-name"} href={href("action", id)} title={id}>
    {name === "" ? shortId(id) : <Text value={name} />}
  </a>
);
