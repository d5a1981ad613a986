import type { Command } from "commander";
import { sizeText } from "../amounts.ts";
import { type CommandContext, example } from "../command.ts";
import { shortIds } from "../short-id.ts";
import { table } from "../table.ts";

export function addPeers(program: Command, { client, output }: CommandContext): void {
  program
    .command("peers")
    .description("show who the peer is connected to, and what it thinks of them")
    .addHelpText(
      "after",
      `\nGAVE and TOOK are what this peer gave to it and took from it since they met. SHARE is how much of a newcomer's ration\nit gets where there is not enough for all. \`collective trust PEER\` shows more of one of them.\n${example("collective peers")}`,
    )
    .action(async () => {
      const peers = await client().peers();
      const short = shortIds(peers.map(({ id }) => id));
      output.data({ peers }, () =>
        peers.length === 0
          ? []
          : table(
              output,
              [
                "PEER",
                "RATER",
                "AGREED",
                "DIFFERED",
                "GAVE",
                "TOOK",
                "SHARE",
                "GOSSIP",
                "OPENED BY",
                "ADDRESS",
              ],
              peers.map((peer) => [
                { text: short(peer.id), style: "cyan" },
                { text: peer.score.toFixed(2) },
                { text: String(peer.agreements) },
                { text: String(peer.disagreements) },
                { text: sizeText(peer.givenBytes) },
                { text: sizeText(peer.takenBytes) },
                { text: peer.share.toFixed(2) },
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
