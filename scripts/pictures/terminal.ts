import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";

const run = promisify(execFile);
const COLUMNS = 96;
const COLLECTIVE = join(import.meta.dirname, "../../node/bin/collective.js");

/** What a person sees who types these commands: run in a terminal (util-linux's `script`), with its colours. */
export async function session(commands: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const parts: string[] = [];
  for (const command of commands) {
    const typed = command.replace(/^collective /, `'${process.execPath}' '${COLLECTIVE}' `);
    const inTerminal = `stty cols ${COLUMNS}; ${typed}`;
    const { stdout } = await run("script", ["--quiet", "--return", "--command", inTerminal, "/dev/null"], {
      env: { ...env, TERM: "xterm-256color" },
    });
    parts.push(`\u001b[1m$ ${command}\u001b[22m\n${stdout.replace(/\r/g, "").trimEnd()}\n`);
  }
  return parts.join("\n");
}

const ESCAPE = String.fromCharCode(27);
/** A change of style, with its codes. */
const STYLED = new RegExp(`(${ESCAPE}\\[[0-9;]*m)`);

const CLASSES: Readonly<Record<string, string>> = {
  1: "bold",
  2: "dim",
  31: "red",
  32: "green",
  33: "yellow",
  36: "cyan",
};

/** A terminal's text as a page: the few styles that the command line uses. */
export function pageOf(text: string): string {
  let open = new Set<string>();
  const html = text
    .split(STYLED)
    .map((part) => {
      const codes = STYLED.test(part) ? part.slice(2, -1).split(";") : undefined;
      if (codes === undefined) {
        const shown = escaped(stripVTControlCharacters(part));
        return open.size === 0 ? shown : `<span class="${[...open].join(" ")}">${shown}</span>`;
      }
      for (const code of codes) open = after(open, code);
      return "";
    })
    .join("");
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><main><header><i></i><i></i><i></i></header><pre>${html}</pre></main>`;
}

function after(open: ReadonlySet<string>, code: string): Set<string> {
  const name = CLASSES[code];
  if (name !== undefined) return new Set([...open, name]);
  if (code === "22") return new Set([...open].filter((one) => one !== "bold" && one !== "dim"));
  if (code === "39") return new Set([...open].filter((one) => one === "bold" || one === "dim"));
  return new Set();
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

const STYLE = `
  body { margin: 0; padding: 24px; background: #fff; width: max-content; }
  main { background: #14171c; border-radius: 10px; padding: 14px 22px 20px; color: #d7dce4; }
  header { display: flex; gap: 7px; margin: 0 0 14px -6px; }
  i { width: 11px; height: 11px; border-radius: 50%; background: #3a404b; }
  pre { margin: 0; font: 14px/1.45 "DejaVu Sans Mono", monospace; }
  .bold { font-weight: 700; color: #fff; } .dim { color: #8a93a3; } .red { color: #ff7b72; }
  .green { color: #7ee2a8; } .yellow { color: #f2cc60; } .cyan { color: #79c0ff; }`;
