import { PassThrough } from "node:stream";
import {
  environmentOf,
  readTeam,
  type StartTeamOptions,
  startTeam,
  type TeamEvent,
} from "action-collective/agents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calls, ScriptedModel, type ScriptStep, text } from "../../helpers/scripted-model.ts";

let server: ScriptedModel;
beforeAll(async () => {
  server = await ScriptedModel.start();
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** A team whose members have scripts by their names; all of them are played to their ends. */
async function play(
  scripts: Readonly<Record<string, readonly ScriptStep[]>>,
  file: { readonly members: Readonly<Record<string, object>>; readonly [more: string]: unknown },
  options: Partial<StartTeamOptions> = {},
) {
  const played = new Map(Object.entries(scripts).map(([id, steps]) => [id, server.script(steps)]));
  const members = Object.entries(file.members).map(([id, member]) => {
    const model = played.get(id)?.model;
    return [id, model === undefined ? member : { model: { name: model }, ...member }];
  });
  const events: TeamEvent[] = [];
  const running = await startTeam(readTeam({ name: "desk", ...file, members: Object.fromEntries(members) }), {
    openai: () => server.openai(),
    environment: { OPENAI_API_KEY: "scripted" },
    onEvent: (event) => events.push(event),
    ...options,
  });
  return {
    running,
    events,
    /** What was said, as `from → to: content`. */
    said: () =>
      events.flatMap((event) =>
        event.kind === "said" ? [`${event.from} → ${event.to}: ${String(event.content)}`] : [],
      ),
    finish: () => {
      for (const script of played.values()) script.finish();
    },
    [Symbol.asyncDispose]: () => running.stop(),
  };
}

async function answersOf(stream: AsyncIterable<{ readonly content: unknown }>): Promise<unknown[]> {
  const contents: unknown[] = [];
  for await (const { content } of stream) contents.push(content);
  return contents;
}

const ask = (agent: string, said: string) => calls(["ask_agent", { agent, text: said }]);

test("the first is asked, asks those it may, and answers; instructions are filled in", async () => {
  await using team = await play(
    {
      editor: [
        { offers: ["ask_agent"], told: ["What is new?"], says: ask("reporter", "News?") },
        { told: ["A ship came in."], says: text("A ship came in, they say.") },
      ],
      reporter: [{ told: ["News?"], says: text("A ship came in.") }],
      idle: [],
    },
    {
      variables: { place: "the harbour" },
      members: {
        editor: {
          role: "chief",
          instructions: "{{name}} leads {{team}} at {{place}}: {{reports}}. Others: {{members}}.",
          mayTalkTo: ["reporter"],
        },
        reporter: { reportsTo: "editor", instructions: "You work for {{superior}}." },
        idle: {},
      },
    },
  );
  expect(await answersOf(team.running.say("What is new?"))).toEqual(["A ship came in, they say."]);
  await team.running.silence();
  expect(team.said()).toEqual([
    "board → editor: What is new?",
    "editor → reporter: News?",
    "reporter → editor: A ship came in.",
    "editor → board: A ship came in, they say.",
  ]);
  team.finish();
  const members = team.running.status().members.map(({ id, level, parent }) => [id, level, parent]);
  expect(members).toEqual([
    ["board", 0, undefined],
    ["editor", 1, "board"],
    ["idle", 1, "board"],
    ["reporter", 2, "editor"],
  ]);
});

test("what it was told stands above the conversation", async () => {
  await using team = await play(
    { editor: [{ says: text("Aye.") }, { told: ["And now?"], says: text("Still.") }] },
    {
      variables: { place: "the harbour" },
      members: {
        editor: { role: "chief", instructions: "{{name}} ({{role}}) leads {{team}} at {{place}}." },
      },
    },
  );
  const first = [];
  for await (const answer of team.running.say("Well?")) first.push(answer);
  expect(await answersOf(team.running.say("And now?", { after: first[0] }))).toEqual(["Still."]);
  team.finish();
});

test("nobody writes to whom it may not, and what it costs is counted for all together", async () => {
  await using team = await play(
    {
      editor: [
        // Not even offered, and refused where a model insists.
        { offers: ["ask_agent"], says: ask("secret", "Psst.") },
        {
          told: [/may-not-talk|not-delivered|refused|may not/],
          says: text("I cannot.", { input: 90, output: 10 }),
        },
      ],
      reporter: [],
    },
    {
      budget: { tokens: 1_000, messages: 10 },
      members: { editor: { mayTalkTo: ["reporter"] }, reporter: {}, secret: { model: { name: "none" } } },
    },
  );
  expect(await answersOf(team.running.say("Ask the secret one."))).toEqual(["I cannot."]);
  team.finish();
  expect(team.events.filter(({ kind }) => kind === "refused")).toEqual([
    expect.objectContaining({ from: "editor", to: "secret", decision: "undelivered", by: "talkTo" }),
  ]);
  const [board] = team.running.status().members;
  expect(board?.spent.tokens).toBeGreaterThanOrEqual(100);
  expect(board?.left.tokens).toBe(1_000 - (board?.spent.tokens ?? 0));
});

describe("channels", () => {
  test("everybody but the speaker hears, and who passes is silent", async () => {
    await using team = await play(
      {
        a: [
          { told: ["Which port?"], says: text("Lisbon.") },
          { told: ["Porto."], says: text("PASS") },
        ],
        b: [
          { told: ["Which port?"], says: text("Porto.") },
          { told: ["Lisbon."], says: text("pass.") },
        ],
      },
      { members: { a: {}, b: {} }, channels: { round: { members: ["a", "b"] } }, start: "round" },
    );
    expect(await answersOf(team.running.say("Which port?"))).toEqual(["Lisbon.", "Porto."]);
    team.finish();
    expect(team.said()).toEqual(["board → round: Which port?", "a → board: Lisbon.", "b → board: Porto."]);
  });

  test("hands are raised, and the chair gives the floor and ends it", async () => {
    await using team = await play(
      {
        a: [
          { told: ["Do you want to say something"], says: text("Yes.") },
          { told: ["Which port?"], says: text("Lisbon.") },
        ],
        b: [
          { told: ["Which port?", "Do you want to say something"], says: text("no") },
          { told: ["Lisbon.", "Do you want to say something"], says: text("YES") },
        ],
        chair: [
          { told: ["Who is to speak next: a"], says: text("a, please") },
          { told: ["Who is to speak next: b"], says: text("nobody") },
        ],
      },
      {
        members: { a: {}, b: {}, chair: {} },
        channels: { round: { members: ["a", "b"], chair: "chair" } },
        start: "round",
      },
    );
    expect(await answersOf(team.running.say("Which port?"))).toEqual(["Lisbon."]);
    team.finish();
    expect(team.said()).toEqual(["board → round: Which port?", "a → board: Lisbon."]);
  });
});

test("a person raises a hand, and gives the floor, like anybody", async () => {
  const input = new PassThrough();
  // Wants to speak, takes the floor, says something, gives the floor to the other, and has no more to say.
  input.write("yes\nowner\nPorto is closer.\na, please\nno\n");
  await using team = await play(
    {
      a: [
        { told: ["Which port?", "yes or no"], says: text("yes") },
        { told: ["Porto is closer.", "yes or no"], says: text("Yes!") },
        { told: ["Porto is closer."], says: text("Porto, then.") },
      ],
    },
    {
      members: { a: {}, owner: { human: "console" } },
      channels: { round: { members: ["a", "owner"], chair: "owner" } },
      start: "round",
    },
    { streams: { input, output: new PassThrough() } },
  );
  expect(await answersOf(team.running.say("Which port?"))).toEqual(["Porto is closer.", "Porto, then."]);
  team.finish();
});

test("only channels ask whose turn it is", async () => {
  await using team = await play(
    { a: [] },
    {
      members: { a: {}, owner: { human: "console" } },
      channels: { round: { members: ["a", "owner"], hands: true } },
    },
    { streams: { input: new PassThrough(), output: new PassThrough() } },
  );
  const { place } = team.running.space;
  const spoken = { from: "a", intent: "chat", content: "Hi." };
  await expect(place.request("a", "hand", spoken)).rejects.toMatchObject({ code: "access-denied" });
  await expect(place.request("owner", "hand", spoken)).rejects.toMatchObject({ code: "unknown-action" });
});

test("a person at the console is asked like any other, and what is typed is its answer", async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  input.write("At noon.\n");
  await using team = await play(
    {
      editor: [
        { says: ask("owner", "When do we print?") },
        { told: ["At noon."], says: text("We print at noon.") },
      ],
    },
    { members: { editor: {}, owner: { human: "console" } } },
    { streams: { input, output } },
  );
  expect(await answersOf(team.running.say("Find out."))).toEqual(["We print at noon."]);
  expect(String(output.read())).toContain("When do we print?");
  team.finish();
});

test("a person at a window is reached at an address, with a token; a maker needs a peer", async () => {
  await using team = await play(
    { editor: [] },
    { members: { editor: {}, owner: { human: { websocket: {} } } } },
  );
  expect(team.running.people()).toEqual([
    {
      id: "owner",
      url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/$/),
      token: expect.stringMatching(/^[\w-]{43}$/),
    },
  ]);
  expect(team.running.addresses()).toEqual([]);
  const members = { editor: { maker: "smith" }, smith: { makes: {} } };
  await expect(play({ editor: [], smith: [] }, { members })).rejects.toThrow(
    "has a maker of tools, and no peer",
  );
});

test("what the file gives is held, and nobody may publish without the user's word", async () => {
  const file = {
    members: {
      boss: { privileges: { publish: true, budget: { calls: 3 } } },
      clerk: { reportsTo: "boss", tools: { publish: true }, privileges: { approve: false } },
    },
    channels: { round: { members: ["boss"] } },
    budget: { tokens: 10 },
  };
  const held = async (publish: boolean) => {
    await using team = await play({ boss: [], clerk: [] }, file, { publish });
    const all = team.running.status().members.map(({ id, privileges }) => [id, privileges] as const);
    return Object.fromEntries(all);
  };
  const may = await held(true);
  expect(may).toMatchObject({
    board: { publish: true, budget: { tokens: 10 } },
    boss: { publish: true, approve: true, budget: { calls: 3 } },
    clerk: { publish: true, approve: false, levels: 0 },
    round: { publish: false, make: false, actions: [], talkTo: ["boss"] },
  });
  const mayNot = Object.values(await held(false)).map(({ publish }) => publish);
  expect(mayNot).toEqual([false, false, false, false]);
});

test("whom a member was made by ends it, and all below it", async () => {
  const members = {
    a: {},
    b: { reportsTo: "a" },
    c: { reportsTo: "b" },
    d: {},
  };
  await using team = await play({ a: [], b: [], c: [], d: [] }, { members });
  expect(await team.running.space.board.terminate("a")).toEqual(["c", "b", "a"]);
  expect(team.running.status().members.map(({ id }) => id)).toEqual(["board", "d"]);
});

describe("the environment", () => {
  const file = {
    name: "desk",
    members: {
      a: { model: { nameVariable: "DESK_MODEL", keyVariable: "DESK_KEY" } },
      b: { model: { name: "x" } },
    },
  };
  const start = (environment: Record<string, string>) =>
    startTeam(readTeam(file), { openai: () => server.openai(), environment });

  test("all that is missing is named, and nothing that variables hold", async () => {
    await expect(start({})).rejects.toThrow(
      "DESK_MODEL is not set, which names the model of a; DESK_KEY is not set; OPENAI_API_KEY is not set",
    );
    const wrong = start({ DESK_MODEL: "m", DESK_KEY: "k", OPENAI_BASE_URL: "secret" });
    await expect(wrong).rejects.toThrow("OPENAI_BASE_URL holds no http address");
    await expect(wrong).rejects.not.toThrow(/secret/);
  });

  test("OpenAI's key goes nowhere else unless the file says so; a server that is not named in fact is missed", async () => {
    const members = {
      a: { model: { name: "x", baseUrlVariable: "OTHER_URL" } },
      b: { model: { name: "x", baseUrlVariable: "OTHER_URL", keyVariable: "OPENAI_API_KEY" } },
    };
    const read = readTeam({ name: "desk", members });
    const servers: object[] = [];
    const openai = (one: object) => {
      servers.push(one);
      return server.openai();
    };
    const environment = { OPENAI_API_KEY: "k", OTHER_URL: "http://127.0.0.1:9" };
    const running = await startTeam(read, { openai, environment });
    await running.stop();
    expect(servers).toEqual([
      { apiKey: undefined, baseUrl: "http://127.0.0.1:9" },
      { apiKey: "k", baseUrl: "http://127.0.0.1:9" },
    ]);
    await expect(startTeam(read, { openai, environment: { OPENAI_API_KEY: "k" } })).rejects.toThrow(
      "OTHER_URL is not set",
    );
    expect(environmentOf(read)).toEqual(["OPENAI_API_KEY", "OTHER_URL"]);
  });

  test("what people are reached with is missed before anything starts, and read from the environment", async () => {
    const smtp = {
      hostVariable: "MAIL_HOST",
      security: "none",
      passwordVariable: "MAIL_PASSWORD",
      user: "a",
    };
    const email = { to: "a@example.org", from: "b@example.org", smtp, imap: smtp };
    const read = readTeam({
      name: "desk",
      members: { ann: { human: { email } }, bob: { human: { websocket: { tokenVariable: "BOB_TOKEN" } } } },
    });
    const openai = () => server.openai();
    await expect(startTeam(read, { openai, environment: {} })).rejects.toThrow(
      "MAIL_HOST is not set, with which ann is reached; MAIL_PASSWORD is not set, with which ann is reached; BOB_TOKEN is not set, with which bob is reached",
    );
    expect(environmentOf(read)).toEqual(["BOB_TOKEN", "MAIL_HOST", "MAIL_PASSWORD"]);
    // A password in the clear goes to this machine alone: the host came from the environment.
    const environment = { MAIL_HOST: "mail.example.org", MAIL_PASSWORD: "p", BOB_TOKEN: "t".repeat(43) };
    await expect(startTeam(read, { openai, environment })).rejects.toThrow(
      `\`smtp\`: "none" is for this machine alone`,
    );
  });

  test("each server has one client, with its own key and address", async () => {
    const servers: object[] = [];
    const running = await startTeam(readTeam(file), {
      openai: (one) => {
        servers.push(one);
        return server.openai();
      },
      environment: { DESK_MODEL: "m", DESK_KEY: "k", OPENAI_BASE_URL: "http://127.0.0.1:9/v1" },
    });
    await running.stop();
    expect(servers).toEqual([
      { apiKey: "k", baseUrl: "http://127.0.0.1:9/v1" },
      { apiKey: undefined, baseUrl: "http://127.0.0.1:9/v1" },
    ]);
  });
});

test("a team that is stopped, or whose time is over, says so, and nobody is left", async () => {
  const started = Promise.withResolvers<void>();
  const never: ScriptStep = {
    says: () => {
      started.resolve();
      return new Promise(() => {});
    },
  };
  const team = await play({ editor: [never] }, { members: { editor: {} } });
  const answers = answersOf(team.running.say("Go."));
  answers.catch(() => {});
  await started.promise;
  await team.running.stop("by the test");
  await expect(answers).rejects.toThrow("The team was stopped: by the test");
  expect(team.running.space.stats()).toEqual({ members: 0, exchanges: 0, listeners: 0 });

  const late = await play({ editor: [never] }, { members: { editor: {} }, timeoutMs: 1 });
  await expect(answersOf(late.running.say("Go."))).rejects.toThrow("its time, 1 ms, is over");
  await late.running.stop();
});
