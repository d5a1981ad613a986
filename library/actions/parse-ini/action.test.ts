import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("what is quoted comes back as it was", async () => {
  const texts = ["", " a ", "; no comment", "a = b", '"', "\\", "a\\nb", "tab\tline\nend\r", "[x]", "# é"];
  const quoted = (text: string) =>
    `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r")}"`;
  const text = `[s]\n${texts.map((value, index) => `key${index} = ${quoted(value)}`).join("\n")}`;
  const { sections } = await action({ text });
  assertEquals(Object.values(sections.s ?? {}), texts);
});

test("space, line breaks and the sign between key and value make no difference", async () => {
  const expected = await action({ text: "a=1\n[s]\nb=2" });
  for (const text of ["a = 1\r\n[s]\r\nb = 2\r\n", " a:1\r[ s ]\rb : 2", "\n\na=1 # x\n[s] ; y\n\n  b=2\n"])
    assertEquals(await action({ text }), expected, text);
});
