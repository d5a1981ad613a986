import { join } from "node:path";
import type { Command } from "commander";
import { replaceFile } from "../../home.ts";
import { type CommandContext, example } from "../command.ts";
import { openerOf, openFile, redirectPage } from "../open-browser.ts";
import { oneLine } from "../output.ts";

/** Stays in the home, and is written anew each time: what it leads to counts once, and for a minute. */
const REDIRECT_FILE = "open-dashboard.html";

const NOTHING_OPENS = 'If no page appears, "collective open --print" gives the link to open by hand.';
const BY_HAND = "Open this link in a browser on this machine. It logs in once, within a minute:";

export function addOpen(program: Command, { client, home, io, output }: CommandContext): void {
  program
    .command("open")
    .description("open the peer's dashboard in the browser, logged in")
    .option("--print", "only print the link; it logs in once, within a minute")
    .addHelpText("after", example("collective open", "collective open --print"))
    .action(async ({ print = false }: { print?: boolean }) => {
      const link = await client().openDashboard();
      const opener = print ? undefined : openerOf(process.platform, io.env);
      const opened = opener !== undefined && (await openIn(opener, link.url));
      if (opened) output.note(`The dashboard opens in your browser.\n${NOTHING_OPENS}`);
      else if (!print) output.note(BY_HAND);
      output.data({ ...link, opened }, () => (opened ? [] : [oneLine(link.url)]));
    });

  async function openIn(opener: string, url: string): Promise<boolean> {
    const file = join(home(), REDIRECT_FILE);
    await replaceFile(file, redirectPage(url));
    return await openFile(opener, file, io.env);
  }
}
