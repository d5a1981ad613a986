import type { Json } from "@action-collective/protocol";
import type { Node, TSType } from "oxc-parser";
import { annotated, type SchemaObject } from "./annotations.ts";
import { enumMembers, keysOfConstant, schemaOfConstant } from "./constants.ts";
import type { DocComment } from "./doc-comment.ts";
import { intersectionOf } from "./intersection.ts";
import { MOST_SCHEMA_CHARACTERS, MOST_TYPE_DEPTH, MOST_TYPES } from "./limits.ts";
import { keyName, literalValue } from "./literal-value.ts";
import {
  enumSchema,
  merged,
  objectSchema,
  type Shape,
  shapeOf,
  textsOf,
  unionSchema,
} from "./object-schema.ts";
import type { Declaration, SourceModule } from "./source-module.ts";
import {
  isLongerThan,
  leadsTo,
  mayBeUndefined,
  patternOf,
  propertyOf,
  referenceTo,
  shapeOfArray,
  tupleElement,
} from "./type-parts.ts";
import { UTILITIES, utilityShape } from "./utility-types.ts";

/** Where a type stands: its comments, and what the names of type parameters mean there. */
interface Scope {
  docBefore(start: number): DocComment | undefined;
  readonly parameters: ReadonlyMap<string, Given>;
}

/** What a type parameter stands for, and how many types it took. */
interface Given {
  readonly schema: Json;
  readonly size: number;
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
  /** Named types being written out, by name and what their parameters stand for. */
  readonly #open = new Set<string>();
  /** What those that hold themselves are called among the definitions. */
  readonly #recursive = new Map<string, string>();
  readonly #definitions = new Map<string, Json>();
  #types = 0;

  constructor(module: SourceModule, problem: (path: string, text: string) => void) {
    this.#module = module;
    this.#problem = problem;
  }

  /** @param from where the type's own comments are, when it is not written in the module itself */
  schema(type: TSType, path: string, from: SourceModule = this.#module): Json {
    this.#definitions.clear();
    this.#recursive.clear();
    this.#types = 0;
    try {
      const schema = this.#of(type, path, { docBefore: from.docBefore, parameters: new Map() }, 0);
      const whole =
        this.#definitions.size === 0
          ? schema
          : { ...(schema as SchemaObject), $defs: Object.fromEntries(this.#definitions) };
      if (isLongerThan(whole, MOST_SCHEMA_CHARACTERS)) throw new TooLargeError();
      return whole;
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error;
      this.#problem(path, "its type is larger than a schema may be: write the schema in action.json");
      return ANY;
    }
  }

  #count(types: number): void {
    this.#types += types;
    if (this.#types > MOST_TYPES) throw new TooLargeError();
  }

  #of(type: TSType, path: string, scope: Scope, depth: number): Json {
    this.#count(1);
    if (depth > MOST_TYPE_DEPTH) throw new TooLargeError();
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
        return this.#refused(
          path,
          "it may be undefined, which JSON does not have",
          "use null, or make the property optional with ?",
        );
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
        return unionSchema(type.types.map((member) => inner(member)));
      case "TSIntersectionType":
        return this.#intersection(
          type.types.map((member) => inner(member)),
          path,
        );
      case "TSTypeLiteral":
        return objectSchema(this.#shape(type.members, path, scope, depth));
      case "TSMappedType":
        return this.#mapped(type, path, scope, depth);
      case "TSIndexedAccessType":
        return this.#property(type, path, scope, depth);
      case "TSTypeQuery":
        return this.#constant(type, path, scope, depth);
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
    const { typeName } = type;
    if (typeName.type === "Identifier")
      return this.#named(typeName.name, type.typeArguments?.params ?? [], path, scope, depth);
    // `Kind.Circle`
    const { left, right } = typeName as { left: Node; right: { name: string } };
    const declared = left.type === "Identifier" ? this.#module.declarations.get(left.name) : undefined;
    if (left.type !== "Identifier" || declared?.type !== "TSEnumDeclaration")
      return this.#refused(path, "its type is named by a path", OWN_SCHEMA);
    return this.#enum(left.name, declared, path, right.name);
  }

  #named(name: string, types: readonly TSType[], path: string, scope: Scope, depth: number): Json {
    const bound = scope.parameters.get(name);
    if (bound !== undefined) {
      this.#count(bound.size);
      return bound.schema;
    }
    const declared = this.#module.declarations.get(name);
    const way = NOT_JSON[name];
    if (declared === undefined && way !== undefined) return this.#refused(path, `JSON has no ${name}`, way);
    const list = declared === undefined && /^(Readonly)?Array$/.test(name);
    const given = types.map((one): Given => {
      const before = this.#types;
      const schema = this.#of(one, list ? `${path}[]` : path, scope, depth + 1);
      return { schema, size: this.#types - before };
    });
    if (declared !== undefined) return this.#declared(name, declared, given, path, depth);
    const parts = given.map(({ schema }) => this.#resolved(schema));
    const [first] = given;
    if (first !== undefined && WRAPPERS.has(name)) return first.schema;
    if (first !== undefined && list) return { type: "array", items: first.schema };
    if (UTILITIES.has(name))
      return (
        utilityShape(name, parts) ?? this.#refused(path, `what ${name} makes cannot be told`, OWN_SCHEMA)
      );
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
    given: readonly Given[],
    path: string,
    depth: number,
  ): Json {
    const key = `${name} ${JSON.stringify(given.map(({ schema }) => schema))}`;
    if (this.#open.has(key) && !this.#recursive.has(key)) this.#recursive.set(key, this.#freeLabel(name));
    const label = this.#recursive.get(key);
    if (label !== undefined) return referenceTo(label);
    this.#open.add(key);
    try {
      const schema = this.#expanded(name, declaration, given, path, depth);
      const own = this.#recursive.get(key);
      if (own === undefined) return schema;
      const reference = referenceTo(own);
      // Whoever checks a value against it would never come to an end.
      if (leadsTo(schema, reference.$ref))
        return this.#refused(path, `${name} is nothing but itself`, OWN_SCHEMA);
      this.#definitions.set(own, schema);
      return reference;
    } finally {
      this.#open.delete(key);
    }
  }

  #freeLabel(name: string): string {
    const taken = new Set(this.#recursive.values());
    let label = name;
    for (let number = 2; taken.has(label); number++) label = `${name}${number}`;
    return label;
  }

  /** What a reference refers to, where that is known by now. */
  #resolved(schema: Json): Json {
    const reference = (schema as { $ref?: Json } | null)?.$ref;
    if (typeof reference !== "string") return schema;
    for (const [label, definition] of this.#definitions)
      if (referenceTo(label).$ref === reference) return definition;
    return schema;
  }

  #shapeOf(schema: Json): Shape | undefined {
    return shapeOf(this.#resolved(schema));
  }

  #expanded(
    name: string,
    declaration: Declaration,
    given: readonly Given[],
    path: string,
    depth: number,
  ): Json {
    const docBefore = this.#module.docsOf(declaration);
    if (declaration.type === "VariableDeclarator")
      return this.#refused(path, "a value is no type", "write typeof before it");
    if (declaration.type === "TSEnumDeclaration") return this.#enum(name, declaration, path);
    const parameters = new Map<string, Given>();
    const own: Scope = { docBefore, parameters };
    for (const [index, parameter] of (declaration.typeParameters?.params ?? []).entries()) {
      const before = this.#types;
      const one =
        given[index] ??
        (parameter.default === null
          ? undefined
          : { schema: this.#of(parameter.default, path, own, depth + 1), size: this.#types - before });
      if (one !== undefined) parameters.set(parameter.name.name, one);
    }
    if (declaration.type === "TSTypeAliasDeclaration")
      return this.#of(declaration.typeAnnotation, path, own, depth + 1);
    if (declaration.type !== "TSInterfaceDeclaration")
      return this.#refused(path, `${name} is a class`, "declare an interface with what it holds");
    const bases = declaration.extends.map(({ expression, typeArguments }) =>
      expression.type === "Identifier"
        ? this.#named(expression.name, typeArguments?.params ?? [], path, own, depth + 1)
        : this.#refused(path, "it extends a type that is named by a path", OWN_SCHEMA),
    );
    const shape = this.#shape(declaration.body.body, path, own, depth);
    if (bases.length === 0) return objectSchema(shape);
    const shapes = bases.map((base) => this.#shapeOf(base));
    return shapes.every((base) => base !== undefined)
      ? objectSchema(merged([...shapes, shape]))
      : this.#intersection([...bases, objectSchema(shape)], path);
  }

  #enum(
    name: string,
    declaration: Extract<Declaration, { type: "TSEnumDeclaration" }>,
    path: string,
    only?: string,
  ): Json {
    const values: Json[] = [];
    for (const [member, value] of enumMembers(declaration)) {
      if (only !== undefined && member !== only) continue;
      if (value === undefined)
        return this.#refused(path, `the value of ${name}.${member} cannot be told`, "write it out");
      values.push(value);
    }
    this.#count(Math.ceil(values.length / ENUM_MEMBERS_A_TYPE));
    return values.length === 0
      ? this.#refused(path, `${name}${only === undefined ? "" : `.${only}`} has no value`, "declare one")
      : enumSchema(values);
  }

  /** `typeof CONSTANT` */
  #constant(
    { exprName }: Extract<TSType, { type: "TSTypeQuery" }>,
    path: string,
    scope: Scope,
    depth: number,
  ): Json {
    const constant =
      exprName.type === "Identifier" ? this.#module.declarations.get(exprName.name) : undefined;
    if (constant?.type === "VariableDeclarator") {
      const { id, init } = constant;
      const type = "typeAnnotation" in id ? id.typeAnnotation?.typeAnnotation : undefined;
      if (type !== undefined) return this.#of(type, path, scope, depth + 1);
      const schema = init === null ? undefined : schemaOfConstant(init);
      if (schema !== undefined) return schema;
    }
    return this.#refused(path, "what that constant holds cannot be told", OWN_SCHEMA);
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
      const schema = type === undefined ? ANY : this.#ofProperty(type, where, scope, depth + 1);
      const doc = scope.docBefore(member.start);
      properties.push([key, annotated(schema as SchemaObject, doc, (text) => this.#problem(where, text))]);
      if (!member.optional && !(type !== undefined && mayBeUndefined(type))) required.push(key);
    }
    return { properties: Object.fromEntries(properties), required, rest };
  }

  /** Undefined is what a property may be by not being there. */
  #ofProperty(type: TSType, path: string, scope: Scope, depth: number): Json {
    if (!mayBeUndefined(type) || type.type !== "TSUnionType") return this.#of(type, path, scope, depth);
    const members = type.types.filter((member) => member.type !== "TSUndefinedKeyword");
    return unionSchema(members.map((member) => this.#of(member, path, scope, depth)));
  }

  #intersection(parts: readonly Json[], path: string): Json {
    const known = parts.map((part) => this.#resolved(part));
    return (
      intersectionOf(known) ?? this.#refused(path, "what is in all of these types cannot be told", OWN_SCHEMA)
    );
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
    const inner = type.type === "TSParenthesizedType" ? type.typeAnnotation : type;
    const named =
      inner.type === "TSTypeQuery" && inner.exprName.type === "Identifier"
        ? this.#module.declarations.get(inner.exprName.name)
        : undefined;
    // Its values need not be JSON.
    const written =
      named?.type === "VariableDeclarator" && named.init !== null ? keysOfConstant(named.init) : undefined;
    if (written !== undefined) return enumSchema(written);
    const shape = this.#shapeOf(this.#of(inner, path, scope, depth + 1));
    // A record has any.
    if (shape !== undefined && shape.rest !== false) return { type: "string" };
    const keys = Object.keys(shape?.properties ?? {});
    return keys.length === 0
      ? this.#refused(path, "the keys of that type cannot be told", OWN_SCHEMA)
      : enumSchema(keys);
  }

  /** `{ [K in "a" | "b"]: T }` */
  #mapped(type: Extract<TSType, { type: "TSMappedType" }>, path: string, scope: Scope, depth: number): Json {
    const valueFor = (key: Json, where: string) => {
      const parameters = new Map(scope.parameters).set(type.key.name, { schema: key, size: 1 });
      const { typeAnnotation } = type;
      return typeAnnotation === null
        ? ANY
        : this.#ofProperty(typeAnnotation, where, { ...scope, parameters }, depth + 1);
    };
    const constraint = this.#of(type.constraint, path, scope, depth + 1);
    const keys = textsOf(constraint);
    if (keys === undefined)
      return objectSchema({ properties: {}, required: [], rest: valueFor(constraint, `${path}.*`) });
    const properties = Object.fromEntries(
      keys.map((key) => [key, valueFor(enumSchema([key]), `${path}.${key}`)]),
    );
    return objectSchema({ properties, required: type.optional === false ? keys : [], rest: false });
  }

  /** `T["name"]`, and `(typeof LIST)[number]` of a list of constants. */
  #property(
    type: Extract<TSType, { type: "TSIndexedAccessType" }>,
    path: string,
    scope: Scope,
    depth: number,
  ): Json {
    const object = this.#resolved(this.#of(type.objectType, path, scope, depth + 1));
    const members = ((object as { anyOf?: Json[] } | null)?.anyOf ?? [object]).map((one) =>
      this.#resolved(one),
    );
    const keys =
      type.indexType.type === "TSNumberKeyword"
        ? undefined
        : textsOf(this.#of(type.indexType, path, scope, depth + 1));
    const found =
      keys === undefined
        ? members.map(shapeOfArray)
        : members.flatMap((member) => keys.map((key) => propertyOf(shapeOf(member), key)));
    return found.every((one) => one !== undefined)
      ? unionSchema(found)
      : this.#refused(path, "what that type picks cannot be told", OWN_SCHEMA);
  }

  #refused(path: string, what: string, way: string): Json {
    this.#problem(path, `${what}: ${way}`);
    return ANY;
  }
}

/** What as many members of an enum take is what a type takes. */
const ENUM_MEMBERS_A_TYPE = 8;

const OWN_SCHEMA = "write the schema in action.json";

/** What stands around a type and changes nothing about its JSON. */
const WRAPPERS = new Set(["Promise", "PromiseLike", "Readonly", "Awaited", "NoInfer"]);

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
