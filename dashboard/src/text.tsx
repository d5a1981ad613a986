import type { VNode } from "preact";
import { textParts } from "./text-marks.ts";

const shown = (value: string, lines: "one" | "many") =>
  textParts(value, lines).map((part, at) =>
    "text" in part ? (
      part.text
    ) : (
      <span
        key={at}
        class="hidden-character"
        title="A character that is invisible or changes the direction of text"
      >
        {part.mark}
      </span>
    ),
  );

/** Strangers' text on one line: text nodes, isolated in direction, with every invisible character told. */
export const Text = ({ value }: { readonly value: string }): VNode => <bdi>{shown(value, "one")}</bdi>;

/** The same for text of many lines. */
export const Lines = ({ value }: { readonly value: string }): VNode => (
  <span class="lines" dir="auto">
    {shown(value, "many")}
  </span>
);
