import type { MadeOfPackage } from "../../importing/make-each.ts";
import { type ProvedAction, proveActions } from "../../importing/prove-actions.ts";
import { writeFolders } from "../../importing/write-folders.ts";
import { askYes, isInteractive } from "../ask-yes.ts";
import type { CommandContext } from "../command.ts";
import { oneLine } from "../output.ts";
import { UsageError } from "../report-failure.ts";
import type { ImportOptions } from "./import-options.ts";
import {
  alikeText,
  groupedNotes,
  groupedReasons,
  type ImportReport,
  provedOf,
  reportLines,
} from "./import-text.ts";
import { counter } from "./progress.ts";

/** What was found somewhere, and what could be made of it. */
export interface Imported {
  readonly name: string;
  /** How many there are of what may become actions, and what these are. */
  readonly count: number;
  readonly what: string;
  readonly made: MadeOfPackage;
  readonly tests?: ImportReport["tests"];
}

/** The beginning of a description says what it is. */
const QUERY_CHARACTERS = 500;

/** Proves what was made, writes it out, publishes it after a yes, and says what became of all; ends with 1 when that is nothing. */
export async function finishImport(
  { name, count, what, made, tests }: Imported,
  options: Pick<ImportOptions, "out" | "publish" | "yes">,
  context: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const { output } = context;
  const peer = context.client();
  const proving = counter(context, "Proved", made.made.length);
  const began = performance.now();
  const { proved, refused } = await proveActions(
    made.made,
    ({ definition }, aborted) => peer.prove(definition, { keep: true, signal: aborted }),
    {
      // The peer's own index: what is imported is nobody else's business yet.
      look: (query, aborted) =>
        peer.search(query.slice(0, QUERY_CHARACTERS), { ask: false, limit: 5, signal: aborted }),
      signal,
      progress: proving.progress,
    },
  );
  proving.end();
  const provedMs = Math.round(performance.now() - began);
  const folders = options.out === undefined ? undefined : await writeFolders(options.out, proved);
  const all = [...made.refused, ...refused];
  const report: ImportReport = {
    package: name,
    functions: count,
    what,
    proved: proved.map(provedOf),
    refused: all,
    reasons: groupedReasons(all),
    notes: groupedNotes(proved),
    ...(tests === undefined ? {} : { tests }),
    durationMs: { make: made.durationMs, prove: provedMs },
    ...(folders === undefined ? {} : { folders }),
  };
  const published = options.publish ? await publishAll(proved, options, context, signal) : undefined;
  output.data(published === undefined ? report : { ...report, published }, () => reportLines(report, output));
  if (folders !== undefined)
    output.note(
      `Wrote ${folders.length} ${folders.length === 1 ? "folder" : "folders"} to ${oneLine(options.out ?? "")}.`,
    );
  if (published === undefined && proved.length > 0) output.note(nextStep(options.out));
  // Some that are not proved are to be expected; none at all is a failure.
  if (proved.length === 0) context.end(1);
}

/** What a person does with what was proved. */
function nextStep(out: string | undefined): string {
  const kept = "This peer keeps them; nothing was published.";
  return out === undefined
    ? `${kept} Try one: \`collective run NAME\`. To look at them first, --out FOLDER writes each into a folder; --publish publishes all.`
    : `${kept} Look at a folder, change what you like, then: \`collective publish ${oneLine(out)}/NAME\`. --publish publishes all.`;
}

/** @returns the ids that were published; none without a yes */
async function publishAll(
  proved: readonly ProvedAction[],
  { yes }: Pick<ImportOptions, "yes">,
  { io, output, client }: CommandContext,
  signal: AbortSignal,
): Promise<string[]> {
  const mayLeave = proved.filter(({ unpublishable }) => unpublishable === undefined);
  if (mayLeave.length === 0) return [];
  if (!yes) {
    if (output.json || !isInteractive(io))
      throw new UsageError("nobody is there to say yes to publishing", "Give --yes, or leave out --publish.");
    for (const { definition, from, similar } of mayLeave)
      io.stderr.write(
        `  ${oneLine(definition.name)} (${oneLine(definition.licence)}, ${oneLine(from)})${similar.length === 0 ? "" : `; much like ${similar.map(alikeText).join(", ")}`}\n`,
      );
    const question = `Publish these ${mayLeave.length} actions, with their code and cases, to everybody?`;
    if (!(await askYes(io, question))) {
      output.note("Nothing was published.");
      return [];
    }
  }
  const ids: string[] = [];
  const peer = client();
  for (const { definition } of mayLeave) ids.push((await peer.publish(definition, { signal })).id);
  output.note(`Published ${ids.length} ${ids.length === 1 ? "action" : "actions"}.`);
  return ids;
}
