/**
 * `effectOf` (SPEC §4.11) in SQL, for kinds that speak of an action: of the records `given`, those that count. What an
 * author signed since its key is compromised is void; a publication up to its author's withdrawal is withdrawn.
 * A property test holds it against the protocol's own function.
 */
export const counting = (columns: string, given: string): string => `
  SELECT ${columns} FROM (${given}) AS given
  LEFT JOIN records AS key ON key.author = given.author AND key.kind = 'succession' AND key.subject = given.author
  WHERE (key.compromised_since IS NULL OR given.created < key.compromised_since)
    AND NOT (given.kind = 'publication' AND EXISTS (
      SELECT 1 FROM records AS back
      WHERE back.author = given.author AND back.kind = 'withdrawal' AND back.subject = given.subject
        AND back.up_to >= given.revision
        AND (key.compromised_since IS NULL OR back.created < key.compromised_since)))
  ORDER BY given.received, given.seq`;

/** The first to speak of a subject, by when this peer heard of it. */
export const earliest =
  "SELECT * FROM records WHERE subject = ?1 AND kind = ?2 ORDER BY received, seq LIMIT ?3";
