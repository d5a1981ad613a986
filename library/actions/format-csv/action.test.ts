import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("a cell is quoted only when it has to be", async () => {
  const special = [",", '"', "\n", "\r"];
  for (const character of [...special, ";", "|", "\t", " ", "'", "é"]) {
    const { csv } = await action({ records: [{ k: `a${character}b` }], header: false });
    assertEquals(csv.startsWith('"'), special.includes(character), `quoting of ${JSON.stringify(character)}`);
  }
});

test("the order of keys and the absence of nulls change nothing", async () => {
  const one = await action({ records: [{ a: 1, b: null, c: "x" }] });
  const other = await action({ records: [{ c: "x", a: 1 }], columns: ["a", "b", "c"] });
  assertEquals(one, { csv: "a,b,c\n1,,x\n" });
  assertEquals(other, one);
});

test("there is one line for each record and one for the header", async () => {
  const records = Array.from({ length: 50 }, (_, id) => ({ id, square: id * id }));
  const { csv } = await action({ records });
  const lines = csv.split("\n");
  assertEquals(lines.length, 52);
  assertEquals(lines.at(50), "49,2401");
  assert(csv.endsWith("\n"), "the last line is ended too");
});
