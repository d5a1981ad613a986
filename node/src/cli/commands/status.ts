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
      const waiting = search.backlog === 0 ? "" : `, ${search.backlog} waiting`;
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
          search: oneLine(`${search.engine}, ${search.embedder}, ${search.vectors} vectors${waiting}`),
          sandbox:
            sandbox === null
              ? output.paint("yellow", "not available: nothing can be verified or run")
              : oneLine(`${sandbox.runner}, deno ${sandbox.deno} (${sandbox.layers.join(", ")})`),
        }),
      );
    });
}
