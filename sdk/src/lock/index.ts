export type { Lock, LockedAction } from "@action-collective/protocol";
export { type ActionDifference, compareActions, type WholeAction } from "./compare-actions.ts";
export { type CasesDifference, compareCases } from "./compare-cases.ts";
export { comparePermissions, type PermissionsDifference } from "./compare-permissions.ts";
export {
  compareSchemas,
  type SchemaChange,
  type SchemaDifference,
  type SchemaSide,
} from "./compare-schemas.ts";
export * from "./errors.ts";
export { LOCK_FILE, type LockSource, readLock, writeLock } from "./lock-file.ts";
export { lockText, parseLock } from "./lock-text.ts";
export { EMPTY_LOCK, misstatement, pinNamed, pinOf, withMovedPin, withoutPin, withPin } from "./pins.ts";
export { type TextDifference, unifiedDiff } from "./unified-diff.ts";
