/** What one import reads, records and makes at most. */
export const importLimits = {
  /** Files of a package that are read for its exports; the largest libraries have a few thousand. */
  files: 5_000,
  /** Bytes of one source file. */
  fileBytes: 2 * 1024 * 1024,
  /** Modules that re-export one another. */
  exportDepth: 32,
  /** Functions of one package; more actions than that nobody looks through. */
  functions: 2_000,
  /** Declarations of types that are gathered around one signature. */
  types: 80,
  /** Calls of one function that one process of the tests writes down. */
  callsOfAFunction: 200,
  /** Of these, calls made by other functions of the package and not by a test. */
  nestedCalls: 40,
  /** Calls of one function that are looked at, ten times as many where a test makes them; each costs the tests time. */
  triesOfAFunction: 1_000,
  /** Characters of one recorded call: a case has to fit into a manifest with others. */
  callCharacters: 3_000,
  /** All that is read of what the tests wrote. */
  recordedBytes: 128 * 1024 * 1024,
  /** How long the tests may take. */
  testMs: 15 * 60 * 1000,
  /** What is kept of what the tests print, for when they fail. */
  testOutput: 16 * 1024,
  /** Cases of one action: enough for every branch of a small function, and read by people and models. */
  cases: 12,
  /** Bytes of all cases of one action; schemas and texts share the manifest. */
  casesBytes: 5_000,
  /** Actions that are proved at once; the peer has a queue of its own. */
  proving: 3,
} as const;
