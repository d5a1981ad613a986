import type { Message } from "action-collective";
import { expect, test } from "vitest";
import { privateTexts, reachedIn } from "../../../sdk/src/execute/conversation.ts";

const call = (id: string, name: string, answer: object | string): Message[] => [
  { role: "assistant", content: "", toolCalls: [{ id, name, arguments: "{}" }] },
  { role: "tool", toolCallId: id, content: typeof answer === "string" ? answer : JSON.stringify(answer) },
];

test("private is what the user and the model said, what actions returned, and what the user's own tools did", () => {
  const messages: Message[] = [
    { role: "user", content: "Look up customer 7." },
    ...call("c1", "get_customer", { name: "Jonas Weber", balance: 48213.7 }),
    ...call("c2", "read_note", "He lives in Bremen."),
    ...call("c3", "need_action", { content: [{ name: "addDays", summary: "Adds days" }] }),
    ...call("c4", "use_action", { content: { date: "2031-05-06" } }),
    ...call("c5", "use_action", {
      failed: "input-invalid",
      content: { message: "no", input: { title: "t" } },
    }),
    ...call("c6", "use_action", { told: "its schema", content: { input: { description: "A date" } } }),
    ...call("c7", "write_action", { content: ["case 1: failed"] }),
    { role: "assistant", content: "Done." },
  ];
  expect(
    privateTexts(messages)
      .filter((text) => text !== "")
      .sort(),
  ).toEqual(
    [
      "Look up customer 7.",
      "Jonas Weber",
      "48213.7",
      "He lives in Bremen.",
      "2031-05-06",
      "no",
      "Done.",
    ].sort(),
  );
});

test("hosts of earlier answers are known again", () => {
  const messages = call("c1", "use_action", { reached: "a.example, b.example:8443", content: {} });
  expect(reachedIn(messages)).toEqual(["a.example", "b.example:8443"]);
});
