import { CAPABILITY_PREFIX } from "@action-collective/protocol";

/** What stands where a credential stood. */
export const BLOTTED = "[credential]";

/** A text whose name says that it is nobody else's business, as a header, a field or an assignment has it. */
const SECRET_WORD =
  "(?:(?:api|access|secret|private|signing|encryption)[_-]?key|token|secret|passw(?:or)?d|passphrase|authori[sz]ation|cookie|csrf|credentials?)";
const NAME = new RegExp(`^(?:[a-z0-9]+[_-])*${SECRET_WORD}s?$`, "i");

interface Form {
  readonly pattern: RegExp;
  /** `$1` is what may stay: the word before the credential. */
  readonly shown: string;
}

const form = (pattern: RegExp, shown = BLOTTED): Form => ({ pattern, shown });

/** In this order: what holds another goes first. Every pattern is linear in the length of the text. */
const FORMS: readonly Form[] = [
  form(/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g),
  form(new RegExp(`\\b${CAPABILITY_PREFIX.replace(".", "\\.")}[A-Za-z0-9._~+/=-]+`, "g")),
  // One-time links, and whatever else an address carries for its reader alone.
  form(
    /([#?&](?:login|token|key|code|secret|access_token|api_key|sig|signature)=)[^&#\s"'<>]+/gi,
    `$1${BLOTTED}`,
  ),
  // Addresses that whoever knows them may post to.
  form(
    /(\/\/(?:hooks\.slack\.com\/(?:services|workflows)|discord(?:app)?\.com\/api\/webhooks)\/)[^\s"'<>]+/gi,
    `$1${BLOTTED}`,
  ),
  form(/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"'<>]+@/gi, `$1${BLOTTED}@`),
  form(/\b((?:Bearer|Basic)\s{1,4})[A-Za-z0-9._~+/=-]{6,}/gi, `$1${BLOTTED}`),
  form(
    // A text of JSON within JSON has its quotation marks behind backslashes.
    new RegExp(
      `(${SECRET_WORD}\\\\{0,3}["']?\\s{0,4}[=:]\\s{0,4}\\\\{0,3}["']?)(?!\\[)[^\\s"'\\\\,;&]{6,}`,
      "gi",
    ),
    `$1${BLOTTED}`,
  ),
  form(/\b((?:set-)?cookie:\s{0,4})[^\r\n"'\\]{6,}/gi, `$1${BLOTTED}`),
  // Flags of a command line.
  form(new RegExp(`(--(?:[a-z0-9]+-){0,4}${SECRET_WORD}\\s{1,4})(?!\\[)[^\\s"']{6,}`, "gi"), `$1${BLOTTED}`),
  // JSON Web Tokens.
  form(/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g),
  // Keys of well-known services, by what they begin with.
  form(/\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}/g),
  form(/\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|glpat-[A-Za-z0-9_-]{16,})/g),
  form(/\b(?:xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,})/g),
  form(/\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b/g),
  form(/\bAIza[A-Za-z0-9_-]{30,}/g),
  form(/\b(?:npm|pypi|hf|dop_v1|shpat|lin_api|tfp|r8)[-_][A-Za-z0-9_-]{20,}/g),
  // 32 bytes, as this program writes seeds and tokens, and as others write keys.
  form(/(?<![0-9a-zA-Z])(?:0x)?[0-9a-fA-F]{64}(?:[0-9a-fA-F]{64})?(?![0-9a-zA-Z])/g),
  form(/(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)(?![A-Za-z0-9+/])/g),
];

/** base64url of 32 bytes and more. Ids of peers and actions are as long, of fewer letters, and no secret. */
const RANDOM_LOOKING = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{40,}(?![A-Za-z0-9_-])/g;
const BASE58_ID = /^(?:12D3KooW|16Uiu2HA|Qm)[1-9A-HJ-NP-Za-km-z]{38,}$/;

/**
 * Blots out what has the form of a credential: keys of services, tokens and capabilities of this peer, passwords in
 * addresses, private keys. It goes by form alone, so it knows no secret; ids of peers and actions stay. Pure.
 */
export function withoutCredentials(text: string): string {
  let clean = text;
  for (const { pattern, shown } of FORMS) clean = clean.replace(pattern, shown);
  return clean.replace(RANDOM_LOOKING, (run) => (looksRandom(run) ? BLOTTED : run));
}

/** Whether a field of this name is blotted out whatever it holds. */
export function isSecretName(name: string): boolean {
  return NAME.test(name.replace(/([a-z0-9])([A-Z])/g, "$1_$2"));
}

function looksRandom(run: string): boolean {
  return /[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run) && !BASE58_ID.test(run);
}
