import type { Runtime, Session } from "node:inspector";

/** Reserved in strict code (ECMA-262 §12.7.2, §13.1.1): none of them can name a variable. */
const RESERVED = new Set(
  "await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield eval arguments".split(
    " ",
  ),
);

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;
const ESCAPE = /\\u(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4}))/g;
/** In no program; captured only by code that can reach any name. */
const CANARY = "$anyName$";

export type FreeNames = { readonly names: readonly string[] } | "any" | "unknown";

/**
 * The names that a function uses and does not define itself, by the engine's own analysis: every word of the text becomes a
 * variable of an enclosing function, and V8 tells which of them the function holds on to. The function is made, not
 * called.
 * @param expression parses as an expression that gives the function
 * @returns `any` for a function that evaluates text; `unknown` where the engine does not tell (no V8, no inspector).
 */
export function freeNames(expression: string): FreeNames {
  const words = new Set([
    ...(expression.match(WORD) ?? []),
    ...(expression.replace(ESCAPE, (all, long, short) => letter(long ?? short) ?? all).match(WORD) ?? []),
  ]);
  const candidates = [...words].filter((word) => !RESERVED.has(word));
  const source = `(function(){"use strict";let ${[...candidates, CANARY].join(",")};return ${expression}\n})()`;
  const captured = capturedBy(source);
  if (captured === undefined) return "unknown";
  return captured.has(CANARY) ? "any" : { names: candidates.filter((name) => captured.has(name)) };
}

function letter(hexadecimal: string): string | undefined {
  const point = Number.parseInt(hexadecimal, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}

/** The variables in the innermost closure of the function that a program gives. */
function capturedBy(source: string): Set<string> | undefined {
  try {
    // Not imported: a Node built without it would not load this package at all.
    const inspector = process.getBuiltinModule("node:inspector");
    const session = new inspector.Session();
    session.connect();
    try {
      return innermostClosure(session, source);
    } finally {
      session.disconnect();
    }
  } catch {
    return undefined;
  }
}

function innermostClosure(session: Session, expression: string): Set<string> | undefined {
  let found: Set<string> | undefined;
  const inspect = (
    objectId: string | undefined,
    then: (properties: Runtime.GetPropertiesReturnType) => void,
  ) => {
    if (objectId === undefined) return;
    session.post("Runtime.getProperties", { objectId, ownProperties: true }, (error, properties) => {
      if (error === null) then(properties);
    });
  };
  // The calls are answered before they return: it is this thread that answers.
  session.post("Runtime.evaluate", { expression, silent: true }, (error, { exceptionDetails, result }) => {
    if (error !== null || exceptionDetails !== undefined) return;
    inspect(result.objectId, ({ internalProperties = [] }) => {
      const scopes = internalProperties.find(({ name }) => name === "[[Scopes]]")?.value;
      inspect(scopes?.objectId, ({ result: chain }) => {
        const [innermost] = chain;
        if (innermost?.value?.description?.startsWith("Closure") !== true) found = new Set();
        else
          inspect(innermost.value.objectId, ({ result: variables }) => {
            found = new Set(variables.map(({ name }) => name));
          });
      });
    });
  });
  return found;
}
