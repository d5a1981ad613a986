/** What the import of one skill reads and runs at most. */
export const skillLimits = {
  /** A manual is read by models: the format's own advice is below 500 lines. */
  manualBytes: 256 * 1024,
  scripts: 200,
  /** Folders within `scripts/`. */
  folderDepth: 3,
  /** Example commands of one script that are run. */
  examples: 16,
  /** Lines of a script and of its help that are searched for command lines. */
  mentioningLines: 400,
  /** Files of one example, and bytes of one: they are part of a case. */
  files: 4,
  fileBytes: 2_000,
  /** How long one example may take. */
  runMs: 20_000,
  /** What one example may print: it becomes part of a case. */
  printedBytes: 3_000,
  /** Lines of a file of inputs. */
  givenInputs: 2_000,
  givenBytes: 4 * 1024 * 1024,
} as const;
