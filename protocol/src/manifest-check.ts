import { isOurCid, RAW } from "./ids.ts";
import { isPlainObject } from "./json.ts";
import { limits } from "./limits.ts";
import type { Manifest } from "./manifest.ts";
import {
  hasRepeats,
  isActionId,
  isCaseValue,
  isNetPermission,
  LANGUAGES,
  lineProblem,
  NAME,
  proseProblem,
  SECRET,
  TAG,
} from "./manifest-rules.ts";
import { schemaProblems } from "./schema-bounds.ts";

/** Those that every manifest has. */
const FIELDS = 12;

/**
 * A quick yes for what the manifest's schema accepts, at half its cost, because every gossiped publication passes
 * here. It gives no reasons: what it refuses goes to the schema, which has the last word. Tests hold the two
 * against each other.
 */
export function isManifest(value: unknown): value is Manifest {
  if (!isPlainObject(value)) return false;
  const tested = Object.hasOwn(value, "test");
  const using = Object.hasOwn(value, "uses");
  return (
    Object.keys(value).length === FIELDS + Number(tested) + Number(using) &&
    value.v === 1 &&
    isText(value.name, isName) &&
    isText(value.description, isDescription) &&
    isListOf(value.useWhen, limits.useWhen, isPhrasing) &&
    isSchema(value.input) &&
    isSchema(value.output) &&
    isListOf(value.tags, limits.tags, isTag) &&
    isText(value.licence, isLicence) &&
    isPermissions(value.permissions) &&
    (value.language === LANGUAGES[0] || value.language === LANGUAGES[1]) &&
    isOurCid(value.code, RAW) &&
    (!tested || isOurCid(value.test, RAW)) &&
    (!using || isUses(value.uses)) &&
    Array.isArray(value.cases) &&
    value.cases.length <= limits.casesAtMost &&
    (tested || value.cases.length >= limits.casesAtLeast) &&
    value.cases.every(isCase)
  );
}

const isName = (text: string) => text.length <= limits.nameCharacters && NAME.test(text);
const isDescription = (text: string) => proseProblem(text, limits.descriptionCharacters) === undefined;
const isPhrasing = (text: string) => lineProblem(text, limits.useWhenCharacters) === undefined;
const isTag = (text: string) => text.length <= limits.tagCharacters && TAG.test(text);
const isLicence = (text: string) => lineProblem(text, limits.licenceCharacters) === undefined;
const isSecret = (text: string) => SECRET.test(text);
const isErrorText = (text: string) => lineProblem(text, limits.reasonCharacters) === undefined;

function isText(value: unknown, holds: (text: string) => boolean): boolean {
  return typeof value === "string" && holds(value);
}

function isListOf(value: unknown, most: number, holds: (text: string) => boolean): boolean {
  return (
    Array.isArray(value) &&
    value.length <= most &&
    value.every((item) => isText(item, holds)) &&
    !hasRepeats(value)
  );
}

function isSchema(value: unknown): boolean {
  return schemaProblems(value, "").length === 0;
}

function isPermissions(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  return Object.keys(value).every((key) => {
    if (key === "net") return isListOf(value.net, limits.netPermissions, isNetPermission);
    return key === "secrets" && isListOf(value.secrets, limits.secretPermissions, isSecret);
  });
}

function isUses(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && isListOf(value, limits.uses, isActionId);
}

/** A case with answers of the network goes to the schema: few actions have any. */
function isCase(value: unknown): boolean {
  if (!isPlainObject(value) || !isCaseValue(value.input)) return false;
  const fields = Object.keys(value).length;
  if (Object.hasOwn(value, "error")) return fields === 2 && isText(value.error, isErrorText);
  if (!isCaseValue(value.output)) return false;
  const { tolerance } = value;
  return fields === 2 || (fields === 3 && typeof tolerance === "number" && tolerance > 0 && tolerance <= 1);
}
