import type { Block } from "./read-document.ts";

/** What begins the output of a block in the script's. */
export const MARK = "::block ";
/** No document has this line. */
const END = "::end-of-file";

/**
 * The next command of a reader comes when the peer says that it is ready, and the starter library is in: it knows as many actions as a
 * moment ago.
 */
const UNTIL_READY = `before=
until now=$(npx collective status --json 2> /dev/null | grep -m1 '"known": [1-9]') && [ "$now" = "$before" ]; do before=$now; sleep 0.2; done`;

/** Blocks that a reader types. */
export const TYPED = ["sh", "console"];

/** Whether it is typed: as a command, or into a file. */
export function isTyped({ language, note }: Block): boolean {
  return note.kind === "file" || (TYPED.includes(language) && note.kind !== "not-run");
}

/**
 * One bash script of all that a document has its reader type, in order and in one shell, as they would: a folder that was entered
 * and a variable that was set are there in the next block. Stops at the first command that fails.
 */
export function scriptOf(blocks: readonly Block[]): string {
  return `set -eu -o pipefail\n${blocks.filter(isTyped).map(partOf).join("")}echo "${MARK}end"\n`;
}

function partOf({ line, language, text, note }: Block): string {
  const commands = language === "console" ? commandsIn(text) : text;
  const head = `echo "${MARK}${line}"; echo "${MARK}${line}" >&2\n`;
  switch (note.kind) {
    case "file":
      return `${head}mkdir -p "$(dirname ${note.name})"; cat > ${note.name} <<'${END}'\n${text}\n${END}\n`;
    case "goes-on":
      return `${head}{ ${commands}\n} & \n${UNTIL_READY}\n`;
    case "ends-with":
      return `${head}code=0; ( ${commands}\n) || code=$?; test "$code" = ${note.code} || { echo "ended with $code instead of ${note.code}" >&2; exit 1; }\n`;
    default:
      return `${head}${commands}\n`;
  }
}

/** Of a block that shows a session, what is typed: after `$ `, with the lines that go on after a backslash. */
export function commandsIn(text: string): string {
  const commands: string[] = [];
  let goesOn = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("$ ")) commands.push(line.slice(2));
    else if (goesOn) commands.push(line.replace(/^> ?/, ""));
    goesOn = (line.startsWith("$ ") || goesOn) && line.endsWith("\\");
  }
  return commands.join("\n");
}

/** The lines that a session shows as answers; `…` stands for anything. */
export function answersIn(text: string): string[] {
  let goesOn = false;
  return text.split("\n").filter((line) => {
    const typed = line.startsWith("$ ") || goesOn;
    goesOn = typed && line.endsWith("\\");
    return !typed && line.trim() !== "" && line.trim() !== "…";
  });
}

/** Whether a line that was printed is one that the document shows. Widths of columns may differ. */
export function isShownAs(printed: string, shown: string): boolean {
  const pattern = shown
    .trim()
    .split("…")
    .map((part) => part.trim().split(/\s+/).map(escaped).join("\\s+"))
    .join(".*");
  return new RegExp(`^\\s*${pattern}\\s*$`).test(printed);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
