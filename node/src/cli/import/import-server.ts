import { LiveServer, type ServerPlace, shownPlace } from "../../importing/mcp/connect.ts";
import { findServer, makeOfServer } from "../../importing/mcp/import-server.ts";
import { entryOf } from "../../importing/mcp/server-source.ts";
import { readGivenInputs } from "../../importing/skills/given-inputs.ts";
import type { CommandContext } from "../command.ts";
import { oneLine } from "../output.ts";
import { UsageError } from "../report-failure.ts";
import { askToRun } from "./ask-to-run.ts";
import { finishImport } from "./finish-import.ts";
import type { ImportOptions } from "./import-options.ts";
import { counter } from "./progress.ts";

/** Imports the tools of an MCP server whose code is on this machine. */
export async function importServer(
  place: ServerPlace,
  options: ImportOptions,
  context: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const { output, io } = context;
  const given = options.inputs === undefined ? [] : readGivenInputs(options.inputs);
  const entry = options.source ?? ("command" in place ? entryOf(place.command, process.cwd()) : undefined);
  const found = entry === undefined ? undefined : findServer(entry);
  if (entry === undefined)
    output.note("The server's code was not found on this machine: --source names the module that starts it.");
  const licence = options.licence ?? found?.project.licence;
  if (found !== undefined && licence === undefined)
    throw new UsageError(
      "package.json names no licence",
      "Say under which others may use them: --licence MIT.",
    );
  await context.client().status({ signal });
  const what =
    "url" in place
      ? `The server at ${oneLine(place.url)} will be asked for its tools`
      : `This will be started: ${oneLine(shownPlace(place))}`;
  const mayStart =
    options.yes === true ||
    (await askToRun(
      `${what}, and those whose code is pure will be called with examples`,
      "Do so?",
      "Give --yes.",
      context,
    ));
  if (!mayStart) {
    output.note("Nothing was imported.");
    return;
  }
  await using live = await LiveServer.connect(place, io.env);
  const all = await live.tools();
  const tools = all.filter(({ name }) => options.only === undefined || options.only.includes(name));
  if (options.only !== undefined && tools.length === 0)
    throw new UsageError("--only: the server has no tool of that name", "Names are those of its tools.");
  output.note(`The server has ${all.length} tools.`);
  const making = counter(context, "Made", tools.length);
  const made = await makeOfServer(tools, found, {
    licence: licence ?? "",
    given,
    call: (name, input) => live.call(name, input, signal),
    signal,
    progress: making.progress,
  });
  making.end();
  await finishImport(
    { name: found?.project.name ?? shownPlace(place), count: tools.length, what: "tools", made },
    options,
    context,
    signal,
  );
}
