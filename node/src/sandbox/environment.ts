/**
 * The environment of every sandboxed process, built from nothing. Inheriting is out of the question: one variable
 * (`DENO_PERMISSION_BROKER_PATH`) would switch all permission flags off.
 */
export function sandboxEnvironment(): Record<string, string> {
  return {
    // localStorage and caches need no permission and would be shared by all actions: give them no place.
    DENO_DIR: "/dev/null/none",
    // Writing transpiled TypeScript costs 150 ms a file and fails anyway.
    DENO_EMIT_CACHE_MODE: "disable",
    DENO_NO_UPDATE_CHECK: "1",
    DENO_NO_PROMPT: "1",
    DENO_NO_PACKAGE_JSON: "1",
    NO_COLOR: "1",
    // Two honest peers must reach one verdict.
    TZ: "UTC",
    LANG: "en_US.UTF-8",
    LC_ALL: "en_US.UTF-8",
    // Deno can deny IPv4 ranges but no IPv6 ones, so a granted host's name resolves to IPv4 alone (resolv.conf(5)).
    RES_OPTIONS: "no-aaaa",
    // `navigator.gpu` loads the host's drivers without any permission: let it find none.
    VK_DRIVER_FILES: "/nonexistent",
    VK_ICD_FILENAMES: "/nonexistent",
    __EGL_VENDOR_LIBRARY_FILENAMES: "/nonexistent",
  };
}
