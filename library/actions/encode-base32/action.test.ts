import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

const codes = ["text", "hex", "base32", "base32hex", "base58"] as const;

test("every spelling leads back to the text", async () => {
  for (const data of ["", "a", "\u0000\u0000x", "Grüße, 世界 🙂", "0123456789"]) {
    for (const to of codes) {
      const { result, bytes } = await action({ data, to });
      assertEquals(
        await action({ data: result, from: to, to: "text" }),
        { result: data, bytes },
        `${to} ${data}`,
      );
    }
  }
});

test("base 58 is kept to short data", async () => {
  assertEquals((await action({ data: "1".repeat(4000), from: "base58", to: "hex" })).bytes, 4000);
  await assertRejects(() => action({ data: "1".repeat(4001), from: "base58" }), "short data");
  await assertRejects(() => action({ data: "a".repeat(4001), to: "base58" }), "short data");
});
