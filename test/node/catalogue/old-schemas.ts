/** The tables as version 2 made them, word for word. */
export const VERSION_2 = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- One row per register (author, kind, subject): the record that won it. seq grows with every change and is what
-- neighbours page through.
CREATE TABLE IF NOT EXISTS records (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  author TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  revision INTEGER NOT NULL,
  digest BLOB NOT NULL,
  created INTEGER NOT NULL,
  received INTEGER NOT NULL,
  -- What scores are computed from, copied out of the body (record-facts.ts) so that nothing is decoded for them.
  outcome TEXT,
  runs INTEGER,
  succeeded INTEGER,
  useful INTEGER,
  useless INTEGER,
  up_to INTEGER,
  compromised_since INTEGER,
  bytes BLOB NOT NULL,
  UNIQUE (author, kind, subject)
) STRICT;
CREATE INDEX IF NOT EXISTS records_by_subject ON records (subject, kind, received);
-- With all that agreement is computed from, so that a rater's newest verdicts lie side by side.
CREATE INDEX IF NOT EXISTS verdicts_by_author ON records (author, seq, created, outcome, subject)
  WHERE kind = 'verdict';
CREATE TABLE IF NOT EXISTS authors (author TEXT PRIMARY KEY, records INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS actions (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  manifest BLOB NOT NULL,
  origin TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  standing TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  report TEXT,
  runner TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0,
  wanted INTEGER NOT NULL DEFAULT 0,
  publisher TEXT NOT NULL DEFAULT '-',
  -- 1: ships with this program, whoever has published it since.
  starter INTEGER NOT NULL DEFAULT 0
) STRICT;
-- All that a name is resolved by, best first, so that a thousand namesakes cost no more than a page.
CREATE INDEX IF NOT EXISTS actions_by_name
  ON actions (name COLLATE NOCASE, (standing = 'failed'), starter DESC, first_seen, id);
CREATE INDEX IF NOT EXISTS actions_by_standing ON actions (standing);
-- Without it, reading a standing would walk past the manifest.
CREATE INDEX IF NOT EXISTS actions_standing_of ON actions (id, standing);
CREATE INDEX IF NOT EXISTS actions_pending ON actions (due) WHERE standing = 'pending';
CREATE INDEX IF NOT EXISTS actions_waiting ON actions (wanted, publisher, due) WHERE standing = 'pending';
CREATE INDEX IF NOT EXISTS actions_by_first_seen ON actions (first_seen);
-- What actions have in common (facets.ts), by their rowid: new actions are at the end of every range, so that writing
-- stays in a few pages. Actions are never deleted, so even a VACUUM leaves the rowids as they are.
CREATE TABLE IF NOT EXISTS facet_names (facet INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS facets (
  facet INTEGER NOT NULL,
  action INTEGER NOT NULL,
  PRIMARY KEY (facet, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS actions_by_runner ON actions (runner, due) WHERE standing IN ('passed', 'failed');
CREATE TABLE IF NOT EXISTS counters (
  action TEXT PRIMARY KEY,
  runs INTEGER NOT NULL DEFAULT 0,
  succeeded INTEGER NOT NULL DEFAULT 0,
  useful INTEGER NOT NULL DEFAULT 0,
  useless INTEGER NOT NULL DEFAULT 0,
  dirty INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY,
  action TEXT NOT NULL,
  started INTEGER NOT NULL,
  duration REAL NOT NULL,
  status TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS cursors (peer TEXT PRIMARY KEY, epoch TEXT NOT NULL, after INTEGER NOT NULL) STRICT;
`;

/** The tables as version 3 made them, word for word. */
export const VERSION_3 = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- One row per register (author, kind, subject): the record that won it. seq grows with every
-- change: the order in which this peer learned of things.
CREATE TABLE IF NOT EXISTS records (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  author TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  revision INTEGER NOT NULL,
  digest BLOB NOT NULL,
  created INTEGER NOT NULL,
  received INTEGER NOT NULL,
  -- What scores are computed from, copied out of the body (record-facts.ts) so that nothing is decoded for them.
  outcome TEXT,
  runs INTEGER,
  succeeded INTEGER,
  useful INTEGER,
  useless INTEGER,
  up_to INTEGER,
  compromised_since INTEGER,
  bytes BLOB NOT NULL,
  UNIQUE (author, kind, subject)
) STRICT;
CREATE INDEX IF NOT EXISTS records_by_subject ON records (subject, kind, received);
-- With all that agreement is computed from, so that a rater's newest verdicts lie side by side.
CREATE INDEX IF NOT EXISTS verdicts_by_author ON records (author, seq, created, outcome, subject)
  WHERE kind = 'verdict';
CREATE TABLE IF NOT EXISTS authors (author TEXT PRIMARY KEY, records INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS actions (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  manifest BLOB NOT NULL,
  origin TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  standing TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  report TEXT,
  runner TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0,
  wanted INTEGER NOT NULL DEFAULT 0,
  publisher TEXT NOT NULL DEFAULT '-',
  -- 1: ships with this program, whoever has published it since.
  starter INTEGER NOT NULL DEFAULT 0
) STRICT;
-- All that a name is resolved by, best first, so that a thousand namesakes cost no more than a page.
CREATE INDEX IF NOT EXISTS actions_by_name
  ON actions (name COLLATE NOCASE, (standing = 'failed'), starter DESC, first_seen, id);
CREATE INDEX IF NOT EXISTS actions_by_standing ON actions (standing);
-- Without it, reading a standing would walk past the manifest.
CREATE INDEX IF NOT EXISTS actions_standing_of ON actions (id, standing);
CREATE INDEX IF NOT EXISTS actions_pending ON actions (due) WHERE standing = 'pending';
CREATE INDEX IF NOT EXISTS actions_waiting ON actions (wanted, publisher, due) WHERE standing = 'pending';
CREATE INDEX IF NOT EXISTS actions_by_first_seen ON actions (first_seen);
-- What actions have in common (facets.ts), by their rowid: new actions are at the end of every range, so that writing
-- stays in a few pages. Actions are never deleted, so even a VACUUM leaves the rowids as they are.
CREATE TABLE IF NOT EXISTS facet_names (facet INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS facets (
  facet INTEGER NOT NULL,
  action INTEGER NOT NULL,
  PRIMARY KEY (facet, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS actions_by_runner ON actions (runner, due) WHERE standing IN ('passed', 'failed');
CREATE TABLE IF NOT EXISTS counters (
  action TEXT PRIMARY KEY,
  runs INTEGER NOT NULL DEFAULT 0,
  succeeded INTEGER NOT NULL DEFAULT 0,
  useful INTEGER NOT NULL DEFAULT 0,
  useless INTEGER NOT NULL DEFAULT 0,
  dirty INTEGER NOT NULL DEFAULT 0,
  -- When this peer last ran it; null when it never did.
  last_used INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY,
  action TEXT NOT NULL,
  started INTEGER NOT NULL,
  duration REAL NOT NULL,
  status TEXT NOT NULL
) STRICT;
-- Actions whose blocks are all on this peer's disk. kept: one's own and the starter library's, whatever the quota.
-- worth, scarce: as last computed, at appraised. provided: when the DHT was last told; 0 for never.
CREATE TABLE IF NOT EXISTS holdings (
  action TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  since INTEGER NOT NULL,
  worth REAL NOT NULL DEFAULT 0,
  scarce INTEGER NOT NULL DEFAULT 0,
  appraised INTEGER NOT NULL DEFAULT 0,
  provided INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS holdings_by_worth ON holdings (kept, worth, action);
CREATE INDEX IF NOT EXISTS holdings_by_appraisal ON holdings (kept, appraised);
CREATE INDEX IF NOT EXISTS holdings_by_scarcity ON holdings (kept, scarce);
CREATE INDEX IF NOT EXISTS holdings_by_provided ON holdings (provided, worth DESC);
-- Several actions may need one block.
CREATE TABLE IF NOT EXISTS held_blocks (
  block TEXT NOT NULL,
  action TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  PRIMARY KEY (block, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_blocks_of ON held_blocks (action);
`;

/** The tables as version 4 made them, word for word. */
export const VERSION_4 = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- One row per register (author, kind, subject): the record that won it. seq grows with every
-- change: the order in which this peer learned of things.
CREATE TABLE IF NOT EXISTS records (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  author TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  revision INTEGER NOT NULL,
  digest BLOB NOT NULL,
  created INTEGER NOT NULL,
  received INTEGER NOT NULL,
  -- What scores are computed from, copied out of the body (record-facts.ts) so that nothing is decoded for them.
  outcome TEXT,
  runs INTEGER,
  succeeded INTEGER,
  useful INTEGER,
  useless INTEGER,
  up_to INTEGER,
  compromised_since INTEGER,
  level INTEGER,
  bytes BLOB NOT NULL,
  UNIQUE (author, kind, subject)
) STRICT;
CREATE INDEX IF NOT EXISTS records_by_subject ON records (subject, kind, received);
CREATE TABLE IF NOT EXISTS authors (author TEXT PRIMARY KEY, records INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS actions (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  manifest BLOB NOT NULL,
  origin TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  standing TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  report TEXT,
  runner TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0,
  wanted INTEGER NOT NULL DEFAULT 0,
  publisher TEXT NOT NULL DEFAULT '-',
  -- 1: ships with this program, whoever has published it since.
  starter INTEGER NOT NULL DEFAULT 0,
  -- Share of mutants that its unit test noticed here, 0 to 1; null until it was measured.
  strength REAL
) STRICT;
-- All that a name is resolved by, best first, so that a thousand namesakes cost no more than a page.
CREATE INDEX IF NOT EXISTS actions_by_name
  ON actions (name COLLATE NOCASE, (standing = 'failed'), starter DESC, first_seen, id);
CREATE INDEX IF NOT EXISTS actions_by_standing ON actions (standing);
-- Without it, reading a standing would walk past manifest and report.
CREATE INDEX IF NOT EXISTS actions_standing_of ON actions (id, standing, strength);
CREATE INDEX IF NOT EXISTS actions_pending ON actions (due) WHERE standing = 'pending';
CREATE INDEX IF NOT EXISTS actions_waiting ON actions (wanted, publisher, due) WHERE standing = 'pending';
CREATE INDEX IF NOT EXISTS actions_by_first_seen ON actions (first_seen);
-- What actions have in common (facets.ts), by their rowid: new actions are at the end of every range, so that writing
-- stays in a few pages. Actions are never deleted, so even a VACUUM leaves the rowids as they are.
CREATE TABLE IF NOT EXISTS facet_names (facet INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS facets (
  facet INTEGER NOT NULL,
  action INTEGER NOT NULL,
  PRIMARY KEY (facet, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS actions_by_runner ON actions (runner, due) WHERE standing IN ('passed', 'failed');
CREATE TABLE IF NOT EXISTS counters (
  action TEXT PRIMARY KEY,
  runs INTEGER NOT NULL DEFAULT 0,
  succeeded INTEGER NOT NULL DEFAULT 0,
  useful INTEGER NOT NULL DEFAULT 0,
  useless INTEGER NOT NULL DEFAULT 0,
  dirty INTEGER NOT NULL DEFAULT 0,
  -- When this peer last ran it; null when it never did.
  last_used INTEGER
) STRICT;
-- The part of the counters that was counted while feedback was switched off: never published, also when it is on again.
CREATE TABLE IF NOT EXISTS untold (
  action TEXT PRIMARY KEY,
  runs INTEGER NOT NULL,
  succeeded INTEGER NOT NULL,
  useful INTEGER NOT NULL,
  useless INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY,
  action TEXT NOT NULL,
  started INTEGER NOT NULL,
  duration REAL NOT NULL,
  status TEXT NOT NULL
) STRICT;
-- Actions whose blocks are all on this peer's disk. kept: one's own and the starter library's, whatever the quota.
-- worth, scarce: as last computed, at appraised. provided: when the DHT was last told; 0 for never.
CREATE TABLE IF NOT EXISTS holdings (
  action TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  since INTEGER NOT NULL,
  worth REAL NOT NULL DEFAULT 0,
  scarce INTEGER NOT NULL DEFAULT 0,
  appraised INTEGER NOT NULL DEFAULT 0,
  provided INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS holdings_by_worth ON holdings (kept, worth, action);
CREATE INDEX IF NOT EXISTS holdings_by_appraisal ON holdings (kept, appraised);
CREATE INDEX IF NOT EXISTS holdings_by_scarcity ON holdings (kept, scarce);
CREATE INDEX IF NOT EXISTS holdings_by_provided ON holdings (provided, worth DESC);
-- Several actions may need one block.
CREATE TABLE IF NOT EXISTS held_blocks (
  block TEXT NOT NULL,
  action TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  PRIMARY KEY (block, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_blocks_of ON held_blocks (action);
-- What a rater had said when this peer's own test first answered an action (audits.ts). Written once.
CREATE TABLE IF NOT EXISTS audits (
  rater TEXT NOT NULL,
  action TEXT NOT NULL,
  said TEXT NOT NULL,
  repeated INTEGER NOT NULL,
  PRIMARY KEY (rater, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS audits_of_action ON audits (action, said, repeated);
-- The user's own word about other peers, published or not.
CREATE TABLE IF NOT EXISTS trust_statements (
  peer TEXT PRIMARY KEY,
  level INTEGER NOT NULL,
  reason TEXT NOT NULL,
  since INTEGER NOT NULL,
  published INTEGER NOT NULL
) STRICT;
-- Give and take: bytes, and how often a peer was put off. last: when it was last dealt with.
CREATE TABLE IF NOT EXISTS dealings (
  peer TEXT PRIMARY KEY,
  given INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  put_off INTEGER NOT NULL,
  last INTEGER NOT NULL
) STRICT;
-- In this order they are forgotten: a MiB is much to give for one key among thousands.
CREATE INDEX IF NOT EXISTS dealings_by_worth ON dealings (taken >= 1048576, last, peer);
`;
