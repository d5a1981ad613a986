import { expect, test } from "vitest";
import { parseArguments } from "../../bootstrap/src/parse-arguments.ts";
import { HELP } from "../../bootstrap/src/usage.ts";

const parse = (...args: string[]) => parseArguments(args, {});

test("without flags it is a public entry point that relays and can be watched from this machine alone", () => {
  expect(parse()).toEqual({
    kind: "run",
    home: "bootstrap-home",
    network: "main",
    host: "0.0.0.0",
    port: 4001,
    reach: "public",
    announce: [],
    bootstrap: undefined,
    networkList: undefined,
    networkKey: undefined,
    relay: true,
    maxConnections: 400,
    monitor: { host: "127.0.0.1", port: 4002 },
    logLevel: "warn",
  });
  expect(parseArguments([], { COLLECTIVE_BOOTSTRAP_HOME: "/b", COLLECTIVE_HOME: "/p" })).toMatchObject({
    home: "/b",
  });
});

test("every flag is read, and stands in the help", () => {
  const flags = {
    home: "/h",
    network: "n",
    host: "::1",
    port: "0",
    reach: "lan",
    list: "ours.json",
    "list-key": "12D3KooW",
    relay: "no",
    "max-connections": "50",
    monitor: "[::1]:0",
    "log-level": "debug",
  };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  expect(parse(...args, "--bootstrap", "/a", "--bootstrap", "/b", "--announce", "/x")).toEqual({
    kind: "run",
    home: "/h",
    network: "n",
    host: "::1",
    port: 0,
    reach: "lan",
    announce: ["/x"],
    bootstrap: ["/a", "/b"],
    networkList: "ours.json",
    networkKey: ["12D3KooW"],
    relay: false,
    maxConnections: 50,
    monitor: { host: "::1", port: 0 },
    logLevel: "debug",
  });
  for (const name of [...Object.keys(flags), "announce", "bootstrap", "version", "help"])
    expect(HELP).toContain(`--${name}`);
});

test("an option like no other is refused without a guess", () => {
  expect(() => parse("--api-port=1")).toThrow(/^unknown option --api-port$/);
});

test("none turns off what it is said of", () => {
  expect(parse("--bootstrap", "none", "--monitor", "none")).toMatchObject({
    bootstrap: [],
    monitor: undefined,
  });
});

test.each([
  [
    ["--monitor", "localhost:4002"],
    "--monitor must be an address and a port such as 127.0.0.1:4002, or none",
  ],
  [["--monitor", "4002"], "--monitor must be"],
  [["--monitor", "::1:4002"], "--monitor must be"],
  [["--monitor", "[127.0.0.1]:4002"], "--monitor must be"],
  [["--monitor", "127.0.0.1:70000"], "--monitor must be"],
  [["--max-connections", "0"], "--max-connections must be a number from 1 to 10000"],
  [["--max-connections="], "--max-connections must be a number"],
  [["--relay", "maybe"], "--relay must be one of yes, no"],
  [["--host", "example.org"], "--host must be an IP address"],
  [["--network", "My Net"], "--network must be 1–32 lower-case letters"],
  [["--reach", "moon"], "--reach must be one of"],
  [["--list-key", "12D3KooW"], "no --list is given"],
  [["--list"], "--list"],
  [["--port="], '--port must be a number from 0 to 65535, not ""'],
  [["--port", "0x10"], '--port must be a number from 0 to 65535, not "0x10"'],
  [["--port", "65536"], '--port must be a number from 0 to 65535, not "65536"'],
  [["--bootstarp", "x"], "unknown option --bootstarp; did you mean --bootstrap?"],
  [["--relai", "no"], "unknown option --relai; did you mean --relay?"],
])("%j is refused by name", (args, words) => {
  expect(() => parse(...args)).toThrow(words);
});
