import type { SourceModule } from "./source-module.ts";

/** Types of ours that agents' files import, as what they are in JSON. */
const OWN_TYPES: Readonly<Record<string, string>> = {
  Json: "type T = unknown;",
  JsonObject: "type T = Record<string, unknown>;",
  // What a message carries is what is answered.
  Message: "type T<Content = unknown, Intent = string> = Content;",
};
const OURS = /^(?:@action-collective\/|action-collective(?:\/|$))/;

/** The module, with those of our own types that it imports declared. Pure. */
export function withOwnTypes(module: SourceModule): SourceModule {
  const declarations = new Map(module.declarations);
  for (const statement of module.program.body) {
    if (statement.type !== "ImportDeclaration" || !OURS.test(statement.source.value)) continue;
    for (const specifier of statement.specifiers) {
      if (specifier.type !== "ImportSpecifier" || specifier.imported.type !== "Identifier") continue;
      const { name } = specifier.imported;
      const written = Object.hasOwn(OWN_TYPES, name) ? OWN_TYPES[name] : undefined;
      const alias = written === undefined ? undefined : module.parseAlias(written);
      if (alias !== undefined && !declarations.has(specifier.local.name))
        declarations.set(specifier.local.name, alias);
    }
  }
  return { ...module, declarations };
}
