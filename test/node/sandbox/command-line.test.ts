import { describe, expect, it } from "vitest";
import {
  type CommandOptions,
  denoArguments,
  limitsScript,
  sandboxCommand,
} from "../../../node/src/sandbox/command-line.ts";
import { PRIVATE_NET } from "../../../node/src/sandbox/denied-net.ts";
import { sandboxEnvironment } from "../../../node/src/sandbox/environment.ts";
import { DEFAULT_LIMITS } from "../../../node/src/sandbox/limits.ts";
import { NO_GRANTS } from "../../../node/src/sandbox/types.ts";

const PLACES = { deno: "/opt/deno", realm: "/tmp/r/realm", empty: "/tmp/r/empty" };
const OPTIONS: CommandOptions = {
  main: "action-main.js",
  limits: DEFAULT_LIMITS,
  grants: NO_GRANTS,
  deniedNet: PRIVATE_NET,
};

describe("Deno's arguments", () => {
  it("deny everything and end with our main module", () => {
    expect(denoArguments(OPTIONS, "/realm/action-main.js").join(" ")).toBe(
      "run --quiet --no-prompt --no-remote --no-npm --cached-only --no-config --no-lock --node-modules-dir=none " +
        "--no-code-cache --deny-net --deny-read --deny-write --deny-env --deny-sys --deny-run --deny-ffi " +
        "--deny-import --v8-flags=--max-old-space-size=128 /realm/action-main.js",
    );
  });

  it("allow granted hosts, and still deny private ranges", () => {
    const granted = { ...OPTIONS, grants: { net: ["example.com:443", "api.example.org"], secrets: {} } };
    const args = denoArguments(granted, "main.js");
    expect(args).toContain("--allow-net=example.com:443,api.example.org");
    const denied = args.find((one) => one.startsWith("--deny-net="));
    for (const range of ["127.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16", "169.254.0.0/16", "[::1]"])
      expect(denied?.slice("--deny-net=".length).split(",")).toContain(range);
  });

  it("have a seed only when one is asked for", () => {
    expect(denoArguments(OPTIONS, "m").some((one) => one.startsWith("--seed"))).toBe(false);
    expect(denoArguments({ ...OPTIONS, seed: 7 }, "m")).toContain("--seed=7");
  });
});

describe("the limits", () => {
  it("leave the kernel's CPU limit behind the watcher's, and count the runtime's own memory", () => {
    const script = limitsScript({ ...DEFAULT_LIMITS, cpuSeconds: 0.5, memoryMb: 100 });
    expect(script).toContain("ulimit -S -t 2; ulimit -H -t 3;");
    expect(script).toContain(`ulimit -d ${(512 + 60 + 100) * 1024};`);
    expect(script).toContain("ulimit -c 0;");
    expect(script).toContain("ulimit -f 0;");
    expect(script.endsWith('exec "$0" "$@"')).toBe(true);
  });
});

describe("the whole command", () => {
  it("puts bubblewrap around Deno, with no network of the host's unless granted", () => {
    const wall = { kind: "bubblewrap", binary: "/usr/bin/bwrap", readable: ["/lib"] } as const;
    const command = sandboxCommand(PLACES, wall, OPTIONS).join(" ");
    expect(command).toMatch(
      /^\/bin\/sh -c .* \/usr\/bin\/bwrap --unshare-all --die-with-parent --new-session /,
    );
    expect(command).toContain("--ro-bind /opt/deno /deno --ro-bind /tmp/r/realm /realm");
    expect(command).toContain("--remount-ro / -- /deno run ");
    expect(command).toContain(" /realm/action-main.js");
    expect(command).not.toContain("--share-net");
    expect(command).not.toContain("/etc");
    const granted = sandboxCommand(PLACES, wall, {
      ...OPTIONS,
      grants: { net: ["example.com"], secrets: {} },
    });
    expect(granted).toContain("--share-net");
  });

  it("falls back to setpriv, and to limits alone", () => {
    const setpriv = sandboxCommand(PLACES, { kind: "setpriv", binary: "/usr/bin/setpriv" }, OPTIONS);
    expect(setpriv.join(" ")).toContain("/usr/bin/setpriv --no-new-privs --pdeathsig KILL -- /opt/deno run ");
    const none = sandboxCommand(PLACES, { kind: "none" }, OPTIONS);
    expect(none.slice(3, 5)).toEqual(["/opt/deno", "run"]);
  });
});

describe("the environment", () => {
  it("is built from nothing", () => {
    const environment = sandboxEnvironment();
    expect(environment).toMatchObject({
      DENO_DIR: "/dev/null/none",
      DENO_EMIT_CACHE_MODE: "disable",
      TZ: "UTC",
    });
    for (const inherited of ["HOME", "PATH", "USER", "DENO_PERMISSION_BROKER_PATH", "HTTP_PROXY"])
      expect(environment).not.toHaveProperty(inherited);
  });
});
