import type { SearchAnswer } from "action-collective";

/**
 * What a person should know beside the results: whether other peers were asked, and what for; or, where this peer's own
 * answer is weak, that they could be. Pure. Undefined when there is nothing to say.
 * @param wish what was said with --ask or --no-ask
 */
export function askedNote(
  { asked, weak }: Pick<SearchAnswer, "asked" | "weak">,
  wish?: boolean,
): string | undefined {
  if (asked !== null) {
    const found = asked.new === 0 ? "nothing new" : count(asked.new, "new action");
    return `Asked ${count(asked.peers, "peer")}: ${found}.`;
  }
  if (wish === true)
    return "No peer was asked: none is connected that answers questions, or too many were asked just now.";
  if (weak && wish === undefined)
    return "Nothing here fits well. With --ask, up to three connected peers are asked too; the words of the query are sent to them.";
  return undefined;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
