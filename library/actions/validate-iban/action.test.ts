import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

/** Published examples of national formats, one for each of these countries. */
const valid = [
  "AD1200012030200359100100",
  "AT611904300234573201",
  "BE68539007547034",
  "CH9300762011623852957",
  "ES9121000418450200051332",
  "FR1420041010050500013M02606",
  "GR1601101250000000012300695",
  "IT60X0542811101000000123456",
  "NL91ABNA0417164300",
  "NL43ZZZZ0417164300",
  "SE4550000000058398257466",
];

test("published examples are valid, however they are written", async () => {
  for (const iban of valid) {
    const found = await action({ iban });
    assertEquals([found.problem, found.country], ["none", iban.slice(0, 2)]);
    assertEquals(await action({ iban: found.formatted.toLowerCase() }), found);
  }
});

test("every wrong digit is noticed, and every swap of unlike neighbours", async () => {
  const iban = "BE68539007547034";
  for (let index = 2; index < iban.length; index += 1) {
    const digit = Number(iban.charAt(index));
    const wrong = iban.slice(0, index) + ((digit + 1) % 10) + iban.slice(index + 1);
    assertEquals((await action({ iban: wrong })).problem, "checksum", wrong);
    const [a, b] = [iban.charAt(index), iban.charAt(index + 1)];
    const swapped = iban.slice(0, index) + b + a + iban.slice(index + 2);
    if (b !== "" && a !== b) assertEquals((await action({ iban: swapped })).problem, "checksum", swapped);
  }
});

test("one character more or less is a wrong length", async () => {
  for (const iban of valid) {
    assertEquals((await action({ iban: `${iban}0` })).problem, "length");
    assertEquals((await action({ iban: iban.slice(0, -1) })).problem, "length");
  }
});

test("check digits outside 02 to 98 are refused, although their remainder is right", async () => {
  for (const iban of ["BE02539007547058", "BE98539007547076"]) {
    assertEquals((await action({ iban })).problem, "none");
  }
  for (const iban of ["BE00539007547094", "BE01539007547076", "BE99539007547058"]) {
    assertEquals((await action({ iban })).problem, "checksum");
  }
});
