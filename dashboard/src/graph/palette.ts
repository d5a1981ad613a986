import type { Palette } from "./paint.ts";

/** The colours that the style sheet gives a canvas, in the theme of the moment. */
export function readPalette(canvas: HTMLElement): Palette {
  const style = getComputedStyle(canvas);
  const of = (name: string) => style.getPropertyValue(`--graph-${name}`).trim() || "CanvasText";
  return {
    tones: {
      self: of("self"),
      known: of("known"),
      followed: of("followed"),
      neutral: of("neutral"),
      heard: of("heard"),
      doubted: of("doubted"),
      refused: of("refused"),
    },
    surface: of("surface"),
    text: of("text"),
    focus: of("focus"),
    font: style.fontFamily,
  };
}
