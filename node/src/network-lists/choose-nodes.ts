import type { NetworkListContent, NetworkOperator } from "@action-collective/protocol";
import { nodeOf } from "./address.ts";
import { MAX_ADDRESSES_PER_NODE, MAX_NODES, MAX_NODES_PER_OPERATOR } from "./limits.ts";

/**
 * Whom of a list to join through: operators in random order, one node of each before a second of any, so that no
 * operator carries or sees the whole network. Pure; `random` gives [0, 1).
 */
export function chooseNodes({ operators }: NetworkListContent, random: () => number): string[] {
  const offers = shuffled(operators, random).map((operator) => nodesOf(operator, random));
  const chosen: string[][] = [];
  for (let round = 0; round < MAX_NODES_PER_OPERATOR; round++)
    for (const nodes of offers) {
      const node = nodes[round];
      if (node !== undefined && chosen.length < MAX_NODES) chosen.push(node);
    }
  return chosen.flat();
}

/** The addresses of each node, nodes and addresses in random order. */
function nodesOf({ addresses }: NetworkOperator, random: () => number): string[][] {
  const nodes = Map.groupBy(shuffled(addresses, random), nodeOf);
  return [...nodes.values()].map((own) => own.slice(0, MAX_ADDRESSES_PER_NODE));
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const rest = [...items];
  const drawn: T[] = [];
  while (rest.length > 0) drawn.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return drawn;
}
