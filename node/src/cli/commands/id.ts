import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";
import { pairs } from "../table.ts";

export function addId(program: Command, { client, output }: CommandContext): void {
  program
    .command("id")
    .description("show who the peer is and where others reach it")
    .addHelpText("after", example("collective id"))
    .action(async () => {
      const identity = await client().identity();
      output.data(identity, () =>
        pairs(output, {
          peer: oneLine(identity.peerId),
          network: oneLine(identity.network),
          addresses: identity.addresses.map((address) => oneLine(address)).join("\n") || "none yet",
        }),
      );
    });
}
