"""What the teacher's tokenizer makes of difficult texts: `python tokenizer_fixture.py TOKENIZER_JSON`.

Writes node/src/embedders/neural/character-classes.ts, the characters that it drops or takes for punctuation (its tables
are those of an old Unicode, and a JavaScript engine's change with its version), and the fixture that the peer's
tokenizer is tested with. Run `npm run format` afterwards.
"""

import json
import random
import sys
from pathlib import Path

from tokenizers import Tokenizer

ROOT = Path(__file__).parent.parent
CLASSES = ROOT / "node/src/embedders/neural/character-classes.ts"
FIXTURE = ROOT / "test/node/embedders/neural/fixtures/tokenizer.json"
PIECES = 128
WIDTH = 100
SURROGATES = range(0xD800, 0xE000)

TEXTS = [
    "", " ", "\t\n\r ", "hello", "Hello, World!", "sort a list of numbers in descending order",
    "getUserByID(user_id: string): Promise<User | null>", "snake_case_name kebab-case-name camelCaseName PascalCaseName",
    "s3:PutObjectAcl", "Array.prototype.flatMap()", "https://example.org/a/b?c=d&e=%20#f", "user@example.org", "C++ C# F# .NET",
    "1,234.56 €12.99 £3 ¥400 $5", "3.14159e-10 0xFF 1_000_000", "2024-02-29T23:59:59Z", "x² + y³ = z¼", "H₂O CO₂", "№ 5 ℃ ™ ® ©",
    "naïve café résumé Ångström Straße", "ŒUVRE œuvre Æsir ﬁne ﬂow", "ΣΊΣΥΦΟΣ Σίσυφος ὈΔΥΣΣΕΎΣ ὀδυσσεύς ς Σ", "İstanbul ISPARTA ı i̇ I",
    "Привет, мир! Ёлка ёлка Й й", "日本語のテキスト", "中文字符和English混合", "한국어 문장입니다", "ｆｕｌｌ ｗｉｄｔｈ １２３", "ﾊﾝｶｸ ｶﾀｶﾅ が か\u3099",
    "مرحبا بالعالم مَرْحَبًا", "שָׁלוֹם עולם", "हिन्दी में पाठ", "ภาษาไทย", "ქართული ᲥᲐᲠᲗᲣᲚᲘ", "ᎣᏏᏲ ꭰ", "Ⅷ ⅷ Ⓐ ⓐ", "🚀 rocket 👩‍👩‍👧 👍🏽 🇩🇪", "a🚀b",
    "zero\u200bwidth\u200cnon\u200djoiner\ufeffmark\u2060word", "soft\u00adhyphen", "null\x00byte\x07bell\x1bescape\x7fdelete\x85next",
    "replacement\ufffdcharacter", "private\ue000use\U000f0000area", "line\u2028separator\u2029paragraph", "no\u00a0break\u202fspace\u3000wide\u1680ogham\u2003em",
    "e\u0301 e\u0301\u0302\u0303 \u0301alone o\u0308\u0304", "Z̷̡̛͓̦͎̮a̴l̶g̸o̵", "\u0344\u0f73\u0f75\u0f81", "한 \u1112\u1161\u11ab", "\u1100\u1161", "Å Å K Ω", "\u212b\u212a\u2126",
    "豈更車 \uf900\ufaff \U0002f800 \U00020000 \U0002a6df \U0002b820 \U0002b920", "々〆〇ヶ", "「引用」『二重』、。・", "“curly” ‘quotes’ … – — ‐ ‑ «guillemets»", "¿Qué? ¡Sí!",
    "`code` ~tilde~ ^caret^ |pipe| \\back\\ $dollar +plus <angle> =", "a+b=c a<b a|b", "don't can't I'm we've rock'n'roll O'Neill", "...", "!!!???", "-- --- ----",
    "[CLS] text [SEP]", "[cls] [sep] [mask]", "a[MASK]b[UNK]c", "[PAD]", "[UNK] [PAD][PAD]", "[ MASK ]", "[CLS", "##ing ##s # ##", "[unused1] [unused99]",
    "a" * 99, "a" * 100, "a" * 101, "é" * 100, "é" * 101, "e\u0301" * 100, "e\u0301" * 101, "🚀" * 100, "🚀" * 101, "x" * 3000, "antidisestablishmentarianism",
    "pneumonoultramicroscopicsilicovolcanoconiosis", "Donaudampfschifffahrtsgesellschaftskapitän", "qwrtpsdfghjkl", "aaaa" * 24 + "🚀", "the " * 200, "中" * 200, "." * 300,
    "𝐛𝐨𝐥𝐝 𝒾𝓉𝒶𝓁𝒾𝒸 𝟘𝟙𝟚", "𐐀𐐨 𞤀𞤢", "ꙮ ⸙ ⸮ ⹂ ⹃", "؛ ؟ ؝ ۔", "߷ ࠰ ᙭ ᙮ ጡ", "ǅ ǆ Ǆ ǲ", "ẞ ß ſ", "ŉ ǰ ΐ", "\u0130\u0131", "ͺ ͅ ᾳ ᾼ", "ℝ → ∀ ∃ ∑ ∫ √ ≠ ≤", "①②③", "½ ⅓ ¾",
    '{"city": "São Paulo", "unit": "°C"}', "SELECT * FROM users WHERE id = ? AND name LIKE '%a%';", "for (let i = 0; i < n; ++i) { sum += a[i]; }",
    "def f(x: int) -> list[str]:\n\treturn [str(x)]", "ls -la | grep '\\.ts$' | xargs -0 rm", "<div class=\"a\">&nbsp;</div>", "Unix\r\nlines\rand\nmore",
]  # fmt: skip

WORDS = """get set list create delete update fetch parse convert compute average temperature celsius invoice PDF JSON XML HTTP
base64 SHA256 utf-8 timestamp timezone Zürich Köln São_Paulo naïve résumé EC2Instance describeVpcEndpoints item_ids maxResults
DateTime 2023-01-31 12:30 99.9% #tag @user ~/.bashrc C:\\Temp foo/bar x=1 (optional) [required] {a,b} "quoted" it's I'd
recommendation internationalization tokenizer embeddings flibbertigibbet zzyzx qwertyuiop ΩMEGA Łódź Москва 東京 서울 🚀 ½ €5""".split()


def main(tokenizer_json: Path) -> None:
    tokenizer = Tokenizer.from_file(str(tokenizer_json))
    tokenizer.no_padding()
    tokenizer.enable_truncation(PIECES)
    cases = [
        {"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids}
        for text in TEXTS + sentences(120) + noise(120)
    ]
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    FIXTURE.write_text(f'{{"cases":[\n{lines}\n]}}\n')
    CLASSES.write_text(classes(tokenizer))


def sentences(count: int) -> list[str]:
    draw = random.Random(1)
    return [" ".join(draw.choices(WORDS, k=draw.choice([3, 12, 40, 90]))) for _ in range(count)]


def noise(count: int) -> list[str]:
    """Any characters of all planes, mostly of the first."""
    draw = random.Random(2)
    tops = [0x80, 0x250, 0x600, 0x2000, 0x3100, 0x10000, 0x20000, 0x110000]

    def character() -> str:
        while (point := draw.randrange(draw.choice(tops))) in SURROGATES:
            pass
        return chr(point)

    return ["".join(character() for _ in range(draw.choice([4, 20, 100]))) for _ in range(count)]


def classes(tokenizer: Tokenizer) -> str:
    points = [point for point in range(0x110000) if point not in SURROGATES]
    dropped = [point for point in points if tokenizer.normalizer.normalize_str(f"a{chr(point)}b") == "ab"]
    split = tokenizer.pre_tokenizer.pre_tokenize_str
    punctuation = [point for point in points if len(split(f"a{chr(point)}b")) == 3]
    return f"""/** Written by training/tokenizer_fixture.py: ranges of code points, in hexadecimal. */

/** Control, format and private characters, and marks that stand on others. */
export const DROPPED = `
{ranges(dropped)}`;

/** Characters that are a word each. */
export const PUNCTUATION = `
{ranges(punctuation)}`;
"""


def ranges(points: list[int]) -> str:
    runs: list[list[int]] = []
    for point in points:
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    lines = [""]
    for first, last in runs:
        text = f"{first:x}" if first == last else f"{first:x}-{last:x}"
        if len(lines[-1]) + len(text) >= WIDTH:
            lines.append("")
        lines[-1] += f" {text}" if lines[-1] else text
    return "\n".join(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
