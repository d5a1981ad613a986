import { assertAlmostEquals, assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

const evaluate = async (expression: string, variables: Record<string, number> = {}): Promise<number> =>
  (await action({ expression, variables })).value;

test("each function is what it says", async () => {
  const x = 0.37;
  const expected: Record<string, number> = {
    abs: x,
    sqrt: Math.sqrt(x),
    cbrt: Math.cbrt(x),
    exp: Math.exp(x),
    ln: Math.log(x),
    log10: Math.log10(x),
    log2: Math.log2(x),
    floor: 0,
    ceil: 1,
    trunc: 0,
    sign: 1,
    round: 0,
    sin: Math.sin(x),
    cos: Math.cos(x),
    tan: Math.tan(x),
    asin: Math.asin(x),
    acos: Math.acos(x),
    atan: Math.atan(x),
    sinh: Math.sinh(x),
    cosh: Math.cosh(x),
    tanh: Math.tanh(x),
    min: x,
    max: x,
    hypot: x,
  };
  for (const [name, value] of Object.entries(expected)) {
    assertAlmostEquals(await evaluate(`${name}(x)`, { x }), value, 1e-15);
  }
});

test("parentheses that say what is so anyway change nothing", async () => {
  const variables = { a: 1.7, b: -2.3, c: 0.9, d: 3 };
  const pairs = [
    ["a - b - c + d", "((a - b) - c) + d"],
    ["a * b + c / d", "(a * b) + (c / d)"],
    ["a / b * c % d", "((a / b) * c) % d"],
    ["-a ^ d ^ 2 * b", "(-(a ^ (d ^ 2))) * b"],
    ["a + b * c ^ d - a", "(a + (b * (c ^ d))) - a"],
  ];
  for (const [plain = "", grouped = ""] of pairs) {
    assertEquals(await evaluate(plain, variables), await evaluate(grouped, variables), plain);
  }
});

test("white space does not matter and a long sum is no nesting", async () => {
  assertEquals(await evaluate(" 1+2 *\t3\n"), 7);
  assertEquals(await evaluate(new Array(900).fill("1").join("+")), 900);
  await assertRejects(() => evaluate(`${"(".repeat(900)}1${")".repeat(900)}`), "Nested too deeply");
});
