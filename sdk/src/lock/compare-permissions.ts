import type { Permissions } from "@action-collective/protocol";

/** Each as `net HOST` or `secret NAME`. */
export interface PermissionsDifference {
  /** What the new one may ask for beyond the old. */
  readonly wider: readonly string[];
  /** What it asks for no more. */
  readonly narrower: readonly string[];
}

/** Pure. A host without a port covers all its ports. */
export function comparePermissions(before: Permissions, after: Permissions): PermissionsDifference {
  return { wider: beyond(before, after), narrower: beyond(after, before) };
}

function beyond(granted: Permissions, asked: Permissions): string[] {
  const hosts = granted.net ?? [];
  const secrets = granted.secrets ?? [];
  return [
    ...(asked.net ?? [])
      .filter((wish) => !hosts.some((host) => covers(host, wish)))
      .map((host) => `net ${host}`),
    ...(asked.secrets ?? []).filter((name) => !secrets.includes(name)).map((name) => `secret ${name}`),
  ];
}

function covers(host: string, wish: string): boolean {
  return host === wish || (!host.includes(":") && wish.split(":")[0] === host);
}
