import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("syllables of single words", async () => {
  const words: Record<number, string> = {
    1: "cat the walked makes whole freed you aches strength",
    2: "table wanted boxes changes houses beyond yellow nation region apple tables",
    3: "radio media important beautiful",
    4: "information community",
  };
  for (const [count, list] of Object.entries(words)) {
    for (const word of list.split(" "))
      assertEquals((await action({ text: word })).syllables, Number(count), word);
  }
});

test("longer words and sentences make a text harder", async () => {
  const easy = await action({ text: "We run. We jump. We sit." });
  const longer = await action({ text: "We run and we jump and we sit." });
  const harder = await action({
    text: "Institutional organisations investigate administrative possibilities.",
  });
  assert(easy.fleschReadingEase > longer.fleschReadingEase, "longer sentences");
  assert(longer.fleschReadingEase > harder.fleschReadingEase, "longer words");
  assert(easy.fleschKincaidGrade < longer.fleschKincaidGrade, "grade");
  assert(longer.gunningFog < harder.gunningFog, "fog");
  assertEquals(harder.complexWords, 5);
});
