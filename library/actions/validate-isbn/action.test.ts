import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("the two forms name each other", async () => {
  for (const isbn of ["0306406152", "080442957X", "9992158107", "1554042959"]) {
    const { isbn13 } = await action({ isbn });
    if (isbn13 === null) continue;
    assertEquals((await action({ isbn: isbn13 })).isbn10, isbn);
  }
});

test("every single wrong digit and every swap of neighbours is noticed in ten digits", async () => {
  const right = "0306406152";
  for (let place = 0; place < 10; place += 1) {
    const wrong = right.slice(0, place) + ((Number(right[place]) + 3) % 10) + right.slice(place + 1);
    assertEquals((await action({ isbn: wrong })).problem, "checksum", wrong);
    const swapped =
      right.slice(0, place) + right.charAt(place + 1) + right.charAt(place) + right.slice(place + 2);
    if (swapped !== right) assertEquals((await action({ isbn: swapped })).problem, "checksum", swapped);
  }
});

test("exactly one check digit fits thirteen digits", async () => {
  const found = await Promise.all(
    Array.from({ length: 10 }, (_, digit) => action({ isbn: `978193011099${digit}` })),
  );
  assertEquals(found.filter(({ valid }) => valid).length, 1);
});
