import type { PeerView, TrustStatement, TrustView } from "action-collective";
import { countText, sizeText } from "./amounts.ts";
import { type Output, oneLine } from "./output.ts";
import { dayOf, introducers, levelText, pathText } from "./peer-text.ts";
import { shortIds } from "./short-id.ts";
import { pairs, table } from "./table.ts";

/** Ways by which a peer's word reaches this one that are shown to a person. */
const PATHS_SHOWN = 5;

/** Whom the user trusts and distrusts, and whom to follow might be worth it. */
export function trustLines(output: Output, trust: TrustView): string[] {
  const { statements, suggestedByNetwork, suggestions } = trust;
  const short = shortIds([
    ...statements.map(({ peer }) => peer),
    ...suggestedByNetwork,
    ...suggestions.map(({ peer }) => peer),
  ]);
  const parts = [
    part(output, "What you said", statementRows(output, statements, short)),
    part(
      output,
      "Suggested by the network's list; they count a little, and less the more you find out yourself",
      suggestedByNetwork.map((peer) => output.paint("cyan", oneLine(short(peer)))),
    ),
    part(output, "Their verdicts agreed with your own", suggestionRows(output, suggestions, short)),
  ];
  return parts.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

/** Whom to follow next; undefined when nobody is suggested that nothing was said of. */
export function nextToFollow({ statements, suggestedByNetwork, suggestions }: TrustView): string | undefined {
  const said = new Set(statements.map(({ peer }) => peer));
  return [...suggestions.map(({ peer }) => peer), ...suggestedByNetwork].find((peer) => !said.has(peer));
}

/** Everything this peer thinks of another one. */
export function peerLines(output: Output, view: PeerView, trust: TrustView): string[] {
  const { author, dealings } = view;
  const short = shortIds([view.peer, ...view.paths.flat()]);
  const introduced = introducers(trust);
  const ways = view.paths.slice(0, PATHS_SHOWN).map((path) => pathText(path, short, introduced));
  const unshown = view.paths.length - ways.length;
  return pairs(output, {
    peer: oneLine(view.peer),
    connected: view.connected ? "yes" : "no",
    "you say": statementText(output, view.statement),
    "its word":
      view.discredited === null
        ? [
            `${shareText(view.trust)} of the trust that this peer gives to others, beside its own tests${view.suggestedByNetwork ? "; the network's list suggests it" : ""}`,
            ...(ways.length > 0 ? ways : [pathText([], short, introduced)]),
            ...(unshown > 0 ? [`… and ${countText(unshown, "other way")}`] : []),
          ].join("\n")
        : output.paint("red", `counts for nothing: ${oneLine(view.discredited)}`),
    "as a rater":
      view.agreements + view.disagreements === 0
        ? "not known: nothing that it said was tested here yet"
        : `reliable to ${view.reliability.toFixed(2)}: ${countText(view.agreements, "verdict")} of it right, ${view.disagreements} wrong, by this peer's own tests`,
    "as an author":
      author.actions === 0
        ? "not known: no action of it is known here"
        : `score ${author.score.toFixed(2)}: ${countText(author.actions, "action")}, ${author.good} good and ${author.bad} bad here`,
    "it was given": `${sizeText(dealings.givenBytes)}, and put off ${countText(dealings.putOff, "time")}`,
    "it gave": `${sizeText(dealings.takenBytes)}, ${countText(dealings.right, "verdict")} that proved right and ${dealings.wrong} wrong, ${countText(dealings.useful, "useful run")} of its actions`,
    share: `${dealings.share.toFixed(2)} of a newcomer's ration, where there is not enough for all`,
    successor: view.successor === null ? undefined : oneLine(view.successor),
  });
}

/** One statement, as `collective follow` and its like answer. */
export function saidLine(output: Output, { peer, level }: TrustStatement): string {
  const { text, style } = levelText(level);
  return `${oneLine(peer)}  ${output.paint(style, text)}`;
}

function statementText(output: Output, statement: TrustStatement | null): string {
  if (statement === null || statement.level === 0) return "nothing";
  const { level, since, reason, published } = statement;
  const { text, style } = levelText(level);
  const why = reason === "" ? "" : `: ${oneLine(reason)}`;
  return `${output.paint(style, text)} since ${dayOf(since)}, ${published ? "published" : "known to you alone"}${why}`;
}

function statementRows(
  output: Output,
  said: TrustView["statements"],
  short: (id: string) => string,
): string[] {
  if (said.length === 0) return [];
  return table(
    output,
    ["PEER", "SAID", "SINCE", "PUBLISHED", "REASON"],
    said.map(({ peer, level, since, published, reason }) => [
      { text: short(peer), style: "cyan" },
      levelText(level),
      { text: dayOf(since) },
      { text: published ? "yes" : "no" },
      { text: reason },
    ]),
  );
}

function suggestionRows(
  output: Output,
  suggestions: TrustView["suggestions"],
  short: (id: string) => string,
): string[] {
  if (suggestions.length === 0) return [];
  return table(
    output,
    ["PEER", "AGREED", "DIFFERED", "USEFUL ACTIONS", "WHY"],
    suggestions.map(({ peer, agreements, disagreements, useful, why }) => [
      { text: short(peer), style: "cyan" },
      { text: String(agreements) },
      { text: String(disagreements) },
      { text: String(useful) },
      { text: why },
    ]),
  );
}

function part(output: Output, heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [output.paint("bold", heading), ...lines.map((line) => `  ${line}`)];
}

/** Whoever follows one peer gives it everything: that is a share among others, and nothing to be alarmed about. */
function shareText(share: number): string {
  const percent = (100 * share).toFixed(1);
  return percent === "100.0" ? "all" : `${percent} %`;
}
