import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { table } from "../table.ts";

export function addPeers(program: Command, { client, output }: CommandContext): void {
  program
    .command("peers")
    .description("show who the peer is connected to, and what it thinks of them")
    .addHelpText("after", example("collective peers"))
    .action(async () => {
      const peers = await client().peers();
      output.data({ peers }, () =>
        peers.length === 0
          ? []
          : table(
              output,
              ["PEER", "SCORE", "AGREED", "DIFFERED", "GOSSIP", "OPENED BY", "ADDRESS"],
              peers.map((peer) => [
                { text: peer.id },
                { text: peer.score.toFixed(2) },
                { text: String(peer.agreements) },
                { text: String(peer.disagreements) },
                { text: peer.gossip ? "yes" : "no" },
                { text: peer.direction === "inbound" ? "them" : "us" },
                { text: peer.address },
              ]),
            ),
      );
      if (peers.length === 0)
        output.note("No peers are connected. Others join with an address of `collective id`.");
    });
}
