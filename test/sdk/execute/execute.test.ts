import { afterAll, beforeAll, expect, test } from "vitest";
import { PeerProcess } from "../../helpers/processes.ts";
import { calls, ScriptedModel, text } from "../../helpers/scripted-model.ts";
import { until } from "../../helpers/until.ts";

let peer: PeerProcess;
let model: ScriptedModel;

beforeAll(async () => {
  [peer, model] = await Promise.all([
    PeerProcess.start({ env: { COLLECTIVE_LIBRARY: "true", COLLECTIVE_QUIET_LOAD: "1000" } }),
    ScriptedModel.start(),
  ]);
  await until(async () => (await peer.client.status()).actions.known >= 12, { what: "the library" });
}, 60_000);
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
});

test("what the collective has is reused", async () => {
  const script = model.script([
    { offers: ["need_action"], told: ["5 working days"], says: calls(["need_action", { need: "I need an action that adds working days to a date" }]) },
    {
      offers: ["use_action", "none_fits"],
      told: ['"action":"a1"', "addBusinessDays", "holidays"],
      says: calls(["use_action", { action: "a1", input: { date: "2024-03-01", days: 5 } }]),
    },
    { offers: ["need_action", "use_action"], told: ['"date":"2024-03-08"'], says: text("It is Friday, 8 March 2024.") },
  ]);
  console.log((await peer.client.show("addBusinessDays")).publishers);
  const { client } = peer;
  const result = await client.execute({
    openai: model.openai(),
    model: script.model,
    chatHistory: [{ role: "user", content: "What is 5 working days after 1 March 2024?" }],
    onEvent: (e) => console.log(JSON.stringify(e).slice(0, 200)),
  });
  script.finish();
  console.log(JSON.stringify(result, null, 1));
  expect(result).toMatchObject({
    answer: "It is Friday, 8 March 2024.",
    steps: 3,
    used: [{ name: "addBusinessDays" }],
    made: [],
    published: [],
  });
});
