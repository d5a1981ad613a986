type Kind = "email" | "iban" | "card" | "ip" | "phone";
type RedactInput = { text: string; kinds?: Kind[]; numbered?: boolean };
type RedactOutput = { text: string; total: number; counts: Record<Kind, number> };
type Finder = { pattern: RegExp; isReal: (found: string) => boolean };

const LABELS: Readonly<Record<Kind, string>> = {
  email: "EMAIL",
  iban: "IBAN",
  card: "CARD",
  ip: "IP",
  phone: "PHONE",
};
/** In this order: a phone number may look like a part of what comes before it. */
const FINDERS: readonly [Kind, readonly Finder[]][] = [
  [
    "email",
    [
      {
        pattern:
          /(?<![\p{L}\p{M}\p{N}_.%+'-])[\p{L}\p{M}\p{N}_.%+'-]{1,64}@[\p{L}\p{M}\p{N}-]{1,63}(?:\.[\p{L}\p{M}\p{N}-]{1,63}){0,8}\.(?:\p{L}{2,63}|xn--[a-z0-9-]{1,59})(?![\p{L}\p{N}_-])/giu,
        isReal: () => true,
      },
    ],
  ],
  ["iban", [{ pattern: /\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b/gi, isReal: isIban }]],
  ["card", [{ pattern: /(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-])/g, isReal: isCard }]],
  [
    "ip",
    [
      { pattern: /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)/g, isReal: isIpv4 },
      { pattern: /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi, isReal: isIpv6 },
    ],
  ],
  [
    "phone",
    [
      { pattern: /(?<![\w+])(?:\+|00 ?)[1-9](?:[ ()./-]{0,3}\d){6,14}(?!\w)/g, isReal: () => true },
      // North American, then numbers with an area code that begins with 0.
      {
        pattern: /(?<![\w.-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])/g,
        isReal: () => true,
      },
      { pattern: /(?<![\w.-])\(?0\d{1,4}\)?(?:[ /-]{1,3}\d{2,9}){1,4}(?![\w-])/g, isReal: isNational },
    ],
  ],
];

/** Replaces personal data by labels; checksums and ranges decide what is a number of that kind. */
export default function redactPersonalData({ text, kinds, numbered = false }: RedactInput): RedactOutput {
  const counts: Record<Kind, number> = { email: 0, iban: 0, card: 0, ip: 0, phone: 0 };
  let redacted = text;
  for (const [kind, finders] of FINDERS) {
    if (kinds !== undefined && !kinds.includes(kind)) continue;
    const known = new Map<string, number>();
    const label = (found: string) => {
      counts[kind] += 1;
      const key = found.toLowerCase().replace(/[\s()/-]/g, "");
      const number = known.get(key) ?? known.size + 1;
      known.set(key, number);
      return numbered ? `[${LABELS[kind]}_${number}]` : `[${LABELS[kind]}]`;
    };
    for (const { pattern, isReal } of finders) {
      redacted = redacted.replace(pattern, (found) => {
        const end = realEnd(found, isReal);
        return end === 0 ? found : label(found.slice(0, end)) + found.slice(end);
      });
    }
  }
  return { text: redacted, total: Object.values(counts).reduce((sum, count) => sum + count, 0), counts };
}

/** A number may be followed by another one or a word: then its beginning up to a space or hyphen is real. */
function realEnd(found: string, isReal: (found: string) => boolean): number {
  for (
    let end = found.length;
    end > 0;
    end = Math.max(found.lastIndexOf(" ", end - 1), found.lastIndexOf("-", end - 1))
  ) {
    if (isReal(found.slice(0, end))) return end;
  }
  return 0;
}

/** Its remainder modulo 97 is 1 when letters count as 10 to 35 and the first four characters come last. */
function isIban(found: string): boolean {
  const iban = found.replaceAll(" ", "").toUpperCase();
  const digits = [...(iban.slice(4) + iban.slice(0, 4))]
    .map((character) => Number.parseInt(character, 36))
    .join("");
  return iban.length >= 15 && BigInt(digits) % 97n === 1n;
}

/** The Luhn rule: from the right, every second digit counts double. */
function isCard(found: string): boolean {
  const digits = found.replace(/\D/g, "");
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits.length >= 13 && sum > 0 && sum % 10 === 0;
}

function isIpv4(found: string): boolean {
  return found.split(".").every((part) => Number(part) <= 255);
}

/** Eight groups, or fewer with one gap "::". */
function isIpv6(found: string): boolean {
  const gaps = found.split("::").length - 1;
  const groups = found.split(":").filter((group) => group !== "").length;
  const isOpen = /^:[^:]|[^:]:$/.test(found);
  return !isOpen && (gaps === 0 ? groups === 8 : gaps === 1 && groups > 0 && groups < 8);
}

/** A day before a time of day, such as 05/03/2024 10, looks like a number too. */
function isNational(found: string): boolean {
  const length = found.replace(/\D/g, "").length;
  const isDay = /^0\d([ /-])[0-3]\d\1(?:19|20)\d\d\b/.test(found);
  return length >= 9 && length <= 12 && !isDay;
}
