import type { Node, Program } from "oxc-parser";
import { MOST_TREE_DEPTH } from "./limits.ts";

/** Names of the properties of each type of node that hold other nodes, as oxc-parser exports them. */
export type VisitorKeys = Readonly<Record<string, readonly string[]>>;

export interface Visit {
  readonly node: Node;
  /** From the nearest outwards; undefined at the program. */
  readonly parent: Node | undefined;
}

/** Every node of a program, or of a part of one, in the order of its text, without recursion. @throws {SyntaxError} it is nested too deep */
export function* walk(program: Program | Node, keys: VisitorKeys): Generator<Visit> {
  const open: (Visit & { readonly depth: number })[] = [{ node: program, parent: undefined, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (depth > MOST_TREE_DEPTH) throw new SyntaxError(`it is nested deeper than ${MOST_TREE_DEPTH} levels`);
    yield next;
    for (const child of childrenOf(node, keys).reverse())
      open.push({ node: child, parent: node, depth: depth + 1 });
  }
}

/** The nodes directly in a node, in the order of its text. */
export function childrenOf(node: Node, keys: VisitorKeys): Node[] {
  const properties = node as unknown as Readonly<Record<string, unknown>>;
  return (keys[node.type] ?? []).flatMap((key) => [properties[key]].flat()).filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
