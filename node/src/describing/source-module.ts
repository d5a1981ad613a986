import type { Class, Comment, Node, Program, TSType, TSTypeAliasDeclaration } from "oxc-parser";
import { type DocComment, parseDocComment } from "./doc-comment.ts";
import { typedefsIn, typeScriptOf } from "./jsdoc-types.ts";
import { MOST_TYPEDEFS } from "./limits.ts";

/** A type that a module declares by name, or a constant whose value has one. */
export type Declaration =
  | Class
  | Extract<
      Node,
      {
        type:
          | "TSInterfaceDeclaration"
          | "TSTypeAliasDeclaration"
          | "TSEnumDeclaration"
          | "VariableDeclarator";
      }
    >;

/** One parsed module, with its declarations by name and its comments by place. */
export interface SourceModule {
  readonly program: Program;
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** The top-level functions, by name. */
  readonly functions: ReadonlyMap<string, { readonly node: Node; readonly start: number }>;
  /** The JSDoc comment before a place, with nothing but other comments between. */
  docBefore(start: number): DocComment | undefined;
  /** The comments of the text that declares it: a type of JSDoc has a text of its own. */
  docsOf(declaration: Declaration): SourceModule["docBefore"];
  /** Reads a type as text, as JSDoc holds them. Undefined: it is none. */
  parseType(text: string): { readonly type: TSType; readonly module: SourceModule } | undefined;
  /** Reads the text of one alias, `type T = …;`. Undefined: it is none. */
  parseAlias(text: string): TSTypeAliasDeclaration | undefined;
}

export interface Parsed {
  readonly program: Program;
  readonly comments: readonly Comment[];
}

/** Longest type of a JSDoc tag. */
const TYPE_CHARACTERS = 2_000;

/** Indexes a parsed module. @param parse TypeScript; it throws for what is none */
export function indexModule(code: string, parsed: Parsed, parse: (code: string) => Parsed): SourceModule {
  const { program, comments } = parsed;
  const declarations = new Map<string, Declaration>();
  const functions = new Map<string, { node: Node; start: number }>();
  for (const statement of program.body) {
    const exported = statement.type === "ExportNamedDeclaration" && statement.declaration !== null;
    const declared: Node = exported ? (statement.declaration as Node) : statement;
    const { start } = statement;
    switch (declared.type) {
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
      case "TSEnumDeclaration":
        declarations.set(declared.id.name, declared);
        break;
      case "ClassDeclaration":
        if (declared.id !== null) declarations.set(declared.id.name, declared);
        break;
      case "FunctionDeclaration":
        if (declared.id !== null) functions.set(declared.id.name, { node: declared, start });
        break;
      case "VariableDeclaration":
        for (const one of declared.declarations)
          if (one.id.type === "Identifier") {
            declarations.set(one.id.name, one);
            functions.set(one.id.name, { node: one, start });
          }
    }
  }
  const docs = comments.filter(({ type, value }) => type === "Block" && value.startsWith("*"));
  const docBefore = docsIn(code, comments);
  const readAlias = (written: string) => {
    try {
      const own = parse(written);
      const [alias, ...more] = own.program.body;
      if (alias?.type !== "TSTypeAliasDeclaration" || more.length > 0) return undefined;
      return { alias, docBefore: docsIn(written, own.comments) };
    } catch {
      return undefined;
    }
  };
  const typedefDocs = new Map<Declaration, SourceModule["docBefore"]>();
  for (const { name, type } of docs.flatMap(({ value }) => typedefsIn(value)).slice(0, MOST_TYPEDEFS)) {
    const read = declarations.has(name) ? undefined : readAlias(`type ${name} = ${type};`);
    if (read === undefined) continue;
    declarations.set(name, read.alias);
    typedefDocs.set(read.alias, read.docBefore);
  }
  const module: SourceModule = {
    program,
    declarations,
    functions,
    docBefore,
    docsOf: (declaration) => typedefDocs.get(declaration) ?? docBefore,
    parseType(text) {
      if (text.length > TYPE_CHARACTERS) return undefined;
      const read = readAlias(`type T = ${typeScriptOf(text)};`);
      // Comments of the text's own, names of the module.
      return read === undefined
        ? undefined
        : { type: read.alias.typeAnnotation, module: { ...module, docBefore: read.docBefore } };
    },
    parseAlias: (text) => readAlias(text)?.alias,
  };
  return module;
}

/** Finds the JSDoc comment before a place of a text. */
function docsIn(code: string, comments: readonly Comment[]): SourceModule["docBefore"] {
  return (start) => {
    let next = start;
    for (let index = comments.findLastIndex(({ end }) => end <= start); index >= 0; index--) {
      const comment = comments[index];
      if (comment === undefined || code.slice(comment.end, next).trim() !== "") return undefined;
      if (comment.type === "Block" && comment.value.startsWith("*")) return parseDocComment(comment.value);
      next = comment.start;
    }
    return undefined;
  };
}
