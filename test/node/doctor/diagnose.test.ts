import type { Status } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { diagnose } from "../../../node/src/doctor/diagnose.ts";
import type { Check, Dialled, Findings } from "../../../node/src/doctor/types.ts";

const GB = 1024 ** 3;
const NOW = Date.parse("2026-11-22T04:23:38Z");
const MINUTE = 60_000;
const STATUS = {
  ...{ version: "0.1.0", peers: 0, api: ["http://127.0.0.1:4011"], addresses: ["/ip4/10.0.0.2/tcp/4010"] },
  ...{ warnings: [], sandbox: { runner: "r/1", deno: "2.9.6", layers: [] } },
  joining: { how: "off", nodes: 0, note: "" },
  search: { engine: "words", embedder: "own", vectors: 9, backlog: 0, rebuilding: null },
} as unknown as Status;
const RUNNING = { state: "answers", pid: 7, tookMs: 4, status: STATUS } as const;
const CATALOGUE = { path: "/h/catalogue.sqlite", bytes: 4096, state: "ok", counts: { records: 2 } } as const;
const PORT = { setting: "port", host: "0.0.0.0", port: 4010, state: "free" } as const;
const NODE = "/dns4/n.example/tcp/1/p2p/x";
const dialled = (...results: Dialled["result"][]) => ({
  bootstrap: {
    ...{ note: "joining through 1 node", left: 0 },
    dialled: results.map((result) => ({ address: NODE, result, detail: "a detail" })),
  },
});
const HOST = { host: "cursor", title: "Cursor", file: "/u/.cursor/mcp.json", present: true } as const;
const ENTRY = { name: "collective", missing: [], home: "/h" } as const;
const FINE: Findings = {
  platform: "linux",
  node: "24.21.0",
  version: "0.1.0",
  deno: { expected: "2.9.6", says: "2.9.6" },
  clock: { now: NOW, stepMs: 3, leads: [-900, 20, -50_000] },
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
  catalogue: CATALOGUE,
  index: [{ path: "/h/vectors.index.words", bytes: 10, state: "ok" }],
  daemon: RUNNING,
  ports: [PORT, { setting: "apiPort", host: "127.0.0.1", port: 4011, state: "taken" }],
  ...dialled("reached"),
  agentHosts: [{ ...HOST, entries: [ENTRY] }],
  timings: {},
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
      [{ settings: { message: "port: wrong", remedy: "mend it" } }, "port: wrong"],
      [{ unusable: "it is no folder" }, "/h cannot be this peer's home: it is no folder"],

      [
        { secret: [{ path: "/h/key", kind: "file", mode: 0o100644 }] },
        "/h/key is open to others (mode 0644)",
      ],
      [{ home: { path: "/h", kind: "folder", mode: 0o40755 } }, "/h is open to others (mode 0755)"],
      [{ free: { home: GB / 100, temporary: 9 * GB } }, "10 MB free for the home"],
      [{ deno: { expected: "2.9.6", failure: "ENOEXEC" } }, "does not say its version: ENOEXEC"],
      [{ key: { message: "the key holds no key", remedy: "put it back" } }, "holds no key"],
      [
        { clock: { ...FINE.clock, newestFile: { path: "/h/key", at: NOW + 50 * MINUTE } } },
        "/h/key was written 50 min in the future",
      ],
      [{ clock: { ...FINE.clock, lastReceived: NOW + 3 * MINUTE } }, "was set back since"],
      [{ catalogue: { ...CATALOGUE, state: { damage: "row 3 missing" } } }, "is damaged: row 3 missing"],
      [{ daemon: { state: "silent", pid: 7, why: "time-out" }, ports: [] }, "process 7 should be the peer"],
      [{ daemon: { ...RUNNING, status: { ...STATUS, sandbox: null } } }, "has no sandbox"],
      [
        {
          ports: [{ ...PORT, state: "taken" }],
          daemon: { ...RUNNING, status: { ...STATUS, addresses: [] } },
        },
        "another program has it",
      ],
      [{ ports: [{ ...PORT, port: 80, state: { error: "EACCES" } }] }, "0.0.0.0:80 cannot be listened on"],
      [dialled("refused", "timeout"), "none of 2 nodes to join through takes a connection"],
      [
        {
          bootstrap: {
            note: "x",
            failure: { message: "the list was changed", remedy: "fetch it" },
            dialled: [],
            left: 0,
          },
        },
        "the list was changed",
      ],
    ];
    for (const [changes, message] of problems) {
      expect(wrong(changes)).toMatchObject([
        { status: "problem", message: expect.stringContaining(message), remedy: expect.any(String) },
      ]);
      expect(diagnose({ ...FINE, ...changes }).ok).toBe(false);
    }
  });

  it("tells of an exposed key also where the home cannot be used, and never to open what is no folder", () => {
    const secret = [{ path: "/h/key", kind: "file", mode: 0o100644 }] as const;
    const home = { path: "/h", kind: "folder", mode: 0o40755 } as const;
    expect(wrong({ unusable: "EROFS", home, secret }).map(({ remedy }) => remedy)).toEqual([
      "Choose another folder with --home, or mend this one.",
      expect.stringContaining("chmod 600 /h/key"),
    ]);
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
      [{ deno: { expected: "2.9.6", says: "2.8.0" } }, ["it is version 2.8.0"]],
      [{ clock: { ...FINE.clock, stepMs: -4_000 } }, ["was set back by 4 s while the doctor looked"]],
      [{ clock: { ...FINE.clock, synchronised: false } }, ["has not set the clock yet"]],
      [
        { clock: { ...FINE.clock, leads: [5 * MINUTE, 4 * MINUTE, 6 * MINUTE, -1] } },
        ["3 of 4 authors seem to live in the future, by 5 min"],
      ],
      [
        { index: [{ path: "/h/w", bytes: 1, state: { damage: "The word index /h/w is damaged" } }] },
        ["The word index /h/w is damaged"],
      ],
      [{ catalogue: { ...CATALOGUE, state: { unreadable: "locked" } } }, ["cannot be looked at: locked"]],
      [{ daemon: { state: "damaged", why: "no JSON" }, ports: [] }, ["no JSON"]],
      [{ daemon: { state: "ended", pid: 9 }, ports: [] }, ["(process 9) has ended"]],
      [{ version: "0.2.0" }, ["the running peer is version 0.1.0, this command is 0.2.0"]],
      [{ daemon: { ...RUNNING, status: { ...STATUS, warnings: ["all in one hand"] } } }, ["all in one hand"]],
      [
        dialled("reached", "no-name"),
        [`1 of 2 nodes to join through take a connection; not: ${NODE}: the name is not found`],
      ],
      [
        { ...dialled("timeout"), daemon: { ...RUNNING, status: { ...STATUS, peers: 3 } } },
        ["the peer has 3 others"],
      ],
      [
        { agentHosts: [{ ...HOST, entries: [{ ...ENTRY, missing: ["/old/node"] }] }] },
        ["is not there: /old/node"],
      ],
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

  it("notes what nobody has to mend, and stays well", () => {
    const notes: readonly (readonly [Partial<Findings>, string])[] = [
      [{ daemon: { state: "none" }, ports: [PORT] }, "no peer runs at this home"],
      [{ bootstrap: { note: "Told to join nobody", dialled: [], left: 0 } }, "Told to join nobody"],
      [{ catalogue: { ...CATALOGUE, state: "skipped" } }, "too big to be read whole"],
      [
        { daemon: { ...RUNNING, status: { ...STATUS, search: { ...STATUS.search, backlog: 5 } } } },
        "5 actions wait for theirs",
      ],
      [{ agentHosts: [{ ...HOST, entries: [{ ...ENTRY, home: "/other" }] }] }, "uses another home (/other)"],
      [{ agentHosts: [{ ...HOST, present: false, entries: [] }] }, "none of Cursor is told of this peer"],
    ];
    for (const [changes, message] of notes) {
      expect(wrong(changes)).toMatchObject([{ status: "note", message: expect.stringContaining(message) }]);
      expect(diagnose({ ...FINE, ...changes }).ok).toBe(true);
    }
  });

  it("does not take one author's wrong clock, or two, for this machine's", () => {
    for (const leads of [
      [],
      [9 * MINUTE],
      [9 * MINUTE, 9 * MINUTE],
      [9 * MINUTE, 9 * MINUTE, 9 * MINUTE, 0, 0, 0, 0],
    ])
      expect(wrong({ clock: { ...FINE.clock, leads } })).toEqual([]);
  });

  it("knows the running peer's own ports, and how to find out whose another is", () => {
    const taken = { ...PORT, state: "taken" } as const;
    expect(wrong({ ports: [taken] })).toEqual([]);
    const others = { ports: [{ ...taken, port: 4444 }] };
    for (const [platform, command] of [
      ["linux", "ss -ltnp 'sport = :4444'"],
      ["darwin", "lsof -nP -iTCP:4444"],
      ["win32", "findstr :4444"],
    ] as const)
      expect(wrong({ ...others, platform })[0]?.remedy).toContain(command);
  });

  it("knows that a port for metrics may be the running peer's, and is a problem when none runs", () => {
    const ports = [{ ...PORT, setting: "metricsPort", port: 4013, state: "taken" }] as const;
    expect(wrong({ ports })).toEqual([]);
    expect(wrong({ ports, daemon: { state: "ended", pid: 1 } })).toContainEqual(
      expect.objectContaining({
        ...{ status: "problem", name: "port 4013", message: expect.stringContaining("for metrics") },
        remedy: expect.stringContaining("--metrics-port"),
      }),
    );
  });

  it("tells nobody to end a process before looking whose it is: a number may have gone to another program", () => {
    const silent = { daemon: { state: "silent", pid: 7, why: "connection refused" }, ports: [] } as const;
    expect(wrong(silent)[0]?.remedy).toMatch(
      /^See what it is: ps -fp 7\. If it is no peer, .*"collective start"/,
    );
    expect(wrong({ ...silent, platform: "win32" })[0]?.remedy).toContain("tasklist");
  });

  it("believes the running peer that it joins through somebody, whatever the settings say here", () => {
    const joining = { how: "given", nodes: 2, note: "joining through 2 bootstrap nodes" } as const;
    const { checks } = diagnose({
      ...FINE,
      bootstrap: { note: "Nobody is named", dialled: [], left: 0 },
      daemon: { ...RUNNING, status: { ...STATUS, joining, peers: 2 } },
    });
    expect(checks.find(({ name }) => name === "joining")).toMatchObject({
      ...{ status: "ok", message: "the running peer: joining through 2 bootstrap nodes; 2 connected" },
    });
  });

  it("gives a way out with all that is wrong", () => {
    const { checks } = diagnose({
      ...FINE,
      ...{
        node: "18.0.0",
        settings: { message: "bad", remedy: "mend it" },
        parser: "es-module-lexer",
        daemon: { state: "ended", pid: 1 },
      },
      ...dialled("unreachable"),
    });
    for (const { status, remedy } of checks) expect(remedy === undefined).toBe(status === "ok");
  });
});
