import { Script } from "node:vm";
import { limits } from "@action-collective/protocol";
import { freeNames } from "./free-names.ts";
import { networkNames, sandboxNames } from "./sandbox-names.ts";

export type ModuleReading = { readonly code: string } | { readonly problems: readonly string[] };

/** Names that a problem lists; more would say nothing more. */
const NAMES_SHOWN = 12;
const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;
const CLASS = /^(?:@|class\b)/;
/** A method's text begins with its name; what is called by a text or an expression cannot be reached by one. */
const METHOD = /^(?:async\s+)?(?<name>[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)\s*\(/u;
/** What esbuild and tsx leave in functions so that they keep their names; it does nothing else. */
const KEEPING_NAMES = "const __name = (named) => named;\n";
/** What compilers for old targets call in place of syntax. */
const COMPILED = /^__(?!vi|name$)[a-zA-Z]+$|^_[a-z]+(?:_[a-z]+)+$/;

const WAY_OUT =
  'or give the whole module as text: code: await readFile("action.ts", "utf8") with the function as its default export';

/**
 * The module that a function becomes: its own text, as the default export. Nothing around it travels, so what it uses of
 * that is told as a problem. The function is not called.
 * @param network whether the action asks for hosts
 */
export function moduleOf(run: unknown, network: boolean): ModuleReading {
  if (typeof run !== "function")
    return refused("it is missing; give the function itself, run: ({ n }) => n * 2");
  const text = Function.prototype.toString.call(run);
  if (NATIVE.test(text))
    return refused("it is built in or bound, and has no text; write an arrow function that calls it");
  if (CLASS.test(text))
    return refused("it is a class; give a function that takes the input and returns the output");
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.codeBytes)
    return refused(`its text has ${bytes} bytes; at most ${limits.codeBytes} are allowed`);
  if (/Generator/.test(Object.prototype.toString.call(run)))
    return refused("it is a generator; return one output, or a promise of it");
  const expression = expressionOf(text);
  if (expression === undefined)
    return refused(`its text does not stand on its own; write it as run: (input) => …, ${WAY_OUT}`);
  const free = freeNames(expression);
  if (free === "any")
    return refused("it evaluates text (eval), which may reach for anything; write what it should do");
  const outside = free === "unknown" ? [] : free.names.filter((name) => !sandboxNames.has(name));
  const missing = outside.filter((name) => name !== "__name" && !(network && networkNames.has(name)));
  if (missing.length > 0) return { problems: missingProblems(missing) };
  const helper = outside.includes("__name") || /\b__name\(/.test(text) ? KEEPING_NAMES : "";
  return { code: `${helper}export default ${expression};\n` };
}

function refused(why: string): ModuleReading {
  return { problems: [`run: ${why}`] };
}

/** What gives the function when it is evaluated: its text, or for a method an object with it. */
function expressionOf(text: string): string | undefined {
  if (parses(`(${text}\n)`)) return text;
  const name = METHOD.exec(text)?.groups?.name;
  return name !== undefined && parses(`({${text}\n})`) ? `({ ${text} }).${name}` : undefined;
}

/** Compiled as the strict code that a module is, and not run. */
function parses(expression: string): boolean {
  try {
    new Script(`"use strict";${expression}`);
    return true;
  } catch {
    return false;
  }
}

function missingProblems(names: readonly string[]): string[] {
  const closed = names.filter((name) => !(name in globalThis) && !networkNames.has(name));
  const compiled = closed.filter((name) => COMPILED.test(name));
  const outside = closed.filter((name) => !COMPILED.test(name));
  const host = names.filter((name) => name in globalThis && !networkNames.has(name));
  const network = names.filter((name) => networkNames.has(name));
  return [
    ...say(
      outside,
      "is defined outside of it; what a function imports or closes over cannot travel. Move it into run, take it as input, ".concat(
        WAY_OUT,
      ),
    ),
    ...say(compiled, `is a compiler's helper; compile for es2022 or later, ${WAY_OUT}`),
    ...say(host, "is not there in the sandbox; do without, or take as input what you need of it"),
    ...say(network, 'needs the network; say which hosts it asks: permissions: { net: ["api.example.org"] }'),
  ];
}

function say(names: readonly string[], why: string): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  const rest = names.length > NAMES_SHOWN ? `, … (${names.length} in all)` : "";
  return [`run: it uses ${shown}${rest}, which ${why}`];
}
