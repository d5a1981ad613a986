import type { Status } from "action-collective";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";
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
          listens: status.addresses.map((address) => oneLine(address)).join("\n") || "nowhere",
          api: status.api.map((address) => oneLine(address)).join("\n"),
          peers: `${status.peers} connected`,
          actions: `${actions.known} known: ${actions.passed} passed, ${actions.failed} failed, ${actions.pending} pending, ${actions.unknown} unknown`,
          records: String(status.records),
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

/** Search across peers, both ways. */
function askingLine({ questions, new: fresh, served, putOff }: Status["traffic"]["asking"]): string {
  return `${questions} asked of other peers (${fresh} new actions), ${served} of theirs answered, ${putOff} put off`;
}
