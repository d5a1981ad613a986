// Chat completions: your own loop, with the collective's tools beside yours.
import { ActionClient } from "action-collective";
import { openaiTools } from "action-collective/openai";
import OpenAI from "openai";

const question = process.argv[2] ?? "Which date is ten working days after 2 January 2026?";
const model = process.env.MODEL ?? "gpt-5-mini";

const openai = new OpenAI(); // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere
const peer = await ActionClient.connect();
const { tools, answer } = await peer.tools(openaiTools);

const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: question }];
for (let turn = 1; turn <= 8; turn++) {
  const { choices } = await openai.chat.completions.create({ model, messages, tools });
  const message = choices[0]?.message;
  if (message === undefined) throw new Error("The model's server answered nothing.");
  const answers = await answer(message);
  if (answers.length === 0) {
    console.log(message.content);
    break;
  }
  messages.push(message, ...answers);
}
