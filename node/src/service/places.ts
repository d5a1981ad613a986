import { join } from "node:path";
import { UNIT_NAME } from "./unit.ts";

/** Where systemd looks for a user's own units (systemd.unit(5)). */
export function unitFile(env: Readonly<Record<string, string | undefined>>, userFolder: string): string {
  // The specification of these folders has relative ones ignored.
  const given = env.XDG_CONFIG_HOME;
  const config = given?.startsWith("/") === true ? given : join(userFolder, ".config");
  return join(config, "systemd", "user", UNIT_NAME);
}

/** What the kernel says of user namespaces; undefined where it has no such switch. */
export interface NamespaceSwitches {
  /** kernel.unprivileged_userns_clone (Debian): 0 forbids. */
  readonly clone?: string;
  /** kernel.apparmor_restrict_unprivileged_userns (Ubuntu): 1 forbids for programs without a profile. */
  readonly apparmor?: string;
  /** user.max_user_namespaces: 0 forbids. */
  readonly most?: string;
}

/** Whether systemd may make a user namespace for a user's service. Pure. */
export function mayMakeNamespaces({ clone, apparmor, most }: NamespaceSwitches): boolean {
  return clone?.trim() !== "0" && apparmor?.trim() !== "1" && most?.trim() !== "0";
}
