import { CollectiveError } from "@action-collective/protocol";

/** There is nothing to import at that place, or it cannot be read. */
export class NothingToImportError extends CollectiveError {
  constructor(place: string, why: string) {
    super(
      "nothing-to-import",
      `${place}: ${why}`,
      "Name a TypeScript or JavaScript module that exports functions, or a folder with a package.json.",
    );
  }
}

/** A source file that no parser reads. */
export class UnreadableSourceError extends CollectiveError {
  constructor(file: string, why: string) {
    super(
      "unreadable-source",
      `${file} cannot be read as a module: ${why}`,
      "Mend the file, or leave it out.",
    );
  }
}

/** The project's tests could not be started, or recorded nothing. */
export class TestsNotRunError extends CollectiveError {
  constructor(command: string, why: string) {
    super(
      "tests-not-run",
      `The tests (${command}) recorded no call: ${why}`,
      "Run them by hand first; name another command with --test-command, or import without them: --no-tests.",
    );
  }
}
