import type { Comment, Node, Program, TSType } from "oxc-parser";
import { type DocComment, parseDocComment } from "./doc-comment.ts";

/** A type that a module declares by name, or a constant whose value has one. */
export type Declaration = Extract<
  Node,
  { type: "TSInterfaceDeclaration" | "TSTypeAliasDeclaration" | "TSEnumDeclaration" | "VariableDeclarator" }
>;

/** One parsed module, with its declarations by name and its comments by place. */
export interface SourceModule {
  readonly program: Program;
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** The top-level functions, by name. */
  readonly functions: ReadonlyMap<string, { readonly node: Node; readonly start: number }>;
  /** The JSDoc comment that ends right before a place. */
  docBefore(start: number): DocComment | undefined;
  /** Reads a type as text, as JSDoc holds them. Undefined: it is none. */
  parseType(text: string): { readonly type: TSType; readonly module: SourceModule } | undefined;
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
  const module: SourceModule = {
    program,
    declarations,
    functions,
    docBefore(start) {
      const before = docs.findLast(({ end }) => end <= start);
      if (before === undefined || code.slice(before.end, start).trim() !== "") return undefined;
      return parseDocComment(before.value);
    },
    parseType(text) {
      if (text.length > TYPE_CHARACTERS) return undefined;
      const written = `type T = ${text};`;
      try {
        const [alias, ...more] = parse(written).program.body;
        if (alias?.type !== "TSTypeAliasDeclaration" || more.length > 0) return undefined;
        // Comments of the text's own, names of the module.
        const own = indexModule(written, parse(written), parse);
        return { type: alias.typeAnnotation, module: { ...module, docBefore: own.docBefore } };
      } catch {
        return undefined;
      }
    },
  };
  return module;
}
