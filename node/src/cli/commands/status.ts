import type { Status } from "action-collective";
import type { Command } from "commander";
import { countText, sizeText } from "../amounts.ts";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";
import { shortIds } from "../short-id.ts";
import { pairs } from "../table.ts";

export function addStatus(program: Command, { client, output }: CommandContext): void {
  program
    .command("status")
    .description("show what the peer holds and does")
    .addHelpText("after", example("collective status", "collective status --json"))
    .action(async () => {
      const status = await client().status();
      const { actions, search, sandbox } = status;
      output.data(status, () =>
        pairs(output, {
          peer: oneLine(status.peerId),
          version: oneLine(status.version),
          network: oneLine(status.network),
          home: oneLine(status.home),
          since: new Date(status.startedAt).toISOString(),
          listens: listensLines(status),
          reached: reachedLine(status.reachability),
          api: status.api.map((address) => oneLine(address)).join("\n"),
          peers: `${status.peers} connected`,
          joins: oneLine(status.joining.note) || undefined,
          "public DHT": publicDhtLine(status.publicDht),
          warning:
            status.warnings.map((warning) => output.paint("yellow", oneLine(warning))).join("\n") ||
            undefined,
          actions: `${actions.known} known: ${actions.passed} passed, ${actions.failed} failed, ${pendingText(status)}, ${actions.unknown} unknown`,
          records: String(status.records),
          seeding: seedingLine(status.seeding),
          "give and take": giveAndTakeLines(status.giveAndTake).join("\n"),
          policy: policyLine(status.policy),
          search: searchLines(search)
            .map((line) => oneLine(line))
            .join("\n"),
          asking: askingLine(status.traffic.asking),
          sandbox:
            sandbox === null
              ? output.paint("yellow", "not available: nothing can be verified or run")
              : oneLine(`${sandbox.runner}, deno ${sandbox.deno} (${sandbox.layers.join(", ")})`),
        }),
      );
    });
}

const WAITS = {
  load: "waiting until the machine is less busy",
  rate: "no more this minute, by --verify-per-minute",
  "asked-only": "tested when somebody runs them, by --no-verify",
} as const;

function pendingText({ actions, verificationWaitsFor: why }: Status): string {
  return `${actions.pending} pending${why === null ? "" : ` (${WAITS[why]})`}`;
}

function listensLines({ addresses, reachability }: Status): string {
  if (addresses.length > 0) return addresses.map((address) => oneLine(address)).join("\n");
  return reachability.state === "outbound-only"
    ? "nowhere"
    : "yes, but no address that others reach is known yet";
}

/** What is done in the DHT that all IPFS nodes share. */
function publicDhtLine(publicDht: Status["publicDht"]): string | undefined {
  if (publicDht === undefined) return undefined;
  const { state, provided, lookUps, heardOf, announced, announcing, guests } = publicDht;
  return [
    state === "unreachable" ? "none of its nodes could be reached" : state,
    provided ? "this peer can be found there" : "this peer cannot be found there",
    `${lookUps} look-ups brought ${heardOf} addresses`,
    ...(announced + announcing === 0 ? [] : [`${announced} blocks announced, ${announcing} waiting`]),
    ...(guests === 0 ? [] : [`${guests} strangers fetching`]),
  ].join(", ");
}

/** How other peers get to this one. */
function reachedLine({ state, relays }: Status["reachability"]): string {
  switch (state) {
    case "direct":
      return "directly: other peers have dialled this one";
    case "relayed":
      return `through ${relays.length === 1 ? "a relay" : `${relays.length} relay addresses`}: ${oneLine(relays.join(", "))}`;
    case "outbound-only":
      return "not at all: this peer only dials out, and no relay holds a place for it";
    case "unknown":
      return "not known yet: no other peer has dialled this one";
  }
}

/** What embeds and how far it is; what is under way or costs something has a line of its own. */
function searchLines({ engine, embedder, vectors, backlog, rebuilding, usage }: Status["search"]): string[] {
  const waiting = backlog === 0 ? "" : `, ${backlog} waiting`;
  return [
    `${engine}, ${embedder}, ${vectors} vectors${waiting}`,
    ...(rebuilding === null
      ? []
      : [
          `rebuilding for ${rebuilding.to}: ${rebuilding.done} of ${rebuilding.total}; ${rebuilding.from} serves meanwhile`,
        ]),
    ...(usage === undefined
      ? []
      : [
          `${usage.requests} requests, ${usage.tokens} tokens${usage.cost === undefined ? "" : `, cost ${usage.cost.toFixed(4)}`} since the start`,
        ]),
  ];
}

/** What of others' actions is on this disk. */
function seedingLine({ bytes, quotaBytes, actions, scarce, own }: Status["seeding"]): string {
  const megabytes = (size: number) => (size / (1024 * 1024)).toFixed(1);
  const rare = scarce === 0 ? "" : ` (${scarce} that few others hold)`;
  return `${actions} actions of others${rare}, ${megabytes(bytes)} of ${megabytes(quotaBytes)} MB; ${own} of one's own`;
}

/** Peers that were given most, or gave most. */
const DEALT_WITH_SHOWN = 3;

/** What went both ways, and what decides when there is not enough for all. */
function giveAndTakeLines({
  givenBytes,
  takenBytes,
  putOff,
  contended,
  peers,
}: Status["giveAndTake"]): string[] {
  const short = shortIds(peers.map(({ peer }) => peer));
  const most = peers
    .slice(0, DEALT_WITH_SHOWN)
    .map(
      ({ peer, givenBytes: given, takenBytes: taken, share }) =>
        `${oneLine(short(peer))}: gave ${sizeText(given)}, took ${sizeText(taken)}, has ${share.toFixed(2)} of a newcomer's ration`,
    );
  const now = contended ? "; more is asked than there is, so shares decide now" : "";
  return [
    `gave ${sizeText(givenBytes)}, took ${sizeText(takenBytes)}, ${countText(putOff, "request")} put off${now}`,
    ...most,
  ];
}

function policyLine({ rules, lists, hidden }: Status["policy"]): string {
  return `${countText(rules, "rule")}, ${countText(lists, "block list")}, ${countText(hidden, "known action")} hidden`;
}

/** Search across peers, both ways. */
function askingLine({ questions, new: fresh, served, putOff }: Status["traffic"]["asking"]): string {
  return `${questions} asked of other peers (${fresh} new actions), ${served} of theirs answered, ${putOff} put off`;
}
