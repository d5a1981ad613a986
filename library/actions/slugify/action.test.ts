import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const titles = [
  "Ünïcödé — and   more!",
  "It’s 100% ‘true’",
  "a/b\\c?d=e#f",
  "Tab\tand\nnewline",
  "½ price & up",
];

test("a slug holds only lower-case ASCII words joined by single separators", async () => {
  for (const text of titles) {
    const { slug } = await action({ text });
    assert(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug), `${text} became ${slug}`);
  }
});

test("every ampersand is a word", async () => {
  assertEquals(await action({ text: "R&D & Q&A" }), { slug: "r-and-d-and-q-and-a" });
});

test("slugifying a slug changes nothing", async () => {
  for (const text of titles) {
    const once = await action({ text });
    assertEquals(await action({ text: once.slug }), once);
  }
});

test("no limit is ever exceeded, and a limited slug is the start of the full one", async () => {
  const text = "The quick brown fox";
  const { slug: full } = await action({ text });
  assertEquals(full, "the-quick-brown-fox");
  for (let maxLength = 1; maxLength <= full.length + 1; maxLength += 1) {
    const { slug } = await action({ text, maxLength });
    assert(slug.length > 0 && slug.length <= maxLength, `${slug} is longer than ${maxLength}`);
    assert(full.startsWith(slug), `${slug} does not start ${full}`);
  }
});
