import type { ArrowFunctionExpression, Node, Function as OxcFunction, TSType } from "oxc-parser";
import type { DocComment } from "../describing/doc-comment.ts";
import { indexModule } from "../describing/source-module.ts";
import { bareInit, declarationOf, type ExportedFunction } from "./exported-functions.ts";
import { parseText, type SourceFile, type SourceFiles } from "./source-files.ts";

/** One parameter of a function, by its place. */
export interface Parameter {
  /** What the property of the input object is called. */
  readonly name: string;
  readonly optional: boolean;
  readonly rest: boolean;
  /** The text of its type; undefined where none is written. */
  readonly type: string | undefined;
  /** What `@param` says of it. */
  readonly doc: string;
}

/** One way to call a function. Overloads are several. */
export interface Signature {
  readonly parameters: readonly Parameter[];
  /** Texts such as `T extends object = {}`, as the type stands. */
  readonly typeParameters: readonly { readonly name: string; readonly constraint: string | undefined }[];
  readonly returns: string | undefined;
}

export interface FunctionText {
  readonly doc: DocComment | undefined;
  /** At least one; the first that is declared comes first. */
  readonly signatures: readonly Signature[];
  /** It looks at how many arguments it was given. */
  readonly countsArguments: boolean;
  /** Its only parameter is taken apart where it stands: the input is that object itself. */
  readonly takesObject: boolean;
  readonly isGenerator: boolean;
  readonly isAsync: boolean;
}

type FunctionNode = OxcFunction | ArrowFunctionExpression;

/** What the text of an exported function says of how it is called. Undefined: it is no function. Pure but for reading. */
export function functionText(own: ExportedFunction, files: SourceFiles): FunctionText | undefined {
  const source = files.read(own.file);
  const node = declarationOf(files, own);
  if (node === undefined) return undefined;
  const bare = node.type === "VariableDeclarator" && node.init !== null ? bareInit(node.init) : node;
  if (!isFunction(bare)) return undefined;
  const overloads = overloadsOf(source, own.local);
  const statement = [...overloads, node].map(({ start }) => statementAround(source, start))[0] ?? node.start;
  const { docBefore } = indexModule(source.code, source.parsed, parseText);
  const docs = [statement, statementAround(source, node.start)].map(docBefore);
  const doc = docs.find((one) => one !== undefined);
  const signatures = (overloads.length > 0 ? [...overloads, bare] : [bare]).map((one) =>
    signatureOf(one, source, doc),
  );
  const [only, ...more] = bare.params;
  return {
    doc,
    signatures,
    countsArguments: /\barguments\b/.test(source.code.slice(bare.start, bare.end)),
    takesObject: only !== undefined && more.length === 0 && patternOf(only).type === "ObjectPattern",
    isGenerator: bare.generator,
    isAsync: bare.async === true,
  };
}

function isFunction(node: Node): node is FunctionNode {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|TSDeclareFunction)$/.test(
    node.type,
  );
}

/** Where the statement begins that holds a place: its comment stands before it. */
function statementAround({ parsed }: SourceFile, at: number): number {
  return parsed.program.body.find(({ start, end }) => start <= at && at < end)?.start ?? at;
}

function overloadsOf({ parsed }: SourceFile, local: string): FunctionNode[] {
  return parsed.program.body.flatMap((statement) => {
    const node =
      (statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration") &&
      statement.declaration !== null
        ? (statement.declaration as Node)
        : statement;
    return node.type === "TSDeclareFunction" && node.id?.name === local ? [node] : [];
  });
}

function signatureOf(node: FunctionNode, { code }: SourceFile, doc: DocComment | undefined): Signature {
  const said = (doc?.tags ?? []).filter(({ tag }) => tag === "param");
  const parameters = withOwnNames(
    node.params
      .filter((one) => !(one.type === "Identifier" && one.name === "this"))
      .map((one, at): Parameter => {
        const pattern = patternOf(one);
        const name = pattern.type === "Identifier" ? pattern.name : undefined;
        const tag =
          said.find(({ text }) => nameIn(text) === name) ?? (name === undefined ? said[at] : undefined);
        const written = annotationOf(one);
        return {
          name: name ?? nameIn(tag?.text ?? "") ?? `argument${at + 1}`,
          optional:
            one.type === "AssignmentPattern" ||
            (pattern.type === "Identifier" && pattern.optional) ||
            tag?.text.startsWith("[") === true,
          rest: one.type === "RestElement",
          type: written === undefined ? tag?.type : code.slice(written.start, written.end),
          doc: (tag?.text ?? "")
            .replace(/^\[[^\]]*\]|^\S+/, "")
            .replace(/^\s*-?\s*/, "")
            .replace(/\s+/g, " ")
            .trim(),
        };
      }),
  );
  const returns = node.returnType?.typeAnnotation;
  const saidReturn = doc?.tags.find(({ tag }) => /^returns?$/.test(tag))?.type;
  return {
    parameters,
    typeParameters: (node.typeParameters?.params ?? []).map(({ name, constraint }) => ({
      name: name.name,
      constraint: constraint === null ? undefined : code.slice(constraint.start, constraint.end),
    })),
    returns: returns === undefined ? saidReturn : returnedText(returns, code),
  };
}

/** Comments may call two parameters the same: a number behind the second. */
function withOwnNames(parameters: readonly Parameter[]): Parameter[] {
  const taken = new Set<string>();
  return parameters.map((one, at) => {
    const name = taken.has(one.name) ? `${one.name}_${at + 1}` : one.name;
    taken.add(name);
    return { ...one, name };
  });
}

/** A type guard answers yes or no; undefined becomes null. */
function returnedText(type: TSType, code: string): string {
  if (type.type === "TSTypePredicate") return type.asserts ? "void" : "boolean";
  if (type.type !== "TSUnionType") return code.slice(type.start, type.end);
  return type.types
    .map((one) => (one.type === "TSUndefinedKeyword" ? "null" : `(${code.slice(one.start, one.end)})`))
    .join(" | ");
}

function patternOf(node: Node): Node {
  if (node.type === "AssignmentPattern") return patternOf(node.left);
  if (node.type === "RestElement") return patternOf(node.argument);
  return node.type === "TSParameterProperty" ? patternOf(node.parameter) : node;
}

function annotationOf(node: Node): TSType | undefined {
  const holder = node.type === "RestElement" && node.typeAnnotation != null ? node : patternOf(node);
  return "typeAnnotation" in holder && holder.typeAnnotation?.type === "TSTypeAnnotation"
    ? holder.typeAnnotation.typeAnnotation
    : undefined;
}

/** `name - text`, `[name=1] text`. */
function nameIn(text: string): string | undefined {
  return /^\[?\s*(?:\.\.\.)?([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(text)?.[1];
}
