import { generateKeyPairSync } from "node:crypto";
import { peerIdOfKey } from "@action-collective/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Identity, ReportRedactor } from "../../../node/src/redaction/report-redactor.ts";

const IDENTITY: Identity = {
  userFolder: "/home/lovelace",
  folders: { "/srv/acme/peer": "[home]", "/home/lovelace/notes": "[this folder]", "/": "[nothing]" },
  userName: "lovelace",
  hostName: "engine.analytical.example",
  secrets: { token: "correct horse battery", WEATHER_KEY: 'w"eather\\42' },
};
const redactor = (changes: Partial<Identity> = {}) => new ReportRedactor({ ...IDENTITY, ...changes });

function peerId(): string {
  const { x = "" } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
  return peerIdOfKey(new Uint8Array(Buffer.from(x, "base64url")));
}

const PEERS = Array.from({ length: 8 }, peerId);
const ipv4 = fc.ipV4().filter((ip) => !/^(?:127\.|0\.0\.0\.0$|255\.255\.255\.255$)/.test(ip));
const ipv6 = fc.ipV6().filter((ip) => ip.length > 6);
const name = fc
  .string({ unit: fc.constantFrom(..."bcdfghjklmnpqrstvwxz"), minLength: 6, maxLength: 12 })
  .filter((text) => !["host", "user"].some((word) => text.includes(word)));

describe("a report", () => {
  it("shows no peer, address, name, folder or secret of this machine, in values or keys", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PEERS),
        ipv4,
        ipv6,
        name,
        name,
        fc.string({ minLength: 10, maxLength: 40 }).filter((text) => text.trim().length >= 10),
        (peer, four, six, user, host, secret) => {
          const one = redactor({
            ...{ userFolder: `/home/${user}`, userName: user, hostName: `${host}.example` },
            secrets: { S: secret },
          });
          const clean = JSON.stringify(
            one.json({
              [peer]: `/ip4/${four}/tcp/4010/p2p/${peer}`,
              text: `${user}@${host} reached ${four}:4010 and [${six}]:4010, from ${host}.example`,
              six: `/ip6/${six}/tcp/4010`,
              dns: `/dns4/${host}.example/tcp/1 /dnsaddr/${host}/p2p/${peer}`,
              url: `https://${host}.example:8443/v1?key=1`,
              nested: [{ path: `/home/${user}/.action-collective/key`, said: `: ${secret}` }],
            }),
          );
          for (const real of [peer, four, `/${six}/`, `[${six}]`, user, host])
            expect(clean).not.toContain(real);
          expect(clean).not.toContain(JSON.stringify(secret).slice(1, -1));
          expect(clean).toContain("~/.action-collective/key");
        },
      ),
      { numRuns: 50 },
    );
  });

  it("calls one peer and one address by one name throughout, so that they can be followed", () => {
    const [a = "", b = ""] = PEERS;
    const one = redactor();
    const clean = one.json({
      dialled: `/ip4/203.0.113.7/tcp/4010/p2p/${a}`,
      log: [`${b} at 203.0.113.9 left`, `${a} at 203.0.113.7 is back`],
      six: "2001:db8::1: refused; 2001:DB8::1 again",
    });
    expect(clean).toEqual({
      dialled: "/ip4/addr-1/tcp/4010/p2p/peer-1",
      log: ["peer-2 at addr-2 left", "peer-1 at addr-1 is back"],
      six: "addr-3: refused; addr-3 again",
    });
    expect(one.leftOut().join("\n")).toMatch(/peer ids, as peer-1, peer-2, …: 2\nIP addresses.*: 3/);
  });

  it("keeps what helps and tells nobody anything: times, versions, loopback, counts, public ids", () => {
    const honest = {
      at: "2026-11-22T04:23:38.123Z",
      version: "2.9.6",
      api: "http://127.0.0.1:4011",
      listens: "/ip4/0.0.0.0/tcp/4010 /ip6/::1/tcp/4010",
      openai: "https://api.openai.com/v1",
      action: "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
      seed: "verified",
      counts: [1, true, null, 0.5],
      line: "index.js:120:14",
    };
    expect(redactor().json(honest)).toEqual(honest);
  });

  it("knows this machine's secrets in every encoding, and other people's folders", () => {
    const { secrets } = IDENTITY;
    const { token = "", WEATHER_KEY = "" } = secrets;
    const one = redactor();
    for (const secret of [token, WEATHER_KEY])
      for (const form of [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString("base64url"),
        JSON.stringify(secret).slice(1, -1),
      ])
        expect(one.text(`it said ${form} twice`)).toMatch(/^it said \[(token|WEATHER_KEY)\] twice$/);
    expect(one.text("/home/babbage/x and C:\\Users\\babbage\\x")).toBe(
      "/home/the-user/x and C:\\Users\\the-user\\x",
    );
    expect(one.json({ apiKey: "short1", nothing: "" })).toEqual({ apiKey: "[credential]", nothing: "" });
  });

  it("names neither the folders that are somebody's, nor hosts that were sought in vain or spoken to by any scheme", () => {
    const one = redactor();
    expect(
      one.text("/srv/acme/peer/key, /srv/acme/peers, /home/lovelace/notes/.mcp.json, /home/lovelace/x"),
    ).toBe("[home]/key, /srv/acme/peers, [this folder]/.mcp.json, ~/x");
    expect(one.text("getaddrinfo ENOTFOUND boot.acme.example, redis://cache.acme.example:6379/0")).toBe(
      "getaddrinfo ENOTFOUND name-2, redis://name-1:6379/0",
    );
    expect(one.text("/home/lovelacex/y")).toBe("/home/the-user/y");
  });

  it("leaves common names, and those of two letters, in words; in paths they go", () => {
    const one = redactor({ userName: "node", userFolder: "/home/node", hostName: "ab" });
    expect(one.text("node 24 in /home/node/x, and about ab")).toBe("node 24 in ~/x, and about ab");
  });
});
