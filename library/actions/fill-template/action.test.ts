import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

test("every value of a flat record comes out where its name stood", async () => {
  const values = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`key${index}`, `value ${index * 7}`]),
  );
  const template = Object.keys(values)
    .map((key) => `{{${key}}}`)
    .join("\n");
  const filled = await action({ template, values });
  assertEquals(filled, { text: Object.values(values).join("\n"), missing: [], unused: [] });
});

test("a text that would grow without bound is refused", async () => {
  const template = "{{a}}".repeat(500);
  assertEquals((await action({ template, values: { a: "x".repeat(1000) } })).text.length, 500_000);
  await assertRejects(
    () => action({ template: `${template}!`, values: { a: "x".repeat(1000) } }),
    "longer than",
  );
});
