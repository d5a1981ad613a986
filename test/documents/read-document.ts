/** A fenced block of a document. */
export interface Block {
  /** From 1: the line of its fence. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /**
   * What the comment right before it says: `<!-- not run: why -->`, `<!-- goes on -->`, `<!-- ends with 7 -->`,
   * `<!-- file: name -->`. */
  readonly note: Note;
}

export type Note =
  | { readonly kind: "none" }
  /** Cannot be run here, and why. */
  | { readonly kind: "not-run"; readonly why: string }
  /** Starts something that goes on while the rest is read. */
  | { readonly kind: "goes-on" }
  /** Its last command ends with this exit code. */
  | { readonly kind: "ends-with"; readonly code: number }
  /** What a reader writes into a file of that name. */
  | { readonly kind: "file"; readonly name: string };

/** Every fenced block, in order. */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(\s*)```([\w-]+)\s*$/.exec(lines[at] ?? "");
    if (fence === null) continue;
    const [, indent = "", language = ""] = fence;
    const end = lines.findIndex((line, index) => index > at && line.trim() === "```");
    if (end === -1) throw new Error(`The block that begins at line ${at + 1} has no end`);
    const text = lines
      .slice(at + 1, end)
      .map((line) => line.slice(indent.length))
      .join("\n");
    blocks.push({ line: at + 1, language, text, note: noteOf(before(lines, at)) });
    at = end;
  }
  return blocks;
}

/** The last line before that says anything. */
function before(lines: readonly string[], at: number): string {
  return lines.slice(0, at).findLast((line) => line.trim() !== "") ?? "";
}

function noteOf(line: string): Note {
  const said = /^\s*<!-- (.+) -->\s*$/.exec(line)?.[1];
  if (said === undefined) return { kind: "none" };
  const why = /^not run: (.{10,})$/.exec(said)?.[1];
  if (why !== undefined) return { kind: "not-run", why };
  const code = /^ends with (\d+)$/.exec(said)?.[1];
  if (code !== undefined) return { kind: "ends-with", code: Number(code) };
  const name = /^file: ([\w./-]+)$/.exec(said)?.[1];
  if (name !== undefined) return { kind: "file", name };
  return said === "goes on" ? { kind: "goes-on" } : { kind: "none" };
}
