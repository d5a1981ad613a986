import type { Json } from "@action-collective/protocol";

/** An intersection as one object type, so that editors show its properties. */
type Flat<T> = { [Key in keyof T]: T[Key] } & {};

type RequiredOf<S> = S extends { readonly required: readonly (infer Key)[] } ? Key : never;

type ObjectOf<S> = S extends { readonly properties: infer Properties }
  ? Flat<
      { -readonly [Key in keyof Properties as Key & RequiredOf<S>]: FromJsonSchema<Properties[Key]> } & {
        -readonly [Key in Exclude<keyof Properties, RequiredOf<S>>]?: FromJsonSchema<Properties[Key]>;
      }
    >
  : S extends { readonly additionalProperties: infer Rest extends object }
    ? Record<string, FromJsonSchema<Rest>>
    : S extends { readonly patternProperties: infer Patterns }
      ? Record<string, FromJsonSchema<Patterns[keyof Patterns]>>
      : { [key: string]: Json };

type OfType<S, Type> = Type extends readonly (infer One)[]
  ? OfType<S, One>
  : string extends Type
    ? Json
    : Type extends "string"
      ? string
      : Type extends "number" | "integer"
        ? number
        : Type extends "boolean"
          ? boolean
          : Type extends "null"
            ? null
            : Type extends "array"
              ? S extends { readonly items: infer Item extends object }
                ? FromJsonSchema<Item>[]
                : Json[]
              : Type extends "object"
                ? ObjectOf<S>
                : Json;

type AllOf<Members> = Members extends readonly [infer First, ...infer Rest]
  ? FromJsonSchema<First> & AllOf<Rest>
  : unknown;

/**
 * The values that a JSON Schema describes, as far as its type says: TypeBox's types by their shape, and schemas written
 * as literals. What the type does not say is `Json`; bounds, patterns and conditions are no part of it.
 */
export type FromJsonSchema<S> = S extends { readonly const: infer Value }
  ? Value
  : S extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : S extends { readonly anyOf: readonly (infer Member)[] }
      ? FromJsonSchema<Member>
      : S extends { readonly oneOf: readonly (infer Member)[] }
        ? FromJsonSchema<Member>
        : S extends { readonly allOf: infer Members extends readonly unknown[] }
          ? AllOf<Members>
          : S extends { readonly type: infer Type }
            ? OfType<S, Type>
            : Json;
