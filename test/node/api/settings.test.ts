import { describe, expect, it } from "vitest";
import {
  environmentName,
  flagName,
  resolveSettings,
  type SettingName,
  type SettingSources,
  settingProblem,
} from "../../../node/src/settings.ts";
import { settingsTable } from "../../../node/src/settings-table.ts";

const base: SettingSources = { home: "/h", flags: {}, env: {}, config: undefined, cores: 6 };
const resolve = (sources: Partial<SettingSources>) => resolveSettings({ ...base, ...sources });
const problemsOf = (sources: Partial<SettingSources>): readonly string[] => {
  try {
    resolve(sources);
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid-settings", remedy: expect.stringContaining("--help") });
    return (error as { problems: string[] }).problems;
  }
  throw new Error("the settings were accepted");
};

describe("settings", () => {
  it("are complete without any source", () => {
    expect(resolve({})).toEqual({
      home: "/h",
      network: "main",
      networkTrust: true,
      reach: "lan",
      host: "0.0.0.0",
      port: 4010,
      inbound: true,
      announce: [],
      relay: "auto",
      // Not given: the network's list decides. An empty one is "none".
      bootstrap: undefined,
      apiPort: 4011,
      metricsHost: "127.0.0.1",
      tracing: false,
      dashboardPort: 4012,
      library: true,
      libraryNet: false,
      verify: true,
      workers: 6,
      quietLoad: 4,
      verifyPerMinute: 100_000,
      prestarted: 2,
      publicBundles: false,
      memoryMb: 256,
      allowNet: [],
      refuseFindings: [],
      embedder: "own",
      askPeers: "off",
      askBelow: 0.5,
      seed: "verified",
      seedQuotaMb: 2_048,
      feedback: true,
      feedbackIntervalMs: 30_000,
      syncIntervalMs: 30_000,
      logLevel: "warn",
      logFormat: "text",
      keepLog: true,
    });
  });

  it("prefer a flag to the environment, that to config.json, and that to the default", () => {
    const config = JSON.stringify({ port: 1, apiPort: 1, workers: 1 });
    const env = { COLLECTIVE_PORT: "2", COLLECTIVE_API_PORT: "2" };
    const { port, apiPort, workers, memoryMb } = resolve({ config, env, flags: { port: "3" } });
    expect({ port, apiPort, workers, memoryMb }).toEqual({ port: 3, apiPort: 2, workers: 1, memoryMb: 256 });
    expect(resolve({ env: { COLLECTIVE_LIBRARY: "no" }, flags: { library: true } }).library).toBe(true);
    expect(resolve({ env: { COLLECTIVE_LIBRARY: "no" } }).library).toBe(false);
    expect(resolve({ env: { COLLECTIVE_PORT: "" } }).port).toBe(4010);
  });

  it("listen on loopback alone when nobody else shall reach the peer, unless told where", () => {
    expect(resolve({ flags: { reach: "loopback" } }).host).toBe("127.0.0.1");
    expect(resolve({ flags: { reach: "loopback", host: "127.0.0.2" } }).host).toBe("127.0.0.2");
  });

  it("read lists with commas and repetition, and none as empty", () => {
    const a = "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWA";
    const b = "/dns4/example.org/tcp/2/p2p/12D3KooWB";
    expect(resolve({ flags: { bootstrap: [`${a}, ${b}`, a] } }).bootstrap).toEqual([a, b, a]);
    expect(resolve({ env: { COLLECTIVE_BOOTSTRAP: a }, flags: { bootstrap: ["none"] } }).bootstrap).toEqual(
      [],
    );
    expect(resolve({ config: '{"bootstrap":[]}' }).bootstrap).toEqual([]);
    expect(resolve({ env: { COLLECTIVE_BOOTSTRAP: "" } }).bootstrap).toBeUndefined();
    expect(resolve({ config: JSON.stringify({ allowNet: ["api.example.com:443"] }) }).allowNet).toEqual([
      "api.example.com:443",
    ]);
  });

  it("take a network's list, and who may sign it only with one", () => {
    const networkKey = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
    const flags = { networkList: "lists/ours.json", networkKey: [networkKey] };
    expect(resolve({ flags })).toMatchObject({ networkList: "lists/ours.json", networkKey: [networkKey] });
    expect(resolve({ flags: { ...flags, networkKey: "none" } }).networkKey).toEqual([]);
    expect(problemsOf({ flags: { networkKey: [networkKey] } })).toEqual([
      "networkKey: says who may sign networkList, and no networkList is given",
    ]);
    expect(problemsOf({ env: { COLLECTIVE_NETWORK_LIST: "x", COLLECTIVE_NETWORK_KEY: "12D3KooW" } })).toEqual(
      ["COLLECTIVE_NETWORK_KEY: entry 1 must be a peer id such as 12D3Koo…"],
    );
  });

  it("take addresses to announce, which name a host and a port and no peer", () => {
    const announce = [
      "/ip4/203.0.113.7/tcp/4010",
      "/dns4/peer.example.org/tcp/4010",
      "/ip6/2001:db8::1/tcp/1",
    ];
    expect(resolve({ env: { COLLECTIVE_ANNOUNCE: announce.join(",") } }).announce).toEqual(announce);
    expect(resolve({ config: JSON.stringify({ announce }) }).announce).toEqual(announce);
    const wrong = {
      "203.0.113.7:4010": "does not begin with a slash",
      "/ip4/203.0.113/tcp/4010": "holds no host that fits /ip4",
      "/ip4/203.0.113.7/udp/4010": "must go on with /tcp",
      "/ip4/203.0.113.7/tcp/0": "holds no port from 1 to 65535",
      "/ip4/203.0.113.7/tcp/4010/p2p/12D3KooW": "must end after the port",
      "/dnsaddr/example.org": "must begin with /ip4",
    };
    for (const [address, why] of Object.entries(wrong))
      expect(problemsOf({ flags: { announce: address } })).toEqual([
        expect.stringMatching(new RegExp(`^--announce: entry 1 ${why}`)),
      ]);
  });

  it("name everything that is wrong at once, and where it stands", () => {
    const problems = problemsOf({
      flags: { port: "http", reach: "moon" },
      env: { COLLECTIVE_WORKERS: "0", COLLECTIVE_VERIFY: "maybe", COLLECTIVE_BOOTSTRAP: "example.org" },
      config: JSON.stringify({ memoryMb: "128", prot: 1 }),
    });
    expect(problems).toEqual([
      expect.stringMatching(/^config\.json: "prot" is not a setting; known: network, .*port/),
      "--reach: must be loopback, lan, public",
      "--port: must be a whole number from 0 to 65535",
      expect.stringMatching(/^COLLECTIVE_BOOTSTRAP: entry 1 must be an address such as/),
      "COLLECTIVE_VERIFY: must be true or false",
      "COLLECTIVE_WORKERS: must be a whole number from 1 to 64",
      "config.json, memoryMb: must be a whole number from 32 to 4096",
    ]);
  });

  it("say what is wrong with a config.json that is none", () => {
    expect(problemsOf({ config: "{,}" })[0]).toMatch(/^config\.json is not JSON: /);
    expect(problemsOf({ config: "[1]" })).toEqual(["config.json must hold one JSON object"]);
    expect(problemsOf({ config: '{"__proto__": 1}' })[0]).toContain("is not a setting");
  });

  it("refuse an embedder's settings that are wrong, missing, or another's", () => {
    expect(resolve({ flags: { embedder: "onnx", embedderFolder: "/models/mini" } })).toMatchObject({
      embedder: "onnx",
      embedderFolder: "/models/mini",
    });
    expect(problemsOf({ env: { COLLECTIVE_EMBEDDER: "onnx" } })).toEqual([
      'embedderFolder: must be set with the embedder "onnx"',
    ]);
    expect(problemsOf({ flags: { embedder: "openai", embedderFolder: "/models/mini" } })).toEqual([
      'embedderModel: must be set with the embedder "openai"',
      'embedderFolder: is of no use with the embedder "openai"',
    ]);
    expect(problemsOf({ config: JSON.stringify({ embedderModel: "m", embedderKey: "sk-1" }) })[0]).toContain(
      '"embedderKey" is not a setting',
    );
    const wrong = { embedderKeyEnv: "sk-1234", embedderUrl: "https://me:secret@example.org/v1" };
    const problems = problemsOf({ flags: { embedder: "openai", embedderModel: "m", ...wrong } });
    expect(problems).toEqual([
      expect.stringMatching(/^--embedder-url: must be an http or https URL .* without a password$/),
      "--embedder-key-env: must be the name of an environment variable, not the key itself",
    ]);
  });

  it("have a flag and a variable each, and defaults that they would accept themselves", () => {
    expect(environmentName("apiPort")).toBe("COLLECTIVE_API_PORT");
    expect(environmentName("home")).toBe("COLLECTIVE_HOME");
    expect(flagName("feedbackIntervalMs")).toBe("feedback-interval-ms");
    for (const name of Object.keys(settingsTable) as SettingName[]) {
      const { fallback, description } = settingsTable[name];
      expect(description.length, name).toBeGreaterThan(10);
      if (fallback !== undefined)
        expect(settingProblem(name, String(fallback) || "none"), name).toBeUndefined();
    }
    expect(settingProblem("port", "65536")).toBe("must be a whole number from 0 to 65535");
    expect(settingProblem("network", "No Spaces")).toContain("lower-case");
  });
});
