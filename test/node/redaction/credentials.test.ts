import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLOTTED, isSecretName, withoutCredentials } from "../../../node/src/redaction/credentials.ts";
import { ReportRedactor } from "../../../node/src/redaction/report-redactor.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const run = (least: number, most: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: least, maxLength: most });
const bytes = (count: number) => fc.uint8Array({ minLength: count, maxLength: count });
const PEM = (body: string) => `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`;

/** Credentials of every form, each with the part that must not survive. */
const credential = fc.oneof(
  run(20, 48).map((body) => ({ text: `sk-${body}`, core: body })),
  run(20, 40).map((body) => ({ text: `sk-proj-${body}`, core: body })),
  run(36, 36).map((body) => ({ text: `ghp_${body}`, core: body })),
  run(60, 60).map((body) => ({ text: `github_pat_${body}`, core: body })),
  run(20, 20).map((body) => ({ text: `glpat-${body}`, core: body })),
  run(24, 24).map((body) => ({ text: `xoxb-1234567890-${body}`, core: body })),
  run(35, 35).map((body) => ({ text: `AIza${body}`, core: body })),
  run(36, 36).map((body) => ({ text: `npm_${body}`, core: body })),
  run(34, 34).map((body) => ({ text: `hf_${body}`, core: body })),
  run(30, 80).map((body) => ({ text: `acc1.${body}`, core: body })),
  run(20, 60).map((body) => ({ text: `Authorization: Bearer ${body}`, core: body })),
  run(12, 40).map((body) => ({ text: `password=${body}`, core: body })),
  run(40, 40).map((body) => ({ text: `aws_secret_access_key = ${body}`, core: body })),
  run(12, 40).map((body) => ({ text: JSON.stringify(JSON.stringify({ password: body })), core: body })),
  run(12, 40).map((body) => ({ text: `mytool --api-key ${body}`, core: body })),
  run(12, 40).map((body) => ({ text: `Cookie: theme=x; session=${body}`, core: body })),
  run(12, 40).map((body) => ({ text: `https://ada:${body}@mail.example/x`, core: body })),
  run(12, 60).map((body) => ({ text: `http://127.0.0.1:4012/#login=${body}`, core: body })),
  run(24, 24).map((body) => ({ text: `https://hooks.slack.com/services/T012/B345/${body}`, core: body })),
  run(40, 200).map((body) => ({ text: PEM(body), core: body })),
  run(20, 40).map((body) => ({ text: `eyJhbGciOiJIUzI1NiJ9.${body}.${body}`, core: body })),
  bytes(32)
    .map((raw) => Buffer.from(raw).toString("hex"))
    .map((body) => ({ text: `0x${body}`, core: body })),
  bytes(64)
    .map((raw) => Buffer.from(raw).toString("base64"))
    .map((body) => ({ text: body, core: body })),
  bytes(32)
    .map((raw) => Buffer.from(raw).toString("hex"))
    .map((body) => ({ text: body, core: body })),
  bytes(64)
    .map((raw) => Buffer.from(raw).toString("hex"))
    .map((body) => ({ text: body, core: body })),
);
const around = fc.constantFrom("", " ", '"', "'", "(", "\n", "=", ": ", "→", ",");

describe("what has the form of a credential", () => {
  it("does not survive, wherever it stands in a text", () => {
    fc.assert(
      fc.property(credential, around, around, fc.string(), ({ text, core }, before, after, rest) => {
        const clean = withoutCredentials(
          `the log said${before === "" ? " " : before}${text}${after} ${rest}`,
        );
        expect(clean).not.toContain(core);
        expect(clean).toContain(BLOTTED);
        expect(clean.startsWith("the log said")).toBe(true);
      }),
    );
  });

  it("is a token of this program, in any of its encodings", () => {
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      const token = randomBytes(32).fill(0xa7, 0, 8).toString(encoding);
      expect(withoutCredentials(`got ${token}.`)).toBe(`got ${BLOTTED}.`);
    }
  });

  it("leaves honest text as it is", () => {
    const honest = [
      "joined 12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN at /ip4/203.0.113.7/tcp/4010",
      "action bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy passed",
      "12 tokens, 3 secrets, a key of 5 words; sk-learn is a package",
      "2026-11-22T04:23:38.000Z warn  the disk that holds the home is full or nearly so",
      "https://example.org/a/b?page=2#top",
      "node_modules/@libp2p/interface/dist/src/connection-manager/index.js:120:14",
    ];
    for (const text of honest) expect(withoutCredentials(text)).toBe(text);
  });

  it("takes no longer for a text that was made to take long", () => {
    const one = new ReportRedactor({
      userFolder: "/h",
      folders: {},
      userName: "ada",
      hostName: "engine",
      secrets: {},
    });
    const made = [
      "-----BEGIN ",
      "a_",
      "eyJ-",
      "https://a",
      "token ",
      "0",
      "A1a-",
      "password: ",
      "::",
      "a.b@",
      "/dns4/",
      "--a-",
      "cookie:",
      "ENOTFOUND ",
    ];
    const began = performance.now();
    for (const text of made) expect(one.text(text.repeat(50_000 / text.length))).not.toBe("");
    // A pattern that begins anew at every place would take half a minute.
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

it("fields are known by their names, however they are written", () => {
  for (const name of [
    "token",
    "apiKey",
    "api_key",
    "Authorization",
    "X-Api-Key",
    "accessToken",
    "userPassword",
    "client-secret",
  ])
    expect(isSecretName(name), name).toBe(true);
  for (const name of [
    "tokens",
    "key",
    "seed",
    "networkKey",
    "keyboard",
    "author",
    "secretary",
    "embedderKeyEnv",
  ])
    expect(isSecretName(name), name).toBe(name === "tokens");
});
