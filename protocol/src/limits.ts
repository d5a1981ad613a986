/** Every bound of the protocol, in one place, each with its reason (SPEC §6). Sizes are bytes unless the name says otherwise. */
export const limits = {
  /** Fits one gossipsub frame many times over; an oversize RPC silently kills a link. */
  recordBytes: 16 * 1024,
  /** Leaves room for the envelope around a manifest inside one record. */
  manifestBytes: 12 * 1024,
  /** The static scan is linear up to here; larger programs are not "small programs". */
  codeBytes: 64 * 1024,
  testBytes: 64 * 1024,
  /** Code and test together: what a stranger may make us fetch for one action. */
  bundleBytes: 1024 * 1024,
  /** What bitswap moves comfortably in one message. */
  blockBytes: 1024 * 1024,
  /** @ipld/dag-cbor recurses; 5,000 levels overflow the stack, no honest value needs 32. */
  depth: 32,
  nameCharacters: 64,
  descriptionCharacters: 600,
  /** Phrasings raise recall most, and are where keyword stuffing would happen. */
  useWhen: 8,
  useWhenCharacters: 160,
  tags: 8,
  tagCharacters: 32,
  licenceCharacters: 64,
  /** Below three cases a test says nothing; above, a test module is the right form. */
  casesAtLeast: 3,
  casesAtMost: 64,
  schemaBytes: 6 * 1024,
  schemaDepth: 16,
  /** A case, an input or an output may nest this deep. */
  jsonDepth: 24,
  /** One pattern of a schema: regular expressions are run against strangers' text. */
  patternCharacters: 200,
  netPermissions: 8,
  secretPermissions: 8,
  /** Of a verdict's free words: one line for a person. */
  reasonCharacters: 200,
  /** How far ahead of our clock a record's may be: ten minutes covers honest clock skew. */
  clockSkewMs: 10 * 60 * 1000,
  /** One input or output of a run over the local API. */
  runBytes: 1024 * 1024,
} as const;
