import type { Json } from "@action-collective/protocol";
import type { Node, TSType } from "oxc-parser";
import { annotated, type SchemaObject } from "./annotations.ts";
import type { DocComment } from "./doc-comment.ts";
import { MOST_TYPE_DEPTH, MOST_TYPES } from "./limits.ts";
import { keyName, literalValue } from "./literal-value.ts";
import { enumSchema, merged, objectSchema, type Shape, shapeOf, unionSchema } from "./object-schema.ts";
import type { Declaration, SourceModule } from "./source-module.ts";
import { UTILITIES, utilityShape } from "./utility-types.ts";

/** Where a type stands: its comments, and what the names of type parameters mean there. */
interface Scope {
  docBefore(start: number): DocComment | undefined;
  readonly parameters: ReadonlyMap<string, { readonly type: TSType; readonly scope: Scope }>;
}

/** The type is larger than any schema may be. */
class TooLargeError extends Error {}

/** Any JSON. */
const ANY: Json = {};

/**
 * Turns types into JSON Schemas (2020-12) as TypeScript means them: optional and nested properties, unions, literals,
 * enums, tuples, records, generics, the usual utility types; recursive ones through `$defs`. Objects are closed. What JSON
 * cannot hold is told through `problem`, with the path to it and a way out.
 */
export class TypeSchemas {
  readonly #module: SourceModule;
  readonly #problem: (path: string, text: string) => void;
  readonly #open = new Set<string>();
  readonly #recursive = new Set<string>();
  readonly #definitions = new Map<string, Json>();
  #types = 0;

  constructor(module: SourceModule, problem: (path: string, text: string) => void) {
    this.#module = module;
    this.#problem = problem;
  }

  /** @param from where the type's own comments are, when it is not written in the module itself */
  schema(type: TSType, path: string, from: SourceModule = this.#module): Json {
    this.#definitions.clear();
    this.#types = 0;
    try {
      const schema = this.#of(type, path, { docBefore: from.docBefore, parameters: new Map() }, 0);
      if (this.#definitions.size === 0) return schema;
      return { ...(schema as SchemaObject), $defs: Object.fromEntries(this.#definitions) };
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error;
      this.#problem(path, "its type is larger than a schema may be: write the schema in action.json");
      return ANY;
    }
  }

  #of(type: TSType, path: string, scope: Scope, depth: number): Json {
    if (++this.#types > MOST_TYPES || depth > MOST_TYPE_DEPTH) throw new TooLargeError();
    const inner = (one: TSType, where = path) => this.#of(one, where, scope, depth + 1);
    switch (type.type) {
      case "TSStringKeyword":
        return { type: "string" };
      case "TSNumberKeyword":
        return { type: "number" };
      case "TSBooleanKeyword":
        return { type: "boolean" };
      case "TSNullKeyword":
        return { type: "null" };
      case "TSObjectKeyword":
        return { type: "object" };
      case "TSAnyKeyword":
      case "TSUnknownKeyword":
        return ANY;
      case "TSUndefinedKeyword":
      case "TSVoidKeyword":
        return this.#refused(path, "it may be undefined, which JSON does not have", "use null");
      case "TSBigIntKeyword":
        return this.#refused(path, "JSON has no bigint", "use a string of digits");
      case "TSParenthesizedType":
        return inner(type.typeAnnotation);
      case "TSTypeOperator":
        return type.operator === "keyof"
          ? this.#keys(type.typeAnnotation, path, scope, depth)
          : inner(type.typeAnnotation);
      case "TSArrayType":
        return { type: "array", items: inner(type.elementType, `${path}[]`) };
      case "TSTupleType":
        return this.#tuple(type.elementTypes, path, scope, depth);
      case "TSLiteralType":
        return this.#literal(type.literal, path);
      case "TSTemplateLiteralType":
        return this.#template(type, path, scope, depth);
      case "TSUnionType":
        return unionSchema(withoutUndefined(type).map((member) => inner(member)));
      case "TSIntersectionType":
        return this.#intersection(type.types.map((member) => inner(member)));
      case "TSTypeLiteral":
        return objectSchema(this.#shape(type.members, path, scope, depth));
      case "TSMappedType":
        return this.#mapped(type, path, scope, depth);
      case "TSIndexedAccessType":
        return this.#property(type, path, scope, depth);
      case "TSTypeReference":
        return this.#reference(type, path, scope, depth);
      default:
        return this.#refused(path, "its type has no JSON form that can be told from the text", OWN_SCHEMA);
    }
  }

  #reference(
    type: Extract<TSType, { type: "TSTypeReference" }>,
    path: string,
    scope: Scope,
    depth: number,
  ): Json {
    const name = type.typeName.type === "Identifier" ? type.typeName.name : undefined;
    if (name === undefined) return this.#refused(path, "its type is named by a path", OWN_SCHEMA);
    const given = type.typeArguments?.params ?? [];
    const bound = scope.parameters.get(name);
    if (bound !== undefined) return this.#of(bound.type, path, bound.scope, depth + 1);
    const declared = this.#module.declarations.get(name);
    if (declared !== undefined) return this.#declared(name, declared, given, path, scope, depth);
    const [first] = given;
    if (WRAPPERS.has(name) && first !== undefined) return this.#of(first, path, scope, depth + 1);
    if (/^(Readonly)?Array$/.test(name) && first !== undefined)
      return { type: "array", items: this.#of(first, `${path}[]`, scope, depth + 1) };
    if (UTILITIES.has(name)) {
      const parts = given.map((one) => this.#of(one, path, scope, depth + 1));
      const schema = utilityShape(name, parts);
      if (schema !== undefined) return schema;
    }
    const way = NOT_JSON[name];
    if (way !== undefined) return this.#refused(path, `JSON has no ${name}`, way);
    return this.#refused(
      path,
      `the type ${name} is not declared in this file`,
      `declare it here, or ${OWN_SCHEMA}`,
    );
  }

  /** Named types are written out where they are used; one that holds itself becomes a definition. */
  #declared(
    name: string,
    declaration: Declaration,
    given: readonly TSType[],
    path: string,
    scope: Scope,
    depth: number,
  ): Json {
    const reference = { $ref: `#/$defs/${name}` };
    if (this.#open.has(name)) {
      if (given.length > 0) return this.#refused(path, `${name} is generic and holds itself`, OWN_SCHEMA);
      this.#recursive.add(name);
      return reference;
    }
    this.#open.add(name);
    try {
      const schema = this.#expanded(declaration, given, path, scope, depth);
      if (!this.#recursive.has(name)) return schema;
      this.#definitions.set(name, schema);
      return reference;
    } finally {
      this.#open.delete(name);
    }
  }

  #expanded(
    declaration: Declaration,
    given: readonly TSType[],
    path: string,
    scope: Scope,
    depth: number,
  ): Json {
    const { docBefore } = this.#module;
    if (declaration.type === "VariableDeclarator")
      return this.#refused(path, "a value is no type", "write typeof before it");
    if (declaration.type === "TSEnumDeclaration") return enumSchema(enumValues(declaration));
    const parameters = new Map<string, { type: TSType; scope: Scope }>();
    const own: Scope = { docBefore, parameters };
    for (const [index, parameter] of (declaration.typeParameters?.params ?? []).entries()) {
      const type = given[index];
      if (type !== undefined) parameters.set(parameter.name.name, { type, scope });
      else if (parameter.default !== null)
        parameters.set(parameter.name.name, { type: parameter.default, scope: own });
    }
    if (declaration.type === "TSTypeAliasDeclaration")
      return this.#of(declaration.typeAnnotation, path, own, depth + 1);
    const bases = declaration.extends.map(({ expression, typeArguments }) => {
      const base =
        expression.type === "Identifier" ? this.#module.declarations.get(expression.name) : undefined;
      if (base === undefined || expression.type !== "Identifier")
        return this.#refused(path, "it extends a type that is not declared in this file", "declare it here");
      return this.#declared(expression.name, base, typeArguments?.params ?? [], path, own, depth + 1);
    });
    const shape = objectSchema(this.#shape(declaration.body.body, path, own, depth));
    return bases.length === 0 ? shape : this.#intersection([...bases, shape]);
  }

  #shape(members: readonly Node[], path: string, scope: Scope, depth: number): Shape {
    // Entries, since a property may be called __proto__.
    const properties: [string, Json][] = [];
    const required: string[] = [];
    let rest: Json = false;
    for (const member of members) {
      if (member.type === "TSIndexSignature") {
        rest = this.#of(member.typeAnnotation.typeAnnotation, `${path}.*`, scope, depth + 1);
        continue;
      }
      const key = member.type === "TSPropertySignature" && !member.computed ? keyName(member.key) : undefined;
      if (member.type !== "TSPropertySignature" || key === undefined) {
        this.#refused(path, "it has a member that is no plain property", "leave it out");
        continue;
      }
      const where = `${path}.${key}`;
      const type = member.typeAnnotation?.typeAnnotation;
      const schema = type === undefined ? ANY : this.#of(type, where, scope, depth + 1);
      const doc = scope.docBefore(member.start);
      properties.push([key, annotated(schema as SchemaObject, doc, (text) => this.#problem(where, text))]);
      if (!member.optional && !(type !== undefined && mayBeUndefined(type))) required.push(key);
    }
    return { properties: Object.fromEntries(properties), required, rest };
  }

  #intersection(parts: readonly Json[]): Json {
    const shapes = parts.map(shapeOf);
    return shapes.every((shape) => shape !== undefined)
      ? objectSchema(merged(shapes))
      : { allOf: [...parts] };
  }

  #tuple(elements: readonly Node[], path: string, scope: Scope, depth: number): Json {
    const items: Json[] = [];
    let least = 0;
    let rest: Json = false;
    for (const [index, element] of elements.entries()) {
      const { type, optional, many } = tupleElement(element);
      const schema = this.#of(type, `${path}[${index}]`, scope, depth + 1);
      if (many) rest = shapeOfArray(schema) ?? ANY;
      else {
        items.push(schema);
        if (!optional) least = items.length;
      }
    }
    return {
      type: "array",
      ...(items.length === 0 ? {} : { prefixItems: items }),
      items: rest,
      ...(least === 0 ? {} : { minItems: least }),
    };
  }

  #literal(node: Node, path: string): Json {
    const value = literalValue(node);
    if (value === undefined) return this.#refused(path, "its literal is no JSON", "use a string or a number");
    return enumSchema([value]);
  }

  /** `${string}-${number}`: a pattern. */
  #template(
    type: Extract<TSType, { type: "TSTemplateLiteralType" }>,
    path: string,
    scope: Scope,
    depth: number,
  ): Json {
    let pattern = "^";
    for (const [index, quasi] of type.quasis.entries()) {
      pattern += (quasi.value.cooked ?? "").replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
      const hole = type.types[index];
      if (hole === undefined) continue;
      const part = patternOf(this.#of(hole, path, scope, depth + 1));
      if (part === undefined) return { type: "string" };
      pattern += part;
    }
    return { type: "string", pattern: `${pattern}$` };
  }

  #keys(type: TSType, path: string, scope: Scope, depth: number): Json {
    const shape = shapeOf(this.#of(type, path, scope, depth + 1));
    const keys = shape === undefined ? [] : Object.keys(shape.properties);
    return keys.length === 0
      ? this.#refused(path, "the keys of that type cannot be told", OWN_SCHEMA)
      : enumSchema(keys);
  }

  /** `{ [K in "a" | "b"]: T }` */
  #mapped(type: Extract<TSType, { type: "TSMappedType" }>, path: string, scope: Scope, depth: number): Json {
    const value =
      type.typeAnnotation === null ? ANY : this.#of(type.typeAnnotation, `${path}.*`, scope, depth + 1);
    const record = utilityShape("Record", [this.#of(type.constraint, path, scope, depth + 1), value]);
    const shape = record === undefined ? undefined : shapeOf(record);
    if (shape === undefined) return this.#refused(path, "the keys of that type cannot be told", OWN_SCHEMA);
    return objectSchema(type.optional === false ? shape : { ...shape, required: [] });
  }

  /** `T["name"]`, and `(typeof LIST)[number]` of a list of constants. */
  #property(
    type: Extract<TSType, { type: "TSIndexedAccessType" }>,
    path: string,
    scope: Scope,
    depth: number,
  ): Json {
    const object =
      type.objectType.type === "TSParenthesizedType" ? type.objectType.typeAnnotation : type.objectType;
    if (object.type === "TSTypeQuery" && object.exprName.type === "Identifier") {
      const constant = this.#module.declarations.get(object.exprName.name);
      const value =
        constant?.type === "VariableDeclarator" && constant.init !== null
          ? literalValue(constant.init)
          : undefined;
      if (Array.isArray(value) && type.indexType.type === "TSNumberKeyword" && value.length > 0)
        return enumSchema(value);
    } else if (type.indexType.type === "TSNumberKeyword") {
      const items = shapeOfArray(this.#of(object, path, scope, depth + 1));
      if (items !== undefined) return items;
    } else {
      const key = type.indexType.type === "TSLiteralType" ? literalValue(type.indexType.literal) : undefined;
      const shape = shapeOf(this.#of(object, path, scope, depth + 1));
      const found = typeof key === "string" ? shape?.properties[key] : undefined;
      if (found !== undefined) return found;
    }
    return this.#refused(path, "what that type picks cannot be told", OWN_SCHEMA);
  }

  #refused(path: string, what: string, way: string): Json {
    this.#problem(path, `${what}: ${way}`);
    return ANY;
  }
}

const OWN_SCHEMA = "write the schema in action.json";

/** What stands around a type and changes nothing about its JSON. */
const WRAPPERS = new Set(["Promise", "PromiseLike", "Readonly", "Awaited", "NonNullable", "NoInfer"]);

const NOT_JSON: Readonly<Record<string, string>> = {
  Date: "use a string, with @format date-time in its comment",
  Map: "use a record, or a list of entries",
  Set: "use a list, with @uniqueItems in its comment",
  RegExp: "use a string",
  Uint8Array: "use a string in base64",
  Buffer: "use a string in base64",
  URL: "use a string",
  Function: "an action takes data only",
};

function withoutUndefined(type: Extract<TSType, { type: "TSUnionType" }>): TSType[] {
  return type.types.filter((member) => member.type !== "TSUndefinedKeyword");
}

function mayBeUndefined(type: TSType): boolean {
  return type.type === "TSUnionType" && type.types.some((member) => member.type === "TSUndefinedKeyword");
}

function tupleElement(element: Node): { type: TSType; optional: boolean; many: boolean } {
  switch (element.type) {
    case "TSNamedTupleMember": {
      const inner = tupleElement(element.elementType);
      return { ...inner, optional: element.optional || inner.optional };
    }
    case "TSOptionalType":
      return { type: element.typeAnnotation, optional: true, many: false };
    case "TSRestType":
      return { type: element.typeAnnotation as TSType, optional: true, many: true };
    default:
      return { type: element as TSType, optional: false, many: false };
  }
}

function shapeOfArray(schema: Json): Json | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return undefined;
  return schema.type === "array" ? schema.items : undefined;
}

function patternOf(schema: Json): string | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return undefined;
  const values = Array.isArray(schema.enum)
    ? schema.enum
    : schema.const === undefined
      ? undefined
      : [schema.const];
  if (values !== undefined)
    return `(?:${values.map((value) => String(value).replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|")})`;
  if (schema.type === "number") return "-?[0-9.e+-]+";
  return schema.type === "string" && schema.pattern === undefined ? ".*" : undefined;
}

function enumValues({ body }: Extract<Declaration, { type: "TSEnumDeclaration" }>): Json[] {
  let next: number | undefined = 0;
  return body.members.flatMap(({ initializer }) => {
    const value: Json | undefined = initializer === null ? next : literalValue(initializer);
    next = typeof value === "number" ? value + 1 : undefined;
    return value === undefined ? [] : [value];
  });
}
