import type { Json } from "@action-collective/protocol";
import type { Node } from "../types.ts";
import { InvalidGraphError } from "./errors.ts";
import { Mapper } from "./mapper.ts";
import type { NetworkOptions } from "./network.ts";

/** A node that can be linked to others. */
export interface Linking extends Node {
  readonly links: { link(node: Node, metadata?: Readonly<Record<string, Json>>): unknown };
}

type NameOf<Nodes> = keyof Nodes & string;
/** Names of those that edges may begin at. */
type LinkingNameOf<Nodes> = {
  [Name in NameOf<Nodes>]: Nodes[Name] extends Linking ? Name : never;
}[NameOf<Nodes>];

export type Edge<Nodes> =
  | readonly [from: LinkingNameOf<Nodes>, to: NameOf<Nodes>]
  | readonly [from: LinkingNameOf<Nodes>, to: NameOf<Nodes>, metadata: Readonly<Record<string, Json>>];

export interface GraphLiteral<Nodes extends Readonly<Record<string, Node>>> {
  readonly nodes: Nodes;
  /** From, to, and what is said of the link. In this order the links are made. */
  readonly edges: readonly Edge<Nodes>[];
  /** The node that gets what the graph receives. */
  readonly entry: NameOf<Nodes>;
}

/** Nodes linked to each other, as one node. */
export class Graph<Nodes extends Readonly<Record<string, Node>>> extends Mapper {
  readonly nodes: Nodes;

  /** @throws {InvalidGraphError} */
  constructor({ nodes, edges, entry }: GraphLiteral<Nodes>, options: NetworkOptions = {}) {
    super(options);
    this.nodes = nodes;
    const problems = problemsOf(nodes, edges, entry);
    if (problems.length > 0) throw new InvalidGraphError(problems);
    for (const [from, to, metadata] of edges)
      (nodes[from] as Linking).links.link(nodes[to] as Node, metadata);
    this.links.link(nodes[entry] as Node);
  }
}

/**
 * A network from a literal: `graph({ nodes: { ask: new Mapper(), one, other }, edges: [["ask", "one"], ["ask", "other", { for:
 * "dates" }]], entry: "ask" })`. What it receives goes to its entry; what that answers is the answer.
 * @throws {InvalidGraphError} with everything that is wrong with it; nothing is linked then
 */
export function graph<Nodes extends Readonly<Record<string, Node>>>(
  literal: GraphLiteral<Nodes>,
  options?: NetworkOptions,
): Graph<Nodes> {
  return new Graph(literal, options);
}

function problemsOf(
  nodes: Readonly<Record<string, Node>>,
  edges: readonly (readonly [string, string, unknown?])[],
  entry: string,
): string[] {
  const problems: string[] = [];
  const known = (name: string) => Object.hasOwn(nodes, name);
  const names = new Map<string, string>();
  for (const [name, { id }] of Object.entries(nodes)) {
    const other = names.get(id);
    if (other === undefined) names.set(id, name);
    else problems.push(`"${other}" and "${name}" are both "${id}"`);
  }
  const seen = new Set<string>();
  for (const [from, to] of edges) {
    const edge = JSON.stringify([from, to]);
    if (seen.has(edge)) problems.push(`the edge ${edge} is there twice`);
    seen.add(edge);
    for (const name of new Set([from, to]))
      if (!known(name)) problems.push(`the edge ${edge} names "${name}", and no node is called so`);
    if (known(from) && !isLinking(nodes[from]))
      problems.push(`the edge ${edge} begins at a node that has no links`);
    if (from === to && known(from)) problems.push(`the edge ${edge} leads back to where it begins`);
  }
  if (!known(entry)) problems.push(`the entry is "${entry}", and no node is called so`);
  return problems;
}

function isLinking(node: Node | undefined): node is Linking {
  const { links } = (node ?? {}) as { readonly links?: Partial<Linking["links"]> };
  return typeof links?.link === "function";
}
