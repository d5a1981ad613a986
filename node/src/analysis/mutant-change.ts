import type { Node } from "oxc-parser";

/** What one operator makes of one node: text that takes the place of [start, end). */
export interface Change {
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** A node and where it hangs. */
export interface Place {
  readonly node: Node;
  readonly parent: Node | undefined;
  /** The parent's property that holds it. */
  readonly key: string;
}

export type Operator = (place: Place, code: string) => readonly Change[];

export function replace(operator: string, { start, end }: Node, replacement: string): Change {
  return { operator, start, end, replacement };
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g;

/** Replaces the token that stands alone between two nodes; comments there do not count. */
export function replaceToken(
  operator: string,
  code: string,
  between: { readonly from: number; readonly to: number },
  token: string,
  replacement: string,
): Change[] {
  const text = code.slice(between.from, between.to).replace(COMMENT, (comment) => " ".repeat(comment.length));
  const at = text.indexOf(token);
  if (at < 0) return [];
  const start = between.from + at;
  return [{ operator, start, end: start + token.length, replacement }];
}
