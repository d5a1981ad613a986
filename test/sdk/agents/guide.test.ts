import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  limits,
  MOST_DESCENDANTS,
  MOST_LEVELS,
  MOST_MESSAGE_BYTES,
  teamLimits,
} from "@action-collective/protocol";
import { networkLimits, patternLimits } from "action-collective/agents";
import { expect, test } from "vitest";
import * as post from "../../../node/src/post/limits.ts";
import { MOST_ADVICE, MOST_INHERITED } from "../../../sdk/src/agents/hierarchy/experience.ts";
import { MOST_QUESTIONS } from "../../../sdk/src/agents/hierarchy/questions.ts";
import { MOST_RULINGS } from "../../../sdk/src/agents/hierarchy/rulings.ts";
import { humanLimits } from "../../../sdk/src/agents/humans/limits.ts";
import { socketLimits } from "../../../sdk/src/agents/humans/websocket-contact.ts";
import * as own from "../../../sdk/src/agents/limits.ts";
import { makerLimits } from "../../../sdk/src/agents/makers/limits.ts";
import { modelAgentLimits } from "../../../sdk/src/agents/model/limits.ts";
import { MOST_REMOTE_EXCHANGES } from "../../../sdk/src/agents/peer/limits.ts";
import { teamDefaults } from "../../../sdk/src/agents/team/plan.ts";

const ROOT = join(import.meta.dirname, "../../..");
const guide = await readFile(join(ROOT, "sdk/agents.md"), "utf8");

test("every error of agents is in the guide", async () => {
  const folder = join(ROOT, "sdk/src/agents");
  const files = (await readdir(folder, { recursive: true })).filter((name) => /errors\.ts$/.test(name));
  const codes = await Promise.all(
    files.map(async (name) => {
      const text = await readFile(join(folder, name), "utf8");
      return [...text.matchAll(/super\(\s*"([a-z-]+)"/g)].map(([, code = ""]) => code);
    }),
  );
  expect(codes.flat().length).toBeGreaterThan(40);
  expect(codes.flat().filter((code) => !guide.includes(`\`${code}\``))).toEqual([]);
});

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Rows of the guide's table, by how they begin, and the bounds in their order. */
const BOUNDS: readonly (readonly [row: string, ...bounds: number[]])[] = [
  ["a message", MOST_MESSAGE_BYTES, limits.jsonDepth],
  ["until the next answer", own.REQUEST_TIMEOUT_MS / SECOND],
  ["until a method's", own.METHOD_TIMEOUT_MS / MINUTE],
  ["until `requestPermission`", own.PERMISSION_TIMEOUT_MS / SECOND],
  ["until somebody asks a stream", own.IDLE_STREAM_MS / MINUTE],
  ["until a node that leaves", own.LEAVING_MS / SECOND],
  ["exchanges at once", own.MOST_EXCHANGES_OF_ONE, own.MOST_EXCHANGES],
  ["answers to a message", own.MOST_UNASKED_ANSWERS],
  ["members that a broadcast", own.BROADCAST_AT_ONCE],
  ["links of a node", own.MOST_LINKS, own.MOST_LISTENERS],
  ["a thread", own.MOST_ANCESTORS, own.MOST_REMEMBERED, own.MOST_REMEMBERED_BYTES / 1024 ** 2],
  ["entries of the audit trail", own.MOST_AUDIT_ENTRIES],
  ["levels below the board", MOST_LEVELS, MOST_DESCENDANTS],
  ["rulings of a board", MOST_RULINGS, MOST_QUESTIONS],
  ["networks: messages handed on", networkLimits.handedOn, networkLimits.deep],
  ["networks: wait", networkLimits.memberMs / MINUTE, networkLimits.handMs / MINUTE],
  ["a mapper's members", networkLimits.parallel],
  ["a group chat's", networkLimits.turns, teamDefaults.turns],
  ["a summary", networkLimits.summarised, networkLimits.summarisedCharacters],
  [
    "Contract Net",
    patternLimits.contractors,
    patternLimits.openProposals,
    patternLimits.openProposalsOfOne,
    patternLimits.performMs / MINUTE,
  ],
  ["a critic's rounds", patternLimits.rounds],
  ["a model's turns", modelAgentLimits.steps, makerLimits.steps],
  ["a model's conversation", modelAgentLimits.conversation, modelAgentLimits.instructions],
  ["agents that ask one another", modelAgentLimits.depth],
  ["others that a model", modelAgentLimits.others, modelAgentLimits.askMs / MINUTE],
  ["a tool maker", makerLimits.waiting, makerLimits.waitingOfOne, makerLimits.mends],
  ["tools that an agent got", makerLimits.held],
  ["an heirloom", MOST_INHERITED, MOST_ADVICE],
  [
    "a person: questions",
    humanLimits.questions,
    humanLimits.questionsOfOne,
    humanLimits.shownCharacters,
    humanLimits.answerCharacters,
  ],
  ["a person's time", humanLimits.screenTimeoutMs / HOUR, humanLimits.mailTimeoutMs / (24 * HOUR)],
  ["windows of one person", socketLimits.sockets],
  ["a space and other peers", MOST_REMOTE_EXCHANGES],
  ["a peer: spaces connected", post.MOST_DESKS, post.MOST_AGENTS],
  ["a mailbox", post.KEPT_MS / HOUR, post.MOST_KEPT_PER_AGENT, post.MOST_KEPT_PER_PEER, post.MOST_KEPT],
  [
    "letters that wait for a peer",
    post.MOST_OUT_PER_PEER,
    post.MOST_ATTEMPTS,
    post.RETRY_FIRST_MS / SECOND,
    post.RETRY_LONGEST_MS / MINUTE,
  ],
  [
    "a team's file",
    teamLimits.fileBytes / 1024,
    teamLimits.members,
    teamLimits.channels,
    teamDefaults.timeoutMs / HOUR,
    teamLimits.runMs / (24 * HOUR),
  ],
];

test("the bounds in the guide are those in the code", () => {
  for (const [begins, ...bounds] of BOUNDS) {
    const row = guide.split("\n").find((line) => line.startsWith(`| ${begins}`));
    const [, , told = ""] = row?.split("|") ?? [];
    const numbers = [...told.matchAll(/\d[\d,]*/g)].map(([number]) => Number(number.replaceAll(",", "")));
    expect(numbers.slice(0, bounds.length), begins).toEqual(bounds);
  }
});
