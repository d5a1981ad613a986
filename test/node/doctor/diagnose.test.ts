import { describe, expect, it } from "vitest";
import { diagnose } from "../../../node/src/doctor/diagnose.ts";
import type { Check, Findings } from "../../../node/src/doctor/types.ts";

const GB = 1024 ** 3;
const FINE: Findings = {
  platform: "linux",
  node: "24.21.0",
  sandbox: {
    opened: true,
    description: {
      runner: "r/1",
      deno: "2.9.6",
      layers: ["deno-permissions", "rlimits", "no-new-privileges", "bubblewrap"],
    },
    selfTest: { probes: [{ tries: "read a file", stopped: true, ending: "threw: NotCapable" }], harm: [] },
  },
  parser: "oxc-parser",
  home: { path: "/h", kind: "folder", mode: 0o40700 },
  secret: [{ path: "/h/key", kind: "file", mode: 0o100600 }],
  free: { home: 9 * GB, temporary: 9 * GB },
};

const wrong = (changes: Partial<Findings>): Check[] =>
  diagnose({ ...FINE, ...changes }).checks.filter(({ status }) => status !== "ok");

describe("the diagnosis", () => {
  it("is well when all is well", () => {
    const diagnosis = diagnose(FINE);
    expect(diagnosis.ok).toBe(true);
    expect(new Set(diagnosis.checks.map(({ status }) => status))).toEqual(new Set(["ok"]));
  });

  it("is a problem with a way out, for everything that is unsafe or broken", () => {
    const { sandbox } = FINE;
    if (!sandbox.opened) throw new Error("fixture");
    const tested = (selfTest: object) => ({
      sandbox: { ...sandbox, selfTest: { ...sandbox.selfTest, ...selfTest } },
    });
    const problems: readonly (readonly [Partial<Findings>, string])[] = [
      [{ node: "20.1.0" }, "Node 20.1.0 is too old"],
      [{ sandbox: { opened: false, why: "no Deno", remedy: "npm ci" } }, "no Deno"],
      [
        tested({ probes: [{ tries: "x", stopped: false, ending: "returned a value" }] }),
        "tried to x was not stopped",
      ],
      [tested({ harm: ["a file was written"] }), "a file was written"],
      [tested({ honest: "died: x" }), "an honest action does not run"],
      [{ parser: { failure: "no shell" } }, "no shell"],
      [{ settings: "port: wrong" }, "port: wrong"],
      [
        { secret: [{ path: "/h/key", kind: "file", mode: 0o100644 }] },
        "/h/key is open to others (mode 0644)",
      ],
      [{ home: { path: "/h", kind: "folder", mode: 0o40755 } }, "/h is open to others (mode 0755)"],
      [{ free: { home: GB / 100, temporary: 9 * GB } }, "10 MB free for the home"],
    ];
    for (const [changes, message] of problems) {
      expect(wrong(changes)).toMatchObject([
        { status: "problem", message: expect.stringContaining(message), remedy: expect.any(String) },
      ]);
      expect(diagnose({ ...FINE, ...changes }).ok).toBe(false);
    }
  });

  it("warns of what is missing and not needed", () => {
    const { sandbox } = FINE;
    if (!sandbox.opened) throw new Error("fixture");
    const layers = (names: string[]) => ({
      sandbox: { ...sandbox, description: { ...sandbox.description, layers: names } },
    });
    const warnings: readonly (readonly [Partial<Findings>, string[]])[] = [
      [layers(["deno-permissions", "rlimits", "no-new-privileges"]), ["it is not installed"]],
      [
        {
          ...layers(["deno-permissions", "no-new-privileges"]),
          bubblewrap: { path: "/b", failure: "no namespaces" },
        },
        ["/b does not work here: no namespaces"],
      ],
      [layers(["deno-permissions", "rlimits"]), ["it is not installed", "set-user-id"]],
      [{ parser: "es-module-lexer" }, ["no binding"]],
      [{ free: { home: GB / 2, temporary: 9 * GB } }, ["512 MB free"]],
    ];
    for (const [changes, messages] of warnings) {
      expect(wrong(changes).map(({ status }) => status)).toEqual(messages.map(() => "warning"));
      for (const [at, message] of messages.entries()) expect(wrong(changes)[at]?.message).toContain(message);
      expect(diagnose({ ...FINE, ...changes }).ok).toBe(true);
    }
  });

  it("does not mind a home that is not there yet, nor Windows, which has no such bits", () => {
    expect(wrong({ home: { path: "/h", kind: "folder" } })).toEqual([]);
    expect(wrong({ platform: "win32", home: { path: "/h", kind: "folder", mode: 0o40777 } })).toEqual([]);
  });
});
