import type { Proof, VerificationView } from "@action-collective/protocol";
import { failures } from "@action-collective/protocol";
import { readActionSource } from "action-collective";
import type { Command } from "commander";
import { VerificationFailedError, VerificationUnknownError } from "../../verification/errors.ts";
import { askYes, isInteractive } from "../ask-yes.ts";
import { type CommandContext, example } from "../command.ts";
import { NearDuplicateError, similarHeading, similarLines } from "../near-duplicates.ts";
import { type Output, oneLine } from "../output.ts";
import { alongLine, PublishesAlongError } from "../publishes-along.ts";
import { explain, summaryOf } from "../verification-text.ts";

interface PublishOptions {
  readonly check?: boolean;
  readonly yes?: boolean;
}

export function addPublish(program: Command, { client, output, io, end }: CommandContext): void {
  program
    .command("publish")
    .description("verify an action here, then sign, keep and announce it; prints its id")
    .argument("<path>", "a folder with action.ts or .js and perhaps action.json and a test, or one such file")
    .option("--check", "verify it and say what came of it; publish nothing")
    .option("--yes", "publish although the collective has much the same, and with it what it uses")
    .addHelpText(
      "after",
      `\nWhat action.json leaves out is taken from the code's types and comments. What the collective has already that is\nmuch like it is shown first, as is what would be published along with it because it is used: a terminal is asked, a\nprogram needs --yes or ends with 7.\n${example("collective publish ./my-action/ --check", "collective publish ./my-action/")}`,
    )
    .action(async (path: string, { check, yes }: PublishOptions) => {
      const peer = client();
      const { definition, described } = await readActionSource(path, (code, language) =>
        peer.describe(code, { language }),
      );
      if (described.length > 0) output.note(`From its types and comments: ${described.join(", ")}.`);
      const proof = await peer.prove(definition);
      const { similar } = proof;
      if (check) {
        end(report(proof, output));
        return;
      }
      demandPass(proof.name, proof.verification);
      const { publishesAlong = [] } = proof;
      if ((similar.length > 0 || publishesAlong.length > 0) && !yes) {
        // With --json, stderr is for one document too.
        if (output.json || !isInteractive(io))
          throw similar.length > 0
            ? new NearDuplicateError(proof.name, similar)
            : new PublishesAlongError(proof.name, publishesAlong);
        if (similar.length > 0)
          io.stderr.write(
            `${[similarHeading(similar.length), ...similarLines(similar).map(indented)].join("\n")}\n`,
          );
        if (publishesAlong.length > 0) io.stderr.write(`${alongLine(publishesAlong)}\n`);
        if (!(await askYes(io, "Publish all the same?"))) {
          output.note("It was not published.");
          end(failures["near-duplicate"].exit);
          return;
        }
      } else {
        noteSimilar(proof, output);
        noteAlong(proof, output);
      }
      const published = await peer.publish(definition);
      output.data(published, () => [oneLine(published.id)]);
      const { name, fresh, recipients, verification, advice } = published;
      output.note(
        `${fresh ? "Published" : "Had already published"} ${oneLine(name)}: ${summaryOf(verification)}; told ${recipients} ${recipients === 1 ? "peer" : "peers"}.`,
      );
      noteEarlier(proof, output);
      for (const hint of advice) output.note(`Hint: ${oneLine(hint)}`);
    });
}

/** @returns the exit code: what did not pass ends as `collective verify` does. */
function report(proof: Proof, output: Output): number {
  const { id, name, verification, unpublishable, advice } = proof;
  const passed = verification.outcome === "pass";
  output.data(proof, () => [
    `${verification.outcome}  ${oneLine(name)}: ${summaryOf(verification)}`,
    ...explain(verification, (status) => status),
  ]);
  noteSimilar(proof, output);
  noteAlong(proof, output);
  noteEarlier(proof, output);
  for (const hint of advice) output.note(`Hint: ${oneLine(hint)}`);
  if (unpublishable !== undefined) output.note(`It would not be published: ${oneLine(unpublishable)}`);
  else if (passed) output.note(`Nothing was published. It would be ${oneLine(id)}.`);
  if (!passed) return failures["verification-failed"].exit;
  return unpublishable === undefined ? 0 : failures["refused-by-policy"].exit;
}

/** @throws {VerificationFailedError | VerificationUnknownError} as publishing would, and without trying again. */
function demandPass(name: string, verification: VerificationView): void {
  if (verification.outcome === "fail") throw new VerificationFailedError(name, verification);
  if (verification.outcome === "unknown") throw new VerificationUnknownError(name, verification.reason);
}

function noteSimilar({ similar }: Proof, output: Output): void {
  if (similar.length === 0) return;
  output.note([similarHeading(similar.length), ...similarLines(similar).map(indented)].join("\n"));
}

function noteAlong({ publishesAlong = [] }: Proof, output: Output): void {
  if (publishesAlong.length > 0) output.note(alongLine(publishesAlong));
}

/** Both stay, and a search shows one for both, unless the earlier one is taken back. */
function noteEarlier({ earlier = [] }: Proof, output: Output): void {
  for (const id of earlier)
    output.note(`You published an earlier version; \`collective withdraw ${oneLine(id)}\` takes it back.`);
}

function indented(line: string): string {
  return `  ${line}`;
}
