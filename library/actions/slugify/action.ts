type SlugifyInput = { text: string; separator?: "-" | "_"; maxLength?: number };
type SlugifyOutput = { slug: string };

/** Latin letters that Unicode does not decompose into an ASCII letter plus marks. */
const SPELLED_OUT: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["đ", "d"],
  ["ð", "d"],
  ["þ", "th"],
  ["ł", "l"],
  ["ħ", "h"],
  ["ı", "i"],
]);

/** Turns any Latin-script text into a URL-safe slug, cut between words when it has to be short. */
export default function slugify(input: SlugifyInput): SlugifyOutput {
  const separator = input.separator ?? "-";
  const maxLength = input.maxLength ?? Number.POSITIVE_INFINITY;
  const [first, ...others] = asciiWords(input.text);
  if (first === undefined) throw new Error("The text has no Latin letter or digit to build a slug from");
  let slug = first.slice(0, maxLength);
  for (const word of others) {
    const longer = slug + separator + word;
    // A word cut in half reads as another word: stop before it. A shorter word further on must not jump the queue.
    if (longer.length > maxLength) break;
    slug = longer;
  }
  return { slug };
}

function asciiWords(text: string): string[] {
  const ascii = text
    .normalize("NFKD") // first, because it also turns letter-like symbols into capitals
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/['’ʼ]/g, "")
    .replaceAll("&", " and ")
    .replace(/[^a-z0-9]/gu, (letter) => SPELLED_OUT.get(letter) ?? " ");
  return ascii.match(/[a-z0-9]+/g) ?? [];
}
