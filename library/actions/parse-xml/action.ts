type XmlElement = { name: string; attributes: Record<string, string>; children: (string | XmlElement)[] };
type Compact = string | Compact[] | { [key: string]: Compact };
type ParseXmlInput = { xml: string; form?: "tree" | "compact"; keepSpace?: boolean };
type ParseXmlOutput = { root: XmlElement | Record<string, Compact> };

/** Results may nest 24 levels deep, and an element of the tree takes two. */
const MAX_DEPTH = { tree: 11, compact: 20 };
const NAME = "[\\p{L}_:][\\p{L}\\p{M}\\p{N}_:.\\-·]*";
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, "gu");
const TOKEN = new RegExp(
  "<!--[^]*?-->|<\\?[^]*?\\?>|<!\\[CDATA\\[(?<data>[^]*?)\\]\\]>|(?<text>[^<]+)|" +
    `</(?<close>${NAME})\\s*>|<(?<open>${NAME})(?<attributes>(?:${ATTRIBUTE.source})*)\\s*(?<empty>/?)>`,
  "uy",
);
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Elements, attributes, text, CDATA and the predefined entities; no document types, so nothing can be declared or fetched. */
export default function parseXml({ xml, form = "tree", keepSpace = false }: ParseXmlInput): ParseXmlOutput {
  const text = xml.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const top: XmlElement = { name: "", attributes: {}, children: [] };
  const open = [top];
  const lexer = new RegExp(TOKEN);
  for (let token = next(lexer, text); token !== undefined; token = next(lexer, text)) {
    const { data, text: characters, close, open: name, attributes = "", empty } = token;
    const parent = open.at(-1) ?? top;
    if (close !== undefined) {
      if (parent.name !== close) fail(text, lexer, `</${close}> closes nothing that is open`);
      open.pop();
    } else if (name !== undefined) {
      const element = { name, attributes: readAttributes(attributes, text, lexer), children: [] };
      parent.children.push(element);
      if (empty === "") open.push(element);
      if (open.length - 1 > MAX_DEPTH[form]) {
        fail(
          text,
          lexer,
          `the form ${form} holds ${MAX_DEPTH[form]} levels of elements: give a part of the document`,
        );
      }
    } else addText(parent, data ?? decode(characters ?? "", text, lexer));
  }
  if (open.length > 1) throw new Error(`The XML ends inside of <${open.at(-1)?.name}>: close every element`);
  for (const element of keepSpace ? [top] : everyElement(top)) dropSpace(element);
  const [root, ...more] = top.children;
  if (root === undefined || typeof root === "string" || more.length > 0) {
    throw new Error("XML must be one element with everything inside: wrap several into one");
  }
  return { root: form === "tree" ? root : Object.fromEntries([[root.name, compact(root)]]) };
}

function next(lexer: RegExp, text: string): Record<string, string | undefined> | undefined {
  const start = lexer.lastIndex;
  if (start === text.length) return undefined;
  const token = lexer.exec(text);
  if (token !== null) return token.groups ?? {};
  lexer.lastIndex = start;
  if (text.startsWith("<!DOCTYPE", start))
    fail(text, lexer, "document types are not read: remove <!DOCTYPE …>");
  return fail(text, lexer, `cannot read ${JSON.stringify(text.slice(start, start + 40))}`);
}

function fail(text: string, lexer: RegExp, problem: string): never {
  throw new Error(`Line ${text.slice(0, lexer.lastIndex).split("\n").length}: ${problem}`);
}

function readAttributes(source: string, text: string, lexer: RegExp): Record<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = "", double, single = ""] of source.matchAll(ATTRIBUTE)) {
    if (attributes.has(name)) fail(text, lexer, `the attribute ${name} is given twice`);
    attributes.set(name, decode((double ?? single).replace(/\s/g, " "), text, lexer));
  }
  return Object.fromEntries(attributes);
}

function decode(raw: string, text: string, lexer: RegExp): string {
  return raw.replace(/&([^;&\s]*);?/g, (whole, name: string) => {
    const code = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(name);
    const number =
      code === null ? 0 : Number.parseInt(code[1] ?? code[2] ?? "", code[1] === undefined ? 10 : 16);
    const found = code === null ? ENTITIES.get(name) : characterOf(number);
    if (found !== undefined && whole.endsWith(";")) return found;
    return fail(text, lexer, `${whole} is no entity that XML knows by itself; write &amp; for a plain &`);
  });
}

/** Undefined for what XML 1.0 leaves out: control characters and halves of pairs. */
function characterOf(code: number): string | undefined {
  const isOutside = code > 0x10ffff || (code < 0x20 && ![9, 10, 13].includes(code));
  return isOutside || (code >= 0xd800 && code < 0xe000) ? undefined : String.fromCodePoint(code);
}

function addText({ children }: XmlElement, text: string): void {
  const last = children.at(-1);
  if (typeof last === "string") children[children.length - 1] = last + text;
  else if (text !== "") children.push(text);
}

function everyElement(element: XmlElement): XmlElement[] {
  return [
    element,
    ...element.children.flatMap((child) => (typeof child === "string" ? [] : everyElement(child))),
  ];
}

/** Space alone between elements is only layout; beside text, it counts. */
function dropSpace(element: XmlElement): void {
  const isLayout = element.children.every((child) => typeof child !== "string" || child.trim() === "");
  if (isLayout) element.children = element.children.filter((child) => typeof child !== "string");
}

/** Attributes as @name, repeated elements as a list, text beside anything else as #text. */
function compact({ attributes, children }: XmlElement): Compact {
  const fields = new Map<string, Compact[]>(
    Object.entries(attributes).map(([name, value]) => [`@${name}`, [value]]),
  );
  for (const child of children) {
    const [key, value] = typeof child === "string" ? ["#text", child.trim()] : [child.name, compact(child)];
    const values = fields.get(key) ?? [];
    values.push(value);
    fields.set(key, values);
  }
  const texts = fields.get("#text") ?? [];
  if (fields.size === 0 || (fields.size === 1 && texts.length > 0)) return texts.join(" ");
  return Object.fromEntries(
    [...fields].map(([key, values]) => [key, values.length === 1 ? (values[0] ?? "") : values]),
  );
}
