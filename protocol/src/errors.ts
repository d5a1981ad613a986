/**
 * The root of every error that Action Collective raises on purpose. `code` never changes once released;
 * `remedy` says in one sentence what the reader can do about it.
 */
export class CollectiveError extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.remedy = remedy;
  }
}

/** Bytes that are not the one canonical dag-cbor encoding of a value (SPEC §2). */
export class NotCanonicalError extends CollectiveError {
  constructor(message: string, options?: ErrorOptions) {
    super(
      "not-canonical",
      message,
      "Encode the value with canonical dag-cbor, as SPEC.md §2 describes.",
      options,
    );
  }
}

/** Something is larger, deeper or longer than SPEC §6 allows. */
export class LimitExceededError extends CollectiveError {
  constructor(message: string) {
    super("limit-exceeded", message, "Make it smaller; the limits and their reasons stand in SPEC.md §6.");
  }
}

/** A decoded record or manifest does not have the shape SPEC §4 or §5 gives, or a frame not that of §15. */
export class MalformedError extends CollectiveError {
  constructor(message: string) {
    super(
      "malformed",
      message,
      "Compare with SPEC.md §4 and §5; the publisher's software may be out of date.",
    );
  }
}

/** The signature is not the author's, or not valid under the one rule of SPEC §1.2. */
export class BadSignatureError extends CollectiveError {
  constructor(message: string) {
    super(
      "bad-signature",
      message,
      "Refuse the record; it was forged, damaged, or belongs to another network.",
    );
  }
}

/** The record claims to come from the future (SPEC §4.3). */
export class NotFreshError extends CollectiveError {
  constructor(message: string) {
    super("not-fresh", message, "Check the clock of this machine and of the record's author.");
  }
}

/** Text holds characters that strangers must not be able to show (SPEC §7). */
export class UnsafeTextError extends CollectiveError {
  constructor(message: string) {
    super("unsafe-text", message, "Remove control, direction-changing and invisible characters; use NFC.");
  }
}

/** An action definition cannot become a manifest. */
export class InvalidDefinitionError extends CollectiveError {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    const list = problems.map((problem) => `  - ${problem}`).join("\n");
    super(
      "invalid-definition",
      `The action is not complete:\n${list}`,
      "Mend action.json as listed, then try again.",
    );
    this.problems = problems;
  }
}

/** Not the text form of an action's CID. */
export class InvalidIdError extends CollectiveError {
  constructor(text: string) {
    super(
      "invalid-id",
      `"${text.slice(0, 80)}" is not an action id`,
      "An action id is a CIDv1 in base32 and begins with bafyrei.",
    );
  }
}
