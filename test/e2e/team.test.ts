import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COLLECTIVE, OurProcess, PeerProcess } from "../helpers/processes.ts";
import { calls, ScriptedModel, text } from "../helpers/scripted-model.ts";

const ROOT = join(import.meta.dirname, "../..");
const NEWSROOM = join(ROOT, "examples/teams/newsroom.yaml");

let peer: PeerProcess;
let server: ScriptedModel;
beforeAll(async () => {
  [peer, server] = await Promise.all([PeerProcess.start(), ScriptedModel.start()]);
  await peer.client.publishFolder(join(ROOT, "library/actions/add-business-days"));
}, 120_000);
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await peer?.[Symbol.asyncDispose]();
});

/** The command, as a user types it. */
function collective(args: readonly string[], model = "none") {
  return new OurProcess(COLLECTIVE, args, {
    COLLECTIVE_HOME: peer.home,
    OPENAI_API_KEY: "scripted",
    OPENAI_BASE_URL: server.url,
    MODEL: model,
  });
}

const ask = (agent: string, said: string) => calls(["ask_agent", { agent, text: said }]);

test("a team from a file finds an action, runs it within its privileges, talks it over and answers", async () => {
  const script = server.script([
    { told: ["When must the winter issue"], says: ask("planner", "10 working days after 2 January 2026?") },
    {
      told: ["10 working days after"],
      says: calls(["find_action", { need: "adds business days to a date" }]),
    },
    {
      told: ["addBusinessDays"],
      says: ({ last }) => {
        const { content } = JSON.parse(last.at(-1)?.text ?? "") as { content: { id: string }[] };
        const input = { date: "2026-01-02", days: 10 };
        return calls(["run_action", { action: content[0]?.id ?? "", input }]);
      },
    },
    { told: ["2026-01-16"], says: text("On 16 January 2026.") },
    { told: ["On 16 January 2026."], says: ask("desk", "A headline for the winter issue, please.") },
    { told: ["A headline for the winter issue"], says: text("Ice on the Harbour") },
    { told: ["A headline for the winter issue"], says: text("PASS") },
    // What the reporter said goes to the checker as well.
    { told: ["Ice on the Harbour"], says: text("There was no ice.") },
    { told: ["There was no ice."], says: text("Cold Water in the Harbour") },
    { told: ["Cold Water in the Harbour"], says: text("PASS") },
    { told: ["Cold Water in the Harbour"], says: text("16 January: Cold Water in the Harbour.") },
  ]);
  await using run = collective(
    ["team", "run", NEWSROOM, "When must the winter issue go to print?"],
    script.model,
  );
  const [code] = await once(run.child, "close");
  script.finish();
  expect(run.stdout).toBe(`you → editor: When must the winter issue go to print?
editor → planner: 10 working days after 2 January 2026?
planner → editor: On 16 January 2026.
editor → desk: A headline for the winter issue, please.
reporter → editor: Ice on the Harbour
checker → reporter: There was no ice.
reporter → checker: Cold Water in the Harbour
editor → you: 16 January: Cold Water in the Harbour.
`);
  expect(run.stderr).toMatch(/^\d+ tokens, 8 messages\.\n$/);
  expect(code).toBe(0);

  // The peer itself has seen who ran what, each below the one that made it.
  await using agents = collective(["agents"]);
  await once(agents.child, "close");
  expect(agents.stdout).toMatch(/^agent +role +runs +time/);
});
