type Problem = "none" | "format" | "length" | "prefix" | "checksum";
type ValidateIsbnInput = { isbn: string };
type ValidateIsbnOutput = { valid: boolean; problem: Problem; isbn10: string | null; isbn13: string | null };

/** Checks an ISBN of ten or thirteen digits and gives both forms; the prefix 979 has no form of ten digits. */
export default function validateIsbn(input: ValidateIsbnInput): ValidateIsbnOutput {
  const isbn = input.isbn
    .trim()
    .replace(/^(?:urn:)?isbn(?:-1[03])?:?\s*/i, "")
    .replace(/(?<=[0-9])[ \u2010-\u2013-](?=[0-9x])/gi, "")
    .toUpperCase();
  const problem = findProblem(isbn);
  if (problem !== "none") return { valid: false, problem, isbn10: null, isbn13: null };
  const core = isbn.length === 10 ? isbn.slice(0, 9) : isbn.slice(3, 12);
  const isbn13 = isbn.length === 13 ? isbn : withCheckDigit13(`978${core}`);
  return { valid: true, problem, isbn10: isbn13.startsWith("978") ? withCheckDigit10(core) : null, isbn13 };
}

function findProblem(isbn: string): Problem {
  if (!/^[0-9]+X?$/.test(isbn)) return "format";
  if (isbn.length === 10) return withCheckDigit10(isbn.slice(0, 9)) === isbn ? "none" : "checksum";
  if (isbn.length !== 13) return "length";
  // 979-0 belongs to printed music (ISMN).
  if (!/^97(?:8|9[1-9])/.test(isbn)) return "prefix";
  return withCheckDigit13(isbn.slice(0, 12)) === isbn ? "none" : "checksum";
}

/** Weights 10 down to 2, modulo 11, where X stands for ten. */
function withCheckDigit10(core: string): string {
  const sum = [...core].reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  const check = (11 - (sum % 11)) % 11;
  return core + (check === 10 ? "X" : check);
}

/** Weights 1 and 3 by turns, modulo 10, as in EAN-13. */
function withCheckDigit13(core: string): string {
  const sum = [...core].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${core}${(10 - (sum % 10)) % 10}`;
}
