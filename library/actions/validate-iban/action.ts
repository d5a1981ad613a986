type Problem = "none" | "format" | "country" | "length" | "checksum";
type ValidateIbanInput = { iban: string };
type ValidateIbanOutput = { valid: boolean; problem: Problem; country: string; formatted: string };

/** Length of an IBAN by country, as registered under ISO 13616. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 " +
    "FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 " +
    "LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 " +
    "RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Whether a text is a well-formed IBAN: characters, country, length and the check digits (ISO 7064, mod 97-10). */
export default function validateIban(input: ValidateIbanInput): ValidateIbanOutput {
  const iban = input.iban.replace(/[\s-]/g, "").toUpperCase();
  const problem = findProblem(iban);
  return {
    valid: problem === "none",
    problem,
    country: problem === "format" || problem === "country" ? "" : iban.slice(0, 2),
    formatted: (iban.match(/.{1,4}/gu) ?? []).join(" "),
  };
}

function findProblem(iban: string): Problem {
  if (!/^[A-Z]{2}[0-9]{2}[A-Z0-9]+$/.test(iban)) return "format";
  const length = LENGTHS.get(iban.slice(0, 2));
  if (length === undefined) return "country";
  if (iban.length !== length) return "length";
  // Check digits run from 02 to 98: 00, 01 and 99 would be second spellings of 97, 98 and 02.
  const checkDigits = Number(iban.slice(2, 4));
  if (checkDigits < 2 || checkDigits > 98) return "checksum";
  return remainder(iban.slice(4) + iban.slice(0, 4)) === 1 ? "none" : "checksum";
}

/** The number modulo 97, where A counts as 10 and Z as 35, digit by digit because it is too long for a double. */
function remainder(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
  }
  return rest;
}
