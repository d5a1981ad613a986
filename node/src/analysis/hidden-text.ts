import type { Node } from "oxc-parser";
import type { Detector } from "./detector.ts";
import { isGlobalObject, propertyName } from "./expressions.ts";

/** Shorter strings of every character of an alphabet are honest tables. */
const PACKED_CHARACTERS = 160;
/** Bits a character; English text has about 4.2 with its spaces, base64 6, hexadecimal 4. */
const PACKED_ENTROPY = 4.8;
/** Hexadecimal digits alone reach 4 bits. */
const HEXADECIMAL = /^(?:0x)?[0-9a-f]+$/i;
/** Prose has a space every five or six letters. */
const PROSE_SPACES = 0.05;
/** A few escapes are for characters that are hard to type. */
const FEW_ESCAPES = 8;
const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\})/gi;

/** Text that is written so that no reader sees what it says. */
export const hiddenText: Detector = ({ node, parent }, { code, declared }) => {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? ofString(node.value, node.raw ?? "") : undefined;
    case "TemplateElement":
      return ofString(node.value.cooked ?? "", node.value.raw);
    case "Identifier":
      return ofIdentifier(node, parent, code, declared);
    case "MemberExpression":
      return isGlobalObject(node.object, declared) && node.computed && !isPlainString(node.property)
        ? computedGlobal(propertyName(node))
        : undefined;
    default:
      return undefined;
  }
};

function ofString(value: string, raw: string): ReturnType<Detector> {
  if (hidesCharacters(raw))
    return { code: "dense-escapes", severity: "warning", message: "writes ordinary characters as escapes" };
  if (isPacked(value))
    return {
      code: "packed-text",
      severity: "warning",
      message: `holds ${value.length} characters that look packed or encrypted`,
    };
  return undefined;
}

/** Escapes that stand for characters any keyboard has. */
function hidesCharacters(raw: string): boolean {
  let hidden = 0;
  for (const [, two, four, braced] of raw.matchAll(ESCAPE)) {
    const character = Number.parseInt(two ?? four ?? braced ?? "", 16);
    if (character >= 0x20 && character < 0x7f) hidden++;
  }
  return hidden >= FEW_ESCAPES;
}

function isPacked(value: string): boolean {
  if (value.length < PACKED_CHARACTERS) return false;
  const spaces = value.split(/\s/).length - 1;
  if (spaces / value.length >= PROSE_SPACES) return false;
  return HEXADECIMAL.test(value) || entropyOf(value) >= PACKED_ENTROPY;
}

/** Shannon's, in bits a character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

function ofIdentifier(
  node: Extract<Node, { type: "Identifier" }>,
  parent: Node | undefined,
  code: string,
  declared: ReadonlySet<string>,
): ReturnType<Detector> {
  // The span of a parameter holds its type, too.
  if (code.slice(node.start, node.start + node.name.length).includes("\\"))
    return { code: "dense-escapes", severity: "warning", message: "writes a name with escapes" };
  const asObject = parent?.type === "MemberExpression" && parent.object === node;
  const asName = parent?.type === "MemberExpression" && !parent.computed;
  if (asObject || asName || !isGlobalObject(node, declared)) return undefined;
  return node.name === "globalThis" && parent?.type !== "UnaryExpression"
    ? {
        code: "computed-global",
        severity: "warning",
        message: "passes the global object on, so that its parts can be reached by any name",
      }
    : undefined;
}

function isPlainString(node: Node): boolean {
  return node.type === "Literal" && typeof node.value === "string";
}

function computedGlobal(name: string | undefined): ReturnType<Detector> {
  const what = name === undefined ? "a name that is computed" : `a name that is put together ("${name}")`;
  return {
    code: "computed-global",
    severity: "warning",
    message: `reaches into the global object by ${what}`,
  };
}
