// The Responses interface. The whole conversation is sent each time, which servers that keep none take too.
import { ActionClient } from "action-collective";
import { responsesTools } from "action-collective/responses";
import OpenAI from "openai";

const question = process.argv[2] ?? "Which date is ten working days after 2 January 2026?";
const model = process.env.MODEL ?? "gpt-5-mini";

const openai = new OpenAI(); // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere
const peer = await ActionClient.connect();
const { tools, answer } = await peer.tools(responsesTools);

const input: OpenAI.Responses.ResponseInputItem[] = [{ role: "user", content: question }];
for (let turn = 1; turn <= 8; turn++) {
  const response = await openai.responses.create({ model, input, tools });
  const answers = await answer(response.output);
  if (answers.length === 0) {
    console.log(response.output_text);
    break;
  }
  input.push(...(response.output as OpenAI.Responses.ResponseInputItem[]), ...answers);
}
