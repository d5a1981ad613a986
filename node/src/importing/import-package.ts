import { type ExportedFunction, exportedFunctions, shownPath } from "./exported-functions.ts";
import { functionCandidate } from "./function-candidate.ts";
import { type MadeOfPackage, type MakingOptions, makeEach } from "./make-each.ts";
import { type Project, readProject } from "./project.ts";
import type { RecordedCalls } from "./recorded-calls.ts";
import { recordTests, type TestRun } from "./run-tests.ts";
import { SourceFiles } from "./source-files.ts";
import type { TestCommand } from "./test-command.ts";

/** What is in a package, before anything of it is run. */
export interface FoundPackage {
  readonly project: Project;
  readonly functions: readonly ExportedFunction[];
  readonly files: SourceFiles;
  /** Modules that could not be read, one line each. */
  readonly skipped: readonly string[];
}

/** Reads a package or a module, and finds what it exports. @throws {NothingToImportError} */
export function findFunctions(target: string, only: readonly string[] = []): FoundPackage {
  const project = readProject(target);
  const files = new SourceFiles();
  const skipped: string[] = [];
  const all = exportedFunctions(project.entries, files, (file, error) => {
    skipped.push(
      `${shownPath(project.root, file)}: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const functions = only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
  return { project, functions, files, skipped };
}

/** Runs the project's tests and writes down how they call its functions. */
export function recordCalls(
  { project, functions, files }: FoundPackage,
  command: TestCommand,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Promise<TestRun> {
  return recordTests(project.root, command, functions, files, options);
}

const NOTHING: RecordedCalls = { calls: [], unwritable: [] };

/** Makes definitions of the functions that can be actions, and says why not of the others. Nothing of theirs is run. */
export function makeOfPackage(
  { project, functions, files }: FoundPackage,
  calls: readonly RecordedCalls[],
  { licence, ...options }: MakingOptions & { readonly licence: string },
): Promise<MadeOfPackage> {
  const looks = functions.map((own, at) => {
    const known = { own, recorded: calls[at] ?? NOTHING };
    return () => functionCandidate(known, project, files, licence);
  });
  return makeEach(looks, options);
}
