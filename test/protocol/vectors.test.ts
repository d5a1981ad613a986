import { readdirSync, readFileSync } from "node:fs";
import {
  assertFresh,
  blockListBytes,
  cidOf,
  cleanText,
  createSigner,
  createVerifier,
  DAG_CBOR,
  decodeAskAnswer,
  decodeAskRequest,
  decodeCanonical,
  decodeManifest,
  decodeSyncAnswer,
  decodeSyncRequest,
  encodeAskAnswer,
  encodeAskRequest,
  encodeCanonical,
  encodeSyncAnswer,
  encodeSyncRequest,
  forbiddenRanges,
  keyOfPeerId,
  LiveSet,
  mintCapability,
  narrowCapability,
  networkListBytes,
  networkNames,
  openCapability,
  openRecord,
  parseActionId,
  peerIdOfKey,
  RAW,
  RecordSet,
  SyncFrameError,
  skeleton,
  textProblem,
  visibleJson,
} from "@action-collective/protocol";
import { describe, expect, test } from "vitest";
import { vectorFiles } from "./vectors/files.ts";
import { hex, unhex } from "./vectors/material.ts";
import { codeOf, readVectors, VECTORS } from "./vectors/read.ts";
import { stateOf } from "./vectors/states.ts";

test("the files are exactly what the generator writes", () => {
  const files = vectorFiles();
  expect(readdirSync(VECTORS).sort()).toEqual(Object.keys(files).sort());
  for (const [name, text] of Object.entries(files))
    expect(readFileSync(new URL(name, VECTORS), "utf8") === text, `${name}: run vectors/make.ts`).toBe(true);
});

describe("§1.1 and §8: identities and names", () => {
  const { keys, cids, networks, badNetworks, badActionIds, badPeerIds } = readVectors("names.json");

  test("keys and their peer ids", () => {
    for (const { seed, publicKey, peer } of keys) {
      expect(hex(createSigner(unhex(seed)).publicKey)).toBe(publicKey);
      expect(peerIdOfKey(unhex(publicKey))).toBe(peer);
      expect(hex(keyOfPeerId(peer))).toBe(publicKey);
    }
    for (const id of badPeerIds) expect(codeOf(() => keyOfPeerId(id))).toBe("malformed");
  });

  test("CIDs", () => {
    for (const { hex: bytes, raw, dagCbor } of cids) {
      expect(cidOf(unhex(bytes), RAW).toString()).toBe(raw);
      expect(cidOf(unhex(bytes), DAG_CBOR).toString()).toBe(dagCbor);
      expect(parseActionId(dagCbor)).toBe(dagCbor);
    }
    for (const id of badActionIds) expect(codeOf(() => parseActionId(id))).toBe("invalid-id");
  });

  test("networks", () => {
    for (const { network, ...names } of networks) expect(networkNames(network)).toEqual(names);
    for (const name of badNetworks) expect(codeOf(() => networkNames(name))).toBe("malformed");
  });
});

describe("§1.2: signatures", () => {
  const verifier = createVerifier();
  for (const { name, publicKey, message, signature, valid } of readVectors("signatures.json").vectors)
    test(name, () => {
      expect(verifier.verify(unhex(signature), unhex(message), unhex(publicKey))).toBe(valid);
    });
});

describe("§2: canonical dag-cbor", () => {
  const { good, bad } = readVectors("canonical.json");

  test("good values decode and encode back", () => {
    for (const { name, hex: bytes, json } of good) {
      const value = decodeCanonical(unhex(bytes), 65_536);
      expect(hex(encodeCanonical(value)), name).toBe(bytes);
      if (json !== undefined) expect(JSON.stringify(value), name).toBe(json);
    }
  });

  for (const { name, hex: bytes, code } of bad)
    test(`${name} is refused`, () => {
      expect(codeOf(() => decodeCanonical(unhex(bytes), 65_536))).toBe(code);
    });
});

describe("§5: manifests", () => {
  const { good, bad } = readVectors("manifests.json");

  test("good manifests", () => {
    for (const { id, hex: bytes, code } of good) {
      const action = decodeManifest(unhex(bytes));
      expect(action.id).toBe(id);
      expect(action.manifest.code.toString()).toBe(code);
    }
  });

  for (const { name, spec, hex: bytes, code } of bad)
    test(`${spec} ${name} is refused`, () => {
      expect(codeOf(() => decodeManifest(unhex(bytes)))).toBe(code);
    });
});

describe("§4: records", () => {
  const verifier = createVerifier();
  const { network, good } = readVectors("records.json");

  for (const vector of good)
    test(vector.name, () => {
      const record = openRecord(unhex(vector.record), verifier, network);
      const { kind, author, subject, revision, created, id } = record;
      expect({ kind, author, subject, revision, created, id }).toEqual({
        kind: vector.kind,
        author: vector.author,
        subject: vector.subject,
        revision: vector.revision,
        created: vector.created,
        id: vector.id,
      });
      const parts = [vector.head, vector.body, vector.signature].map(unhex);
      expect(hex(encodeCanonical(parts))).toBe(vector.record);
      expect(codeOf(() => openRecord(unhex(vector.record), verifier, "elsewhere"))).toBe("bad-signature");
    });

  for (const { name, spec, code, record } of readVectors("refusals.json").bad)
    test(`${spec} ${name} is refused`, () => {
      expect(codeOf(() => openRecord(unhex(record), verifier, network))).toBe(code);
    });
});

describe("§4.2–§4.11: states", () => {
  const verifier = createVerifier();
  const { network, freshness, vectors } = readVectors("states.json");

  test("§4.3 freshness", () => {
    for (const { created, now, fresh } of freshness)
      expect(codeOf(() => assertFresh({ kind: "feedback", created }, now))).toBe(
        fresh ? "accepted" : "not-fresh",
      );
  });

  for (const { name, records, state } of vectors)
    test(name, () => {
      const set = new RecordSet();
      for (const record of [...records].reverse()) set.add(openRecord(unhex(record), verifier, network));
      expect(stateOf(set)).toEqual(state);
    });
});

describe("§10: sets and sync frames", () => {
  const { sets, requests, answers } = readVectors("sync.json");

  test("fingerprints", () => {
    for (const { items, count, fingerprint } of sets) {
      const set = new LiveSet();
      for (const { created, digest } of items.toReversed()) set.add({ created, digest: unhex(digest) });
      expect(set.summary()).toEqual({ count, fingerprint: unhex(fingerprint) });
    }
  });

  test("requests", () => {
    for (const { name, kind, hex: frame } of requests.good) {
      const request = decodeSyncRequest(unhex(frame));
      expect(request.kind, name).toBe(kind);
      expect(hex(encodeSyncRequest(request)), name).toBe(frame);
    }
    for (const { name, hex: frame } of requests.bad)
      expect(() => decodeSyncRequest(unhex(frame)), name).toThrow(SyncFrameError);
  });

  test("answers", () => {
    for (const { name, kind, hex: frame } of answers.good) {
      const answer = decodeSyncAnswer(unhex(frame));
      expect(answer.kind, name).toBe(kind);
      expect(hex(encodeSyncAnswer(answer)), name).toBe(frame);
    }
    for (const { name, hex: frame } of answers.bad)
      expect(() => decodeSyncAnswer(unhex(frame)), name).toThrow(SyncFrameError);
  });
});

describe("§8: signed lists", () => {
  const { key, networkLists, blockLists } = readVectors("lists.json");
  const { verify } = createVerifier();

  test.each([
    ["§8.3: of networks", networkLists, networkListBytes, "network-list", 3],
    ["§8.4: of blocks, which hold in every network", blockLists, blockListBytes, "block-list", 2],
  ] as const)("%s", (_, lists, bytesOf, purpose, least) => {
    expect(lists.length).toBeGreaterThanOrEqual(least);
    for (const { name, content, bytes, signature } of lists) {
      const domain = Buffer.from(`action-collective/${purpose}/1\0${content.network ?? ""}\0`);
      expect(bytes, name).toBe(hex(domain) + hex(encodeCanonical(content)));
      const signed = bytesOf(content);
      expect(hex(signed), name).toBe(bytes);
      expect(verify(Buffer.from(signature, "base64"), signed, keyOfPeerId(key)), name).toBe(true);
    }
  });
});

describe("§15: asking neighbours", () => {
  const { requests, answers } = readVectors("ask.json");

  test("requests", () => {
    for (const { name, hex: frame, ...request } of requests.good) {
      expect(decodeAskRequest(unhex(frame)), name).toEqual(request);
      expect(hex(encodeAskRequest(request)), name).toBe(frame);
    }
    for (const { name, hex: frame } of requests.bad)
      expect(
        codeOf(() => decodeAskRequest(unhex(frame))),
        name,
      ).toBe("malformed");
  });

  test("answers", () => {
    for (const { name, retryAfterMs, records, hex: frame } of answers.good) {
      const answer =
        records === undefined
          ? ({ kind: "busy", retryAfterMs } as const)
          : ({ kind: "records", records: records.map(unhex) } as const);
      expect(decodeAskAnswer(unhex(frame)), name).toEqual(answer);
      expect(hex(encodeAskAnswer(answer)), name).toBe(frame);
    }
    for (const { name, hex: frame } of answers.bad)
      expect(
        codeOf(() => decodeAskAnswer(unhex(frame))),
        name,
      ).toBe("malformed");
  });
});

test("§7: text", () => {
  const { forbidden, rules, good, bad, cleaned, visible, skeletons } = readVectors("text.json");
  expect(forbidden).toEqual(forbiddenRanges);
  for (const { name, rule, text } of good) expect(textProblem(text, rules[rule]), name).toBeUndefined();
  for (const { name, rule, text } of bad) expect(textProblem(text, rules[rule]), name).toBeTypeOf("string");
  for (const { text, most, cleaned: shown } of cleaned) expect(cleanText(text, most)).toBe(shown);
  for (const { value, json } of visible) expect(visibleJson(value)).toBe(json);
  for (const { name, skeleton: like } of skeletons) expect(skeleton(name)).toBe(like);
});

describe("§17 capabilities", () => {
  const { rootKey, good, bad } = readVectors("capabilities.json");

  test("are cut from one another, and say what is in force", () => {
    let above: string | undefined;
    for (const { name, nonce, block, token, bytes, ids, inForce } of good) {
      const made =
        above === undefined
          ? mintCapability(unhex(rootKey), block, unhex(nonce))
          : narrowCapability(above, block, unhex(nonce));
      expect(made, name).toBe(token);
      expect(Buffer.from(token.slice("acc1.".length), "base64url").toString("hex"), name).toBe(bytes);
      const opened = openCapability(unhex(rootKey), token);
      expect([opened.ids, opened.privileges], name).toEqual([ids, inForce]);
      above = token;
    }
    expect(good).toHaveLength(3);
  });

  test("that do not hold are refused", () => {
    for (const { name, token } of bad)
      expect(
        codeOf(() => openCapability(unhex(rootKey), token)),
        name,
      ).toBe("capability-invalid");
  });
});
