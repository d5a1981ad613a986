import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as contractNet from "../../../examples/patterns/contract-net.ts";
import * as critic from "../../../examples/patterns/critic.ts";
import * as debate from "../../../examples/patterns/debate.ts";
import * as mapReduce from "../../../examples/patterns/map-reduce.ts";
import * as roundTable from "../../../examples/patterns/round-table.ts";
import * as teacherAndStudent from "../../../examples/patterns/teacher-and-student.ts";
import { PeerProcess } from "../../helpers/processes.ts";
import { callOf, type ScriptedAnswer } from "../../helpers/scripted-tools.ts";
import { lines, Speaker } from "./networks-nodes.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** What a model hears: who it is to be, what was said last, and what its functions returned so far. */
interface Heard {
  readonly system: string;
  readonly last: string;
  readonly results: readonly string[];
  readonly tools: readonly string[];
}

/** Answers as whoever the instructions say; what nobody expects fails. */
const cast: { readonly is: string; readonly says: (heard: Heard) => ScriptedAnswer | undefined }[] = [];
const model = new LLMock({ port: 0, strict: true, logLevel: "silent", host: "127.0.0.1" });
let peer: PeerProcess;

beforeAll(async () => {
  model.on({ predicate: (request) => playedBy(request) !== undefined }, (request) => {
    const answer = playedBy(request);
    if (answer === undefined) throw new Error("nobody answers");
    return "content" in answer ? { ...answer } : { toolCalls: [...answer.toolCalls] };
  });
  [peer] = await Promise.all([PeerProcess.start(), model.start()]);
  const { client } = peer;
  await Promise.all(
    ["add-business-days", "polygon-area"].map((action) =>
      client.publishFolder(join(ROOT, "library/actions", action)),
    ),
  );
  vi.stubEnv("COLLECTIVE_HOME", peer.home);
  vi.stubEnv("OPENAI_API_KEY", "scripted");
  vi.stubEnv("OPENAI_BASE_URL", `${model.url}/v1`);
  vi.stubEnv("MODEL", "scripted");
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([peer?.[Symbol.asyncDispose](), model.stop()]);
});

function playedBy({ messages, tools = [] }: ChatCompletionRequest): ScriptedAnswer | undefined {
  const textOf = (content: unknown) => (typeof content === "string" ? content : JSON.stringify(content));
  const heard: Heard = {
    system: textOf(messages[0]?.content),
    last: textOf(messages.findLast(({ role }) => role === "user")?.content),
    results: messages.filter(({ role }) => role === "tool").map(({ content }) => textOf(content)),
    tools: tools.map((tool) => tool.function.name),
  };
  return cast.find(({ is }) => heard.system.includes(is))?.says(heard);
}

const say = (content: string): ScriptedAnswer => ({ content });

describe("patterns with models and a peer", { timeout: 60_000 }, () => {
  test("debate", async () => {
    cast.push(
      {
        is: "speak for",
        says: ({ last }) => say(last.includes("costs") ? "It saves more." : "Two see more."),
      },
      {
        is: "speak against",
        says: ({ last }) => say(last.includes("see more") ? "Who counts?" : "It costs time."),
      },
      {
        is: "You hear a debate",
        says: ({ last }) =>
          last.includes("con: Who counts?") && last.includes("pro: It saves more.") ? say("For.") : undefined,
      },
    );
    expect((await debate.main("Two reviewers?")).split("\n")).toEqual([
      "pro: Two see more.",
      "con: It costs time.",
      "con: Who counts?",
      "pro: It saves more.",
      "verdict: For.",
    ]);
  });

  test("critic", async () => {
    cast.push(
      {
        is: "You write what you are asked for",
        says: ({ last }) => say(last.includes("limit") ? "Too large: 10 MB at most." : "Too large."),
      },
      {
        is: "You are shown a draft",
        says: ({ last }) => say(last.includes("10 MB") ? "OK" : "Name the limit."),
      },
    );
    expect(await critic.main("An error message.")).toBe("Too large: 10 MB at most.");
  });

  test("round table", async () => {
    cast.push(
      { is: "expert for security", says: () => say("Hashing is a must; mind the cost.") },
      {
        is: "expert for costs",
        says: ({ last }) => say(last.includes("Hashing") ? "A breach has a legal price." : "no"),
      },
      { is: "expert for law", says: () => say("Report breaches in 72 hours.") },
    );
    expect((await roundTable.main("Passwords?")).split("\n")).toEqual([
      "security: Hashing is a must; mind the cost.",
      "costs: A breach has a legal price.",
      "law: Report breaches in 72 hours.",
    ]);
  });

  test("map-reduce: workers run an action of the collective", async () => {
    const orders: Record<string, object> = {
      1: { date: "2026-01-02", days: 10 },
      2: { date: "2026-01-05", days: 3 },
      3: { date: "2025-12-29", days: 20 },
    };
    cast.push(
      {
        is: "You are given one order",
        says: ({ last, results, tools }) => {
          const [, order = ""] = /Order (\d)/.exec(last) ?? [];
          if (!tools.includes("run_action")) return undefined;
          const [ran] = results;
          if (ran === undefined)
            return callOf("run_action", { action: "addBusinessDays", input: orders[order] });
          return say(`Order ${order} is due on ${JSON.parse(ran).content.date}.`);
        },
      },
      {
        is: "You are given a question",
        says: ({ last, tools }) => {
          const due = [...last.matchAll(/Order (\d) is due on (\S+)\./g)].map(
            ([, order, date]) => `${date} ${order}`,
          );
          if (due.length !== 3 || tools.length > 0) return undefined;
          return say(`Order ${due.toSorted().at(-1)?.at(-1)}.`);
        },
      },
    );
    expect((await mapReduce.main("Which is last?")).split("\n")).toEqual([
      "Order 1 is due on 2026-01-16.",
      "Order 2 is due on 2026-01-08.",
      "Order 3 is due on 2026-01-26.",
      "answer: Order 3.",
    ]);
  });

  test("Contract Net: the work is a run on the peer", async () => {
    expect((await contractNet.main("2026-01-02")).split("\n")).toEqual([
      'express proposes {"price":9,"by":"addBusinessDays"}',
      'standard proposes {"price":4,"by":"addBusinessDays"}',
      expect.stringMatching(/^shapes refuses: polygonArea needs /),
      expect.stringMatching(/^standard did it: .*"date":"2026-01-16"/),
    ]);
  });

  test("teacher and student: an action knows the answer", async () => {
    cast.push({
      is: "You learn to count working days",
      says: ({ last }) =>
        say(last.includes("mind the weekends") ? "2026-01-16, by weeks." : "2026-01-12, one by one."),
    });
    expect((await teacherAndStudent.main("2026-01-02")).split("\n")).toEqual([
      "student: 2026-01-12, one by one.",
      "teacher: Not yet. It is a Friday; mind the weekends, and do not count the first day. Try again.",
      "student: 2026-01-16, by weeks.",
    ]);
  });

  test("none is left out here", async () => {
    const files = await readdir(join(ROOT, "examples/patterns"));
    const tried = ["contract-net", "critic", "debate", "map-reduce", "round-table", "teacher-and-student"];
    expect(files.toSorted()).toEqual(tried.map((name) => `${name}.ts`));
  });
});

describe("the same patterns of plain agents", () => {
  const parrot = (id: string) => new Speaker(id, ({ content }) => [`${id} of ${content}`]);

  test("a debate ends after its turns, and the judge hears all of it", async () => {
    const judge = new Speaker("judge", ({ content }) => [
      `${String(content).split("\n\n").length - 1} heard`,
    ]);
    const { said, verdict } = await debate.debate([parrot("a"), parrot("b")], judge, "q", 5);
    expect(said.map(({ from }) => from)).toEqual(["a", "b", "b", "a", "a"]);
    expect(verdict).toBe("5 heard");
  });

  test("a critic that is never content leaves its remark", async () => {
    const grumpy = new Speaker("critic", () => ["worse"]);
    expect(await critic.revise(new Speaker("author", () => ["draft"]), grumpy, "write", 2)).toEqual({
      draft: "draft",
      open: "worse",
    });
  });

  test("a chair lets everybody speak before anybody speaks again", async () => {
    const eager = (id: string) => new Speaker(id, ({ intent }) => [intent === "hand" ? true : id]);
    const said = await roundTable.roundTable(
      ["a", "b", "c"].map(eager),
      new roundTable.Chair("chair", 6),
      "topic",
    );
    expect(said.map(({ from }) => from)).toEqual(["a", "b", "c", "a", "b", "c"]);
  });

  test("parts are dealt out, and come back in their order", async () => {
    const workers = ["a", "b"].map((id) => new Speaker(id, ({ content }) => [`${content} by ${id}`]));
    const reducer = new Speaker("sum", ({ content }) => [String(content).split("\n").length - 2]);
    expect(await mapReduce.mapReduce(workers, reducer, { parts: ["1", "2", "3"], question: "?" })).toEqual({
      found: ["1 by a", "2 by b", "3 by a"],
      answer: "3",
    });
  });

  test("a lesson ends when the teacher is silent", async () => {
    let tries = 0;
    const teacher = new Speaker("teacher", ({ from, content }) =>
      from === "student" && content !== "try 3" ? ["again"] : [],
    );
    const student = new Speaker("student", () => [`try ${++tries}`]);
    async function* said() {
      yield* await teacherAndStudent.lesson(teacher, student, "exercise");
    }
    expect(await lines(said())).toEqual([
      "student: try 1",
      "teacher: again",
      "student: try 2",
      "teacher: again",
      "student: try 3",
    ]);
  });
});
