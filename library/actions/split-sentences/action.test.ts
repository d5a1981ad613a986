import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("offsets point at the sentences, and only space lies between them", async () => {
  const text = "  One. Two!  Three?\n\nFour “five.” 🙂 Six… Seven. e.g. eight\n";
  const { sentences } = await action({ text });
  let rest = text;
  for (const sentence of sentences.toReversed()) {
    assertEquals(text.slice(sentence.start, sentence.end), sentence.text);
    rest = rest.slice(0, sentence.start) + rest.slice(sentence.end);
  }
  assertEquals(rest.trim(), "");
  assertEquals(sentences.length, 6);
});

test("every sort of closing mark ends a sentence", async () => {
  for (const mark of [".", "!", "?", "…", "...", "?!", '."', ".'", ".”", ".’", ".»", ".)", ".]", '!")'])
    assertEquals((await action({ text: `The first${mark} The second.` })).sentences.length, 2, mark);
});

test("abbreviations end none", async () => {
  for (const word of ["Mr", "Prof", "St", "vs", "Gen", "Capt", "cf"])
    assertEquals((await action({ text: `There is ${word}. Brown again.` })).sentences.length, 1, word);
  for (const word of ["Vol", "pp", "Jan", "approx", "Dec"]) {
    assertEquals((await action({ text: `There is ${word}. 12 again.` })).sentences.length, 1, word);
    assertEquals((await action({ text: `There is ${word}. Twelve again.` })).sentences.length, 2, word);
  }
  for (const word of ["Ltd", "Corp", "a.m", "U.K", "Ph.D"]) {
    assertEquals((await action({ text: `There is ${word}. Twelve again.` })).sentences.length, 1, word);
    assertEquals((await action({ text: `There is ${word}. However so.` })).sentences.length, 2, word);
  }
});
