import type { VNode } from "preact";
import { bytesText } from "../format.ts";

export const Bytes = ({ value }: { readonly value: number }): VNode => (
  <span class="number" title={`${value.toLocaleString("en")} bytes`}>
    {bytesText(value)}
  </span>
);
