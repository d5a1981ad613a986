/** Every bound of the protocol, in one place, each with its reason (SPEC §6). Sizes are bytes unless the name says otherwise. */
export const limits = {
  /** Fits one gossipsub frame many times over; an oversize RPC silently kills a link. */
  recordBytes: 16 * 1024,
  /** The signed part of a record: the longest one that has all its fields. Two of them make an equivocation proof. */
  headBytes: 256,
  /** Leaves room for the envelope around a manifest inside one record. */
  manifestBytes: 12 * 1024,
  /** The static scan is linear up to here; larger programs are not "small programs". */
  codeBytes: 64 * 1024,
  /** As for the code: it is scanned and run the same way. */
  testBytes: 64 * 1024,
  /** Code and test together: what a stranger may make us fetch for one action. */
  bundleBytes: 1024 * 1024,
  /** What bitswap moves comfortably in one message. */
  blockBytes: 1024 * 1024,
  /** Decoders recurse; 5,000 levels overflow a stack, no honest value needs 32. */
  depth: 32,
  /** What tool-calling interfaces take as a name. */
  nameCharacters: 64,
  /** A few sentences: it is read by models, which pay for every word, and is where instructions would be hidden. */
  descriptionCharacters: 600,
  /** Phrasings raise recall most, and are where keyword stuffing would happen. */
  useWhen: 8,
  /** One request as a person would put it. */
  useWhenCharacters: 160,
  /** Enough to file an action; more would be keyword stuffing. */
  tags: 8,
  /** One word, or a few joined by dashes. */
  tagCharacters: 32,
  /** The longest common SPDX expressions fit. */
  licenceCharacters: 64,
  /** Below three cases a test says nothing; above, a test module is the right form. */
  casesAtLeast: 3,
  /** What a manifest of 12 KiB can hold anyway; more would be a benchmark. */
  casesAtMost: 64,
  /** Of the canonical encoding: two schemas and the rest must fit one manifest, and each is compiled by readers. */
  schemaBytes: 6 * 1024,
  /** Levels below the schema itself: eight nested objects, more than any honest input has. */
  schemaDepth: 16,
  /** Property names become parameters; tool-calling interfaces take no longer ones. */
  schemaKeyCharacters: 128,
  /** A case, an input or an output may nest this deep. */
  jsonDepth: 24,
  /** One pattern of a schema: regular expressions are run against strangers' text. */
  patternCharacters: 200,
  /** A person is asked about each of them. */
  netPermissions: 8,
  /** As for the network: each is a decision of a person. */
  secretPermissions: 8,
  /** Other actions that one calls; each is fetched, proved and started for it. */
  uses: 8,
  /** Answers of the network that one case brings along; a case that needs more tests more than one thing. */
  fetchesPerCase: 8,
  /** The address of a request in a case; longer ones are data, and belong into a body. */
  urlCharacters: 2000,
  /** Header fields of one answer in a case: those that programs look at. */
  fetchHeaders: 16,
  /** Of a verdict's free words: one line for a person. */
  reasonCharacters: 200,
  /** Of a verdict: the name and version of the runner, as people read it. */
  runnerCharacters: 64,
  /** A version number with its suffixes. */
  denoCharacters: 32,
  /** Walls around a test run; four exist today. */
  layers: 8,
  /** The name of a wall: one word. */
  layerCharacters: 32,
  /** Permissions that a test run was seen to ask for; a longer list says nothing more. */
  permissionsObserved: 16,
  /** A path or a host with its port; the longest host name has 253 characters. */
  permissionCharacters: 300,
  /** Any count in a record: cases, runs, milliseconds. Sums of a million of them are still exact. */
  count: 1_000_000_000,
  /** Keys that succeed one another; a longer chain is a loop or an attack. */
  successions: 8,
  /** Registers one author may fill in a RecordSet: bounds what a flooding key can make a peer store. */
  registersPerAuthor: 50_000,
  /** How far ahead of our clock a record's may be: ten minutes covers honest clock skew. */
  clockSkewMs: 10 * 60 * 1000,
  /** What a neighbour is asked: a request in somebody's words, not a book. Embedders read less than this. */
  askQueryBytes: 1024,
  /** Records in an answer to it: what fills a page of results. Each costs the asker a check of its signature. */
  askRecords: 16,
  /** An answer: sixteen ordinary publications with room to spare, or seven of the largest. */
  askAnswerBytes: 128 * 1024,
  /** One input or output of a run over the local API. */
  runBytes: 1024 * 1024,
} as const;
