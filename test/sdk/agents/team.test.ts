import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidTeamError, readTeam } from "../../../sdk/src/agents/team/index.ts";
import { isPass, turnAnswer, turnQuestion } from "../../../sdk/src/agents/team/taking-turns.ts";

const model = { name: "scripted" };
const team = (members: object, more: object = {}) => ({ name: "desk", model, members, ...more });

/** Everything that a team's file is refused for. */
function problemsOf(value: unknown, variables?: Record<string, string>): readonly string[] {
  try {
    readTeam(value, variables);
  } catch (error) {
    if (error instanceof InvalidTeamError) return error.problems;
    throw error;
  }
  return [];
}

test("a team is read: levels, privileges, channels, values, and who is asked first", () => {
  const read = readTeam(
    team(
      {
        checker: { reportsTo: "editor", tools: { actions: ["addBusinessDays"] } },
        editor: {
          role: "editor in chief",
          instructions: "You lead {{team}} on {{topic}}. You have {{reports}}.",
          mayTalkTo: ["reporter", "checker"],
          privileges: { budget: { tokens: 1000 }, permissions: { net: ["example.org"] } },
        },
        reporter: {
          reportsTo: "editor",
          mayTalkTo: ["editor"],
          model: { name: "small", parameters: { temperature: 0 } },
          expose: true,
          maker: "smith",
        },
        smith: { makes: { publish: true } },
        owner: { human: "console" },
      },
      {
        variables: { topic: "the sea", year: 2026 },
        channels: { round: { members: ["editor", "checker"], hands: true, chair: "owner" } },
        budget: { calls: 10 },
        start: "editor",
      },
    ),
    { topic: "the moon" },
  );
  expect(read.members.map(({ id, level, superior }) => [id, level, superior])).toEqual([
    ["editor", 1, undefined],
    ["checker", 2, "editor"],
    ["reporter", 2, "editor"],
    ["smith", 1, undefined],
    ["owner", 1, undefined],
  ]);
  const [editor, checker, reporter, smith, owner] = read.members;
  expect(editor).toMatchObject({
    kind: "thinker",
    reports: ["checker", "reporter"],
    channels: ["round"],
    model,
    privileges: {
      talkTo: ["reporter", "checker", "round", "smith", "editor"],
      budget: { tokens: 1000 },
      permissions: { net: ["example.org"], secrets: "any" },
      // Nobody gives what they do not have.
      expose: true,
      levels: 1,
      agents: 2,
    },
    expose: false,
  });
  expect(checker).toMatchObject({ privileges: { expose: false, levels: 0, agents: 0 } });
  expect(checker?.privileges).not.toHaveProperty("talkTo");
  expect(reporter).toMatchObject({
    model: { name: "small", parameters: { temperature: 0 } },
    privileges: { talkTo: ["editor", "smith"] },
    expose: true,
    maker: "smith",
  });
  expect(smith).toMatchObject({ kind: "maker", publish: true, privileges: { talkTo: ["*"] } });
  expect(owner).toMatchObject({ kind: "person", human: { console: {} } });
  expect(read.channels).toEqual([
    expect.objectContaining({
      id: "round",
      turns: 24,
      privileges: expect.objectContaining({ talkTo: ["editor", "checker", "owner"], actions: [] }),
    }),
  ]);
  expect(read).toMatchObject({
    variables: { topic: "the moon", year: "2026" },
    budget: { calls: 10 },
    start: "editor",
    timeoutMs: 3_600_000,
  });
});

test("the first member is asked first where none is named", () => {
  expect(readTeam(team({ one: {}, two: {} })).start).toBe("one");
});

describe("everything that is wrong is named at once, by its path, with what was meant", () => {
  const refused: [what: string, value: unknown, problems: readonly string[]][] = [
    [
      "mistyped keys and values",
      {
        nmae: "desk",
        model: { name: "m", apiKey: "sk-1", base_url: "https://example.org" },
        members: {
          a: {
            instrutions: "x",
            tools: { fnd: true },
            human: "consol",
            privileges: { talkTo: [], budget: { token: 3 } },
            mayTalkTo: ["b c"],
          },
          "b c": {},
        },
      },
      [
        "name: expected string, received undefined",
        'model: there is no "apiKey": keys do not belong in a file; name the variable that holds it, as keyVariable',
        'model: there is no "base_url": name the variable that holds it, as baseUrlVariable',
        'members.a.tools: there is no "fnd"; did you mean "find"?',
        'members.a.human: must be "console" or an object',
        "members.a.mayTalkTo.0: must be a name, or name@PeerId",
        'members.a.privileges.budget: there is no "token"; did you mean "tokens"?',
        "members.a.privileges: there is no talkTo here: write mayTalkTo beside privileges",
        'members.a: there is no "instrutions"; did you mean "instructions"?',
        "members.b c: must be a name: letters, digits, and _ . - within it",
        'the file: there is no "nmae"; did you mean "name"?',
      ],
    ],
    [
      "what was left empty, or written as something else",
      { name: "desk", model: "m", members: { a: null, b: { tools: "all", privileges: { actions: 3 } } } },
      [
        "model: expected object, received string",
        "members.a: is empty: an object belongs there, {} at least",
        'members.b.tools: must be "none" or an object',
        'members.b.privileges.actions: must be "any" or a list',
      ],
    ],
    [
      "names of nobody",
      team(
        {
          editor: { mayTalkTo: ["reportr", "round"], maker: "smit" },
          reporter: { reportsTo: "edtor" },
          smith: { makes: {} },
        },
        { channels: { round: { members: ["editor", "edior", "editor"], chair: "who" } }, start: "rond" },
      ),
      [
        'members.editor.maker: there is no maker of tools "smit"; did you mean "smith"?',
        'channels.round.members.1: there is no member "edior"; did you mean "editor"?',
        "channels.round.members.2: is named twice",
        'channels.round.chair: there is no member "who"',
        'members.reporter.reportsTo: there is no member "edtor"; did you mean "editor"?',
        'members.editor.mayTalkTo.0: there is no member or channel "reportr"; did you mean "reporter"?',
        'start: there is no member or channel "rond"; did you mean "round"?',
      ],
    ],
    [
      "more than those above have",
      team({
        boss: { mayTalkTo: ["clerk"], privileges: { publish: false, budget: { calls: 5 } } },
        clerk: {
          reportsTo: "boss",
          mayTalkTo: ["boss", "other"],
          privileges: { publish: true, budget: { calls: 9 } },
        },
        other: {},
      }),
      [
        "members.clerk: mayTalkTo has other; boss, who is above it, does not have that",
        "members.clerk: publish is not its own; boss, who is above it, does not have that",
        "members.clerk: budget.calls is 9 and may be 5 at most; boss, who is above it, does not have that",
      ],
    ],
    [
      "a circle",
      team({ a: { reportsTo: "b" }, b: { reportsTo: "a" }, c: {} }),
      [
        "members.a.reportsTo: it is, in the end, below itself: somebody must report to the user",
        "members.b.reportsTo: it is, in the end, below itself: somebody must report to the user",
      ],
    ],
    [
      "templates",
      team(
        { a: { instructions: "{{name}} {{topc}} {{members}} {{ sectret }}" } },
        { variables: { topic: "x", role: "y" } },
      ),
      [
        "variables.role: stands for something else in instructions",
        'members.a.instructions: {{topc}} stands for nothing; did you mean "topic"?',
        "members.a.instructions: {{sectret}} stands for nothing",
      ],
    ],
    [
      "what people, makers and the user are not",
      {
        name: "desk",
        members: {
          board: { model },
          a: { human: "console", instructions: "x", tools: "none", role: "channel" },
          b: { human: { console: {} } },
          c: { human: { console: { timeoutSeconds: 60 } } },
          d: { makes: {}, maker: "d", model },
          e: {},
        },
        channels: { a: { members: ["d"] } },
      },
      [
        'members.board: "board" is what the user is called',
        'members.a.role: "channel" is what channels are',
        "members.a.instructions: a person has none",
        "members.a.tools: a person has none",
        "members.d.maker: a maker of tools has none",
        "members.e.model: it has none: give it a name or nameVariable, or name one for the whole team",
        "members: a and b and c would share one console: only one can have it",
        "channels.a: a member has that name",
        "channels.a.members.0: a maker of tools does not talk in groups",
      ],
    ],
  ];
  test.each(refused)("%s", (_, value, problems) => {
    expect(problemsOf(value)).toEqual(problems);
  });

  test("secrets stand in no file, and no variable of anything else is sent for one", () => {
    const named = {
      keyVariable: "sk-proj-abc",
      nameVariable: "AWS_SECRET",
      baseUrlVariable: "https://x.org",
    };
    const problems = problemsOf({ name: "desk", members: { a: { model: { ...named } } } });
    expect(problems.map((one) => one.split(":")[0])).toEqual([
      "members.a.model.nameVariable",
      "members.a.model.keyVariable",
      "members.a.model.baseUrlVariable",
    ]);
    expect(problems.join()).not.toContain("sk-proj-abc");
  });

  test("passwords go to no server that a file names", () => {
    const server = { host: "mail.example.org", passwordVariable: "GITHUB_TOKEN" };
    const email = { to: "a@example.org", from: "b@example.org", smtp: server, imap: server };
    const problems = problemsOf({ name: "desk", members: { a: { human: { email } } } });
    for (const part of ["smtp", "imap"])
      expect(problems.join("\n")).toMatch(
        new RegExp(
          `members\\.a\\.human\\.email\\.${part}: there is no "host": name the variable that holds it, as hostVariable`,
        ),
      );
  });

  test("a team's key goes to the team's server, and to no other that a member names", () => {
    const named = { name: "m", keyVariable: "TEAM_KEY", baseUrlVariable: "TEAM_URL" };
    const members = {
      a: { model: { name: "x" } },
      b: { model: { baseUrlVariable: "OTHER_URL" } },
      c: { model: { baseUrlVariable: "OTHER_URL", keyVariable: "OTHER_KEY" } },
      d: { model: { baseUrlVariable: "TEAM_URL" } },
    };
    const read = readTeam({ name: "desk", model: named, members });
    expect(read.members.map((one) => (one.kind === "thinker" ? one.model.keyVariable : one.kind))).toEqual([
      "TEAM_KEY",
      undefined,
      "OTHER_KEY",
      "TEAM_KEY",
    ]);
  });

  test("parameters of a model are JSON that ends", () => {
    let deep: unknown = [];
    for (let level = 0; level < 50_000; level++) deep = [deep];
    const ring: Record<string, unknown> = {};
    ring.ring = ring;
    for (const odd of [deep, ring, Number.NaN])
      expect(problemsOf(team({ a: { model: { parameters: { odd } } } }))).toEqual([
        "members.a.model.parameters.odd: must be JSON, nested at most 16 deep",
      ]);
    expect(problemsOf(team({ a: { model: { parameters: { stop: ["x", { a: [1] }] } } } }))).toEqual([]);
  });

  test("a person is reached in one way", () => {
    const ways = { console: {}, websocket: { port: 0 } };
    expect(problemsOf({ name: "desk", members: { a: { human: ways } } })).toEqual([
      "members.a.human: must name one way to the person: console, websocket or email",
    ]);
  });

  test("what is no object, and what is far too much", () => {
    expect(problemsOf("desk")).toEqual(["the file: expected object, received string"]);
    expect(problemsOf(null)).toEqual(["the file: is empty: an object belongs there, {} at least"]);
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`a${n}`, {}]));
    expect(problemsOf(team(many))).toEqual(["members: there are 65; 64 are allowed"]);
    const wrong = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`a${n}`, { reportsTo: "x" }]));
    const problems = problemsOf(team(wrong));
    expect(problems).toHaveLength(41);
    expect(problems.at(-1)).toBe("and 10 more");
    const line = Array.from({ length: 10 }, (_, n) => [`m${n}`, n === 0 ? {} : { reportsTo: `m${n - 1}` }]);
    expect(problemsOf(team(Object.fromEntries(line)))).toContain("members.m8: is at level 9; there are 8");
    expect(problemsOf(team({ a: {} }), { topic: "x" })).toEqual(['variables: there is no "topic"']);
  });
});

test("whatever stands in a file, it is a team or is refused with reasons", () => {
  const keys = [
    "name",
    "members",
    "role",
    "reportsTo",
    "mayTalkTo",
    "human",
    "channels",
    "a",
    "__proto__",
    "constructor",
  ];
  const { value: anything } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(...keys, "none", "console", "{{name}}", 1, true, null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie("value"), { maxKeys: 4 }),
    ),
  }));
  const part = fc.dictionary(fc.constantFrom("a", "b", "constructor"), anything, { maxKeys: 3 });
  fc.assert(
    fc.property(fc.oneof(anything, fc.record({ name: fc.constant("x"), members: part })), (value) => {
      const problems = problemsOf(value);
      for (const problem of problems) expect(problem).toMatch(/\S: \S|^and \d+ more$/);
    }),
    { numRuns: 300 },
  );
});

test("what says nothing is silence, in no language anything else", () => {
  for (const silent of ["PASS", "pass.", "**PASS**", "`PASS`", "", " \n", "…"])
    expect(isPass(silent)).toBe(true);
  for (const said of ["I pass", "Привет", "好", "0", "👍", "passé", ".".repeat(100)])
    expect(isPass(said), said).toBe(false);
});

test("who is to speak is read from words, and what is neither a name nor nobody decides nothing", () => {
  const content = {
    hands: ["ann", "bob.2", "Carl"],
    turn: 1,
    spoken: { from: "ann", intent: "chat", content: "Hi." },
  };
  const floor = (said: string) => turnAnswer("floor", content, said);
  expect([floor("bob.2."), floor("Let carl speak."), floor("Ann!")]).toEqual(["bob.2", "Carl", "ann"]);
  expect([floor("Nobody."), floor("none")]).toEqual([null, null]);
  expect([floor("ann or carl"), floor("dora"), floor("")]).toEqual([undefined, undefined, undefined]);
  expect(turnQuestion("floor", content)).toContain("ann said: Hi.");
  expect(["Yes, I do", "no", "maybe", ""].map((said) => turnAnswer("hand", content, said))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  // Whatever comes as a question, it is asked in words.
  for (const odd of [null, 1, [], { hands: "x" }]) expect(turnQuestion("floor", odd)).toContain("nobody");
});
