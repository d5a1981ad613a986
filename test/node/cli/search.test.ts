import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Card } from "action-collective";
import { describe, expect, it } from "vitest";
import type { ApiHandlers } from "../../../node/src/api/handlers.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { ID, sampleHandlers } from "../api/sample-api.ts";
import { peer } from "./cli-run.ts";

const card: Card = {
  id: ID,
  name: "echo",
  summary: "Gives back what it was given",
  standing: "passed",
  score: 0.5,
  permissions: {},
  match: 0.912,
  similar: 0,
};

const answering = (...cards: Card[]) => peer({ search: async () => ({ cards, asked: null, weak: false }) });

/** A peer that remembers what it was asked. */
async function listening() {
  const asked: Parameters<ApiHandlers["search"]>[0]["body"][] = [];
  const running = await peer({
    search: async ({ body }) => {
      asked.push(body);
      return { cards: [], asked: null, weak: false };
    },
  });
  return Object.assign(running, { asked });
}

const sample = () => sampleHandlers();

async function echoFolder() {
  const folder = await temporaryFolder();
  const cases = [1, 2, 3].map((n) => ({ input: n, output: n }));
  const description = {
    name: "echo",
    description: "Gives back.",
    input: {},
    output: {},
    licence: "MIT",
    cases,
  };
  await writeFile(join(folder.path, "action.json"), JSON.stringify(description));
  await writeFile(join(folder.path, "action.js"), "export default (x) => x;");
  return folder;
}

describe("collective search", () => {
  it("aligns its columns and shortens ids to beginnings that are unique", async () => {
    const twin = `${ID.slice(0, 20)}${"z".repeat(39)}`;
    const other: Card = {
      ...card,
      id: twin,
      name: "echo-much-longer",
      standing: "pending",
      permissions: { net: ["a.example"] },
      similar: 3,
    };
    await using running = await answering(card, other);
    const { code, stdout, stderr } = await running.run(["search", "give", "back", "--limit", "2"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const length = 21;
    expect(stdout.split("\n")).toEqual([
      `${"ID".padEnd(length)}  NAME              TEST HERE  SCORE  MATCH  SUMMARY`,
      `${ID.slice(0, length)}  echo              passed     0.50   0.91   Gives back what it was given`,
      `${twin.slice(0, length)}  echo-much-longer  pending    0.50   0.91   [needs a.example] [and 3 like it] Gives back what it was given`,
      "",
    ]);
  });

  it("passes on what was asked", async () => {
    await using running = await listening();
    await running.run(["search", "two", "words", "--verified", "--tag", "a", "--tag", "b", "--limit", "7"]);
    expect(running.asked).toEqual([
      { query: "two words", limit: 7, verified: true, tags: ["a", "b"], collapse: true },
    ]);
  });

  it("has a flag for every filter", async () => {
    await using running = await listening();
    const said = `search x --may net --language javascript --licence MIT --licence ISC --author 12D3KooWa --mine
      --score 0.5 --verdicts 3 --strength 0.7 --newer 2026-01-31 --older 2026-02-01T12:00:00Z --all --explain`;
    expect(await running.run(said.split(/\s+/))).toMatchObject({ code: 0 });
    expect(running.asked).toEqual([
      {
        query: "x",
        limit: 10,
        permissions: ["net"],
        languages: ["javascript"],
        licences: ["MIT", "ISC"],
        authors: ["12D3KooWa"],
        mine: true,
        minScore: 0.5,
        minVerdicts: 3,
        minStrength: 0.7,
        seenAfter: Date.parse("2026-01-31T00:00:00Z"),
        seenBefore: Date.parse("2026-02-01T12:00:00Z"),
        collapse: false,
        explain: true,
      },
    ]);
    const before = Date.now();
    await running.run(["search", "x", "--pure", "--newer", "7d"]);
    const { permissions, seenAfter = 0 } = running.asked[1] ?? {};
    expect(permissions).toEqual([]);
    const week = 7 * 24 * 3_600_000;
    expect(seenAfter).toBeGreaterThanOrEqual(before - week);
    expect(seenAfter).toBeLessThanOrEqual(Date.now() - week);
  });

  it.each([
    [["--limit", "0"], "a whole number from 1 to 50"],
    [["--score", "1.5"], "a number from 0 to 1"],
    [["--verdicts", "-1"], "a whole number from 0 to 256"],
    [["--may", "everything"], "net or secrets"],
    [["--language", "cobol"], "typescript or javascript"],
    [["--newer", "yesterday"], "an age such as 12h, 7d or 2w"],
  ])("%j is refused with what it takes", async (flags, said) => {
    await using running = await listening();
    const { code, stderr } = await running.run(["search", "x", ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(running.asked).toEqual([]);
  });

  it("explains each place when asked", async () => {
    const explanation = {
      keyword: 1,
      vector: 0.75,
      cosine: 0.5,
      alpha: 0.8,
      relevance: 0.889,
      reputation: 0.95,
      verdicts: 1,
      author: 0.9,
      filters: ["tags: math", "minScore: 0.62"],
      similar: ["bafyreione", "bafyreitwo"],
    };
    const fresh = { ...explanation, vector: null, cosine: null, author: 1, filters: [], similar: [] };
    await using running = await answering(
      { ...card, similar: 2, explanation },
      { ...card, name: "new", explanation: fresh },
    );
    const { stdout } = await running.run(["search", "x", "--explain"]);
    expect(stdout.split("\n")).toEqual([
      "echo  match 0.912",
      "  words      1.000 of the best",
      "  meaning    0.750 (cosine 0.500), weighs 0.8 beside the words' 1",
      "  relevance  0.889",
      "  factors    reputation 0.950, verdicts 1.000",
      "  moved back 0.900: its author has several results before it",
      "  filter     tags: math",
      "  filter     minScore: 0.62",
      "  like it    bafyreione",
      "  like it    bafyreitwo",
      "",
      "new  match 0.912",
      "  words      1.000 of the best",
      "  meaning    no vector yet",
      "  relevance  0.889",
      "  factors    reputation 0.950, verdicts 1.000",
      "",
    ]);
    const json = await running.run(["search", "x", "--explain", "--json"]);
    expect(JSON.parse(json.stdout).cards[0].explanation).toEqual(explanation);
  });

  it("ends well when there is nothing, and says so beside the data", async () => {
    await using running = await answering();
    expect(await running.run(["search", "x"])).toEqual({
      code: 0,
      stdout: "",
      stderr: 'No action found for "x".\n',
    });
    expect(JSON.parse((await running.run(["search", "x", "--json"])).stdout)).toMatchObject({ cards: [] });
    expect(await running.run(["search", "x", "-q"])).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("colours a terminal only, unless NO_COLOR is set, and keeps to its width", async () => {
    await using running = await answering({ ...card, summary: "word ".repeat(100) });
    const escapeSequence = "\u001b[";
    expect((await running.run(["search", "x"])).stdout).not.toContain(escapeSequence);
    const terminal = { columns: 90 };
    expect((await running.run(["search", "x"], { terminal })).stdout).toContain(escapeSequence);
    const plain = await running.run(["search", "x"], { terminal, env: { NO_COLOR: "1" } });
    expect(plain.stdout).not.toContain(escapeSequence);
    expect(Math.max(...plain.stdout.split("\n").map((line) => line.length))).toBe(90);
  });

  it("shows strangers' text without what could move a cursor or turn a line around", async () => {
    const hostile = "a\u001b[2Jb\u202ec\u009b1md\nerror: fake";
    await using running = await answering({ ...card, name: hostile, summary: hostile });
    const shown = (await running.run(["search", "x"])).stdout;
    expect(shown.split("\n")).toHaveLength(3);
    expect(shown).toContain("a?[2Jb?c?1md error: fake");
    const json = (await running.run(["search", "x", "--json"])).stdout;
    expect(json.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(json).cards[0].name).toBe(hostile);
  });
});

describe("what other commands say of search", () => {
  it("publish says what would help to find the action", async () => {
    await using running = await peer({
      publish: async ({ body }) => ({
        ...(await sample().publish({ ref: "", body, caller: "user", signal: new AbortController().signal })),
        advice: ["It has no phrasings."],
      }),
    });
    await using folder = await echoFolder();
    expect(await running.run(["publish", folder.path])).toEqual({
      code: 0,
      stdout: `${ID}\n`,
      stderr: [
        "Published echo: 1 of 1 cases passed in 12 ms (deno 2.9.6, process); told 2 peers.",
        "Hint: It has no phrasings.",
        "",
      ].join("\n"),
    });
  });

  it("show lists what is like it", async () => {
    await using running = await peer({
      show: async (call) => ({
        ...(await sample().show(call)),
        similar: [{ id: "bafyreitwin", name: "echo2" }],
      }),
    });
    expect((await running.run(["show", "echo"])).stdout).toMatch(/^like it +bafyreitwin echo2$/m);
  });

  it("status says what embeds, how far a new embedder is, and what it cost", async () => {
    const search = {
      engine: "hnsw",
      embedder: "old/1",
      vectors: 12,
      backlog: 3,
      rebuilding: { from: "old/1", to: "new/2", done: 4, total: 15 },
      usage: { requests: 2, tokens: 340, cost: 0.0123 },
    };
    await using running = await peer({
      status: async (call) => ({ ...(await sample().status(call)), search }),
    });
    expect((await running.run(["status"])).stdout).toContain(
      [
        "search         hnsw, old/1, 12 vectors, 3 waiting",
        "               rebuilding for new/2: 4 of 15; old/1 serves meanwhile",
        "               2 requests, 340 tokens, cost 0.0123 since the start",
      ].join("\n"),
    );
  });
});
