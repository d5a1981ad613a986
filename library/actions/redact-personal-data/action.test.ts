import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const examples = {
  email: "jo@example.org",
  iban: "FR1420041010050500013M02606",
  card: "6011111111111117",
  ip: "10.20.30.40",
  phone: "+33 1 23 45 67 89",
};

test("each kind is found between marks, and only when it is asked for", async () => {
  for (const [kind, example] of Object.entries(examples)) {
    for (const [before, after] of [
      ["", ""],
      ["(", ")"],
      ["\n", ", "],
      ['"', '".'],
    ]) {
      const { text, counts } = await action({ text: `${before}${example}${after}` });
      assertEquals(text, `${before}[${kind.toUpperCase()}]${after}`);
      assertEquals({ ...counts }[kind], 1);
    }
  }
  const text = Object.values(examples).join("; ");
  assertEquals((await action({ text, kinds: [] })).text, text);
  assertEquals((await action({ text })).total, 5);
});

test("what is redacted once stays as it is", async () => {
  const { text } = await action({ text: Object.values(examples).join(" | "), numbered: true });
  assertEquals(text, "[EMAIL_1] | [IBAN_1] | [CARD_1] | [IP_1] | [PHONE_1]");
  assertEquals((await action({ text })).total, 0);
});
