import type { TSType } from "oxc-parser";
import { MOST_TYPES } from "./limits.ts";
import type { SourceModule } from "./source-module.ts";

/** What of a method's return type is answered: promises and streams taken off. */
export interface Answers {
  /** Of one answer; undefined where it answers nothing. */
  readonly type: TSType | undefined;
  readonly streams: boolean;
}

/** Names that stand for types, and types around types. */
const MOST_STEPS = 16;

const PROMISES = new Set(["Promise", "PromiseLike", "Awaited"]);
/** What yields, by its first type argument. */
const STREAMS = new Set([
  "AsyncIterable",
  "AsyncIterableIterator",
  "AsyncIteratorObject",
  "AsyncGenerator",
  "Iterable",
  "IterableIterator",
  "IteratorObject",
  "Generator",
]);
const NOTHING = new Set(["TSVoidKeyword", "TSUndefinedKeyword", "TSNeverKeyword"]);

/** Reads `Promise<T>`, `AsyncGenerator<T>`, `T | Promise<T> | AsyncIterable<T>`, and names of such types. Pure. */
export function answersOf(returned: TSType, module: SourceModule): Answers {
  const { types, streams } = partsOf(returned, module, { steps: 0, left: { types: MOST_TYPES } });
  const [only] = types;
  if (types.length < 2) return { type: only, streams };
  return {
    type: { type: "TSUnionType", types: [...types], start: returned.start, end: returned.end },
    streams,
  };
}

interface Parts {
  readonly types: readonly TSType[];
  readonly streams: boolean;
}

/** How far names and types are followed: inwards, and in all. */
interface Bounds {
  readonly steps: number;
  readonly left: { types: number };
}

function partsOf(type: TSType, module: SourceModule, { steps, left }: Bounds): Parts {
  const inside = (inner: TSType) => partsOf(inner, module, { steps: steps + 1, left });
  left.types -= 1;
  const whole: Parts = { types: [type], streams: false };
  if (NOTHING.has(type.type)) return { types: [], streams: false };
  if (steps > MOST_STEPS || left.types < 0) return whole;
  if (type.type === "TSParenthesizedType") return inside(type.typeAnnotation);
  if (type.type === "TSUnionType") {
    const members = type.types.map(inside);
    return {
      types: members.flatMap(({ types }) => types),
      streams: members.some(({ streams }) => streams),
    };
  }
  if (type.type !== "TSTypeReference" || type.typeName.type !== "Identifier") return whole;
  const { name } = type.typeName;
  const declared = module.declarations.get(name);
  // Other names stay: schemas of recursive types need theirs.
  if (declared?.type === "TSTypeAliasDeclaration" && declared.typeParameters === null)
    return isAround(declared.typeAnnotation) ? inside(declared.typeAnnotation) : whole;
  if (declared !== undefined || !(PROMISES.has(name) || STREAMS.has(name))) return whole;
  const [first] = type.typeArguments?.params ?? [];
  const { types, streams } = first === undefined ? { types: [], streams: false } : inside(first);
  return { types, streams: streams || STREAMS.has(name) };
}

/** Promises or streams are in it, or nothing. */
function isAround(type: TSType, steps = 0): boolean {
  if (steps > MOST_STEPS) return false;
  if (type.type === "TSParenthesizedType") return isAround(type.typeAnnotation, steps + 1);
  if (type.type === "TSUnionType") return type.types.some((member) => isAround(member, steps + 1));
  if (type.type !== "TSTypeReference" || type.typeName.type !== "Identifier") return NOTHING.has(type.type);
  return PROMISES.has(type.typeName.name) || STREAMS.has(type.typeName.name);
}
