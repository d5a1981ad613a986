import { skillLimits } from "./skill-limits.ts";

/** A command line that a manual shows for one script. */
export interface ExampleCommand {
  /** As the manual names the script, e.g. `scripts/convert.mjs`. */
  readonly script: string;
  readonly args: readonly string[];
  /** What is piped into it: a text, or the file of the skill that it is read from. */
  readonly stdin?: string;
  readonly stdinFile?: string;
  /** What the manual shows below it. */
  readonly shown?: string;
}

const FENCE = /^(`{3,}|~{3,})([^\n]*)\n([\s\S]*?)^\1[ \t]*$/gm;
const RUNNERS = /^(?:node|bun|tsx|npx|deno|bunx)$/;

/** Command lines of `node scripts/…` in fenced blocks; lines with placeholders are none. Pure. */
export function exampleCommands(text: string): ExampleCommand[] {
  const found: ExampleCommand[] = [];
  for (const [, , , block = ""] of text.matchAll(FENCE)) {
    const lines = block.replace(/\\\n\s*/g, " ").split("\n");
    for (const [at, line] of lines.entries()) {
      const isPrompt = /^\s*\$ /.test(line);
      const command = commandIn(line.replace(/^\s*\$ /, ""));
      if (command === undefined) continue;
      const shown = isPrompt ? shownBelow(lines.slice(at + 1)) : "";
      found.push(shown === "" ? command : { ...command, shown });
    }
  }
  return found;
}

/** Command lines that stand in a comment or in what a program prints with `--help`, with or without a remark behind them. Pure. */
export function mentionedCommands(text: string): ExampleCommand[] {
  return text.split("\n", skillLimits.mentioningLines).flatMap((line) => {
    const [bare = ""] = line.replace(/^[\s*#/$>]*(?:usage:\s*)?/i, "").split(/\s{2,}/);
    return /^(?:node|npx|bun|deno)\s|\|/.test(bare) ? (commandIn(bare) ?? []) : [];
  });
}

/** Up to the next command, comment or empty line. */
function shownBelow(lines: readonly string[]): string {
  const end = lines.findIndex((line) => /^\s*(?:\$ |# |(?:node|bun|npx|deno) |$)/.test(line));
  return lines.slice(0, end === -1 ? lines.length : end).join("\n");
}

/** Pure. */
export function commandIn(line: string): ExampleCommand | undefined {
  const words = shellWords(line);
  if (words === undefined) return undefined;
  const pipe = words.indexOf(PIPE);
  const before = pipe === -1 ? [] : words.slice(0, pipe);
  const rest = words.slice(pipe + 1);
  const from = rest.indexOf(FROM);
  const stdinFile = from === -1 ? undefined : rest[from + 1];
  const [runner, ...more] = from === -1 ? rest : rest.slice(0, from);
  if (typeof runner !== "string" || more.some((word) => typeof word !== "string")) return undefined;
  const given = more as string[];
  const at = RUNNERS.test(runner) ? given.findIndex((word) => SCRIPT.test(word)) : -1;
  const script = SCRIPT.test(runner) ? runner : given[at];
  if (script === undefined) return undefined;
  // `npx skills add …/x.js`: only flags and runners stand before a script.
  if (given.slice(0, Math.max(0, at)).some((word) => !/^-|^(?:run|tsx)$/.test(word))) return undefined;
  const fed = pipe === -1 ? {} : pipedBy(before);
  if (fed === undefined) return undefined;
  return {
    script: script.replace(/^\.\//, ""),
    args: given.slice(at + 1),
    ...fed,
    ...(typeof stdinFile === "string" ? { stdinFile } : {}),
  };
}

const SCRIPT = /\.[cm]?[jt]s$/;

/** `echo text |`, `printf text |` and `cat file |`. */
function pipedBy(words: readonly Word[]): Pick<ExampleCommand, "stdin" | "stdinFile"> | undefined {
  const [command, ...args] = words;
  if (args.some((word) => typeof word !== "string")) return undefined;
  const given = args as string[];
  if (command === "cat" && given.length === 1) return { stdinFile: given[0] ?? "" };
  if (command === "echo")
    return given[0] === "-n" ? { stdin: given.slice(1).join(" ") } : { stdin: `${given.join(" ")}\n` };
  return command === "printf" && given.length === 1 && !/[%\\]/.test(given[0] ?? "")
    ? { stdin: given[0] ?? "" }
    : undefined;
}

const PIPE = Symbol("|");
const FROM = Symbol("<");
type Word = string | symbol;

/** As a shell splits a line, without what it would fill in; undefined when it would, or when a placeholder stands there. Pure. */
export function shellWords(line: string): Word[] | undefined {
  const text = line.trim().replace(/"?\$\{?\w+\}?"?\//g, "");
  const words: Word[] = [];
  let word: string | undefined;
  const end = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (let at = 0; at < text.length; at++) {
    const one = text[at] as string;
    if (one === "'" || one === '"') {
      const close = closing(text, at);
      if (close === -1) return undefined;
      const inner = text.slice(at + 1, close);
      if (one === '"' && /[$`]/.test(inner)) return undefined;
      word = (word ?? "") + (one === '"' ? inner.replace(/\\(["\\$`])/g, "$1") : inner);
      at = close;
    } else if (/\s/.test(one)) end();
    else if (one === "#" && word === undefined) break;
    else if (one === "|" && text[at + 1] !== "|") {
      end();
      if (words.includes(PIPE)) return undefined;
      words.push(PIPE);
    } else if (one === "<" && text[at + 1] === " ") {
      end();
      words.push(FROM);
    } else if (/[<>[\]{}()$`;&*?|…]/.test(one) || text.startsWith("...", at)) return undefined;
    else if (one === "\\") word = (word ?? "") + (text[++at] ?? "");
    else word = (word ?? "") + one;
  }
  end();
  return words.length === 0 ? undefined : words;
}

function closing(text: string, open: number): number {
  const quote = text[open];
  for (let at = open + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === "\\") at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/** Examples of one script, each once. Pure. */
export function examplesOf(path: string, all: readonly ExampleCommand[]): ExampleCommand[] {
  const own = all.filter(({ script }) => path === script || isTail(path, script));
  const distinct = new Map(own.map((one) => [JSON.stringify([one.args, one.stdin, one.stdinFile]), one]));
  return [...distinct.values()].slice(0, skillLimits.examples);
}

/** `my-skill/scripts/x.js` and `x.js` name `scripts/x.js`. */
function isTail(path: string, script: string): boolean {
  return path.endsWith(`/${script}`) || script.endsWith(`/${path}`);
}
