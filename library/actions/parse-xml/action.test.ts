import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

test("as many levels are read as a result can hold, and no more", async () => {
  const nested = (depth: number) => `${"<a>".repeat(depth)}x${"</a>".repeat(depth)}`;
  for (const [form, most, mark] of [
    ["tree", 11, '"name":"a"'],
    ["compact", 20, '"a":'],
  ] as const) {
    const { root } = await action({ xml: nested(most), form });
    assertEquals(JSON.stringify(root).split(mark).length - 1, most);
    await assertRejects(() => action({ xml: nested(most + 1), form }), `holds ${most} levels`);
  }
});

test("what is escaped comes back", async () => {
  const texts = ["<&>\"'", "]]>", "&amp;", "a  b", "日本 🙂"];
  for (const text of texts) {
    const escaped = text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;");
    const { root } = await action({ xml: `<a b="${escaped}">${escaped}</a>` });
    assertEquals(root, { name: "a", attributes: { b: text }, children: [text] });
  }
});

test("a compact list holds every repeated child", async () => {
  const xml = `<list>${Array.from({ length: 30 }, (_, index) => `<item>${index}</item>`).join("\n")}</list>`;
  assertEquals((await action({ xml, form: "compact" })).root, {
    list: { item: Array.from({ length: 30 }, (_, index) => `${index}`) },
  });
});
