"""Makes what the embedder learns from: `python texts.py SOURCES OUT`: lines {"q": request, "d": card, "s": source, "k": kind}.

`d` is laid out as the index lays out an action (node/src/search/document-text.ts); `q` says the same as somebody might ask for it.
"""

import json
import random
import re
import sys
from pathlib import Path

import cards
from asking import request, spoken
from everyday import everyday, several

SEED = 11
#: Cards a source gives at most, so that no one provider's way of speaking drowns the rest.
MOST = {"botocore": 11000, "google": 6500, "azure": 7000, "zsh": 1800, "debian": 9000, "wordnet": 12000, "python": 42000}
PER_PACKAGE = 1500
EVERYDAY, SEVERAL = 36000, 8000


def main(sources: Path, out: Path) -> None:
    chance = random.Random(SEED)
    pairs = []
    for name in MOST:
        found = collect(name, sources, chance)
        made = [pair for card in found for pair in pairs_of(card, chance)]
        print(f"{name}: {len(found)} cards, {len(made)} pairs", flush=True)
        pairs += made
    nouns = [(card.name.split(", ")[0], card.description) for card in cards.wordnet(sources, ("noun",))]
    pairs += everyday(nouns, cards.common_nouns(sources), EVERYDAY, chance)
    pairs += several([pair for pair in pairs if pair["k"] == "request"], SEVERAL, chance)
    chance.shuffle(pairs)
    out.write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    print(f"{len(pairs)} pairs")


def collect(name: str, sources: Path, chance: random.Random) -> list[cards.Card]:
    found = list(getattr(cards, name)(sources))
    if name == "azure":
        found += cards.azure_commands(sources)
    chance.shuffle(found)
    seen, kept, packages = set(), [], {}
    for card in found:
        key = re.sub(r"\W+", "", card.description.lower())[:50]
        packages[card.source] = packages.get(card.source, 0) + 1
        if key in seen or len(key) < 8 or (name == "python" and packages[card.source] > PER_PACKAGE):
            continue
        seen.add(key)
        kept.append(card)
    return kept[: MOST[name]]


def pairs_of(card: cards.Card, chance: random.Random) -> list[dict]:
    made = []
    if card.source == "wordnet":
        gloss = f"{card.name}\n{card.description}"
        asked = card.phrasings[0] if card.phrasings else card.description
        return [pair(asked, gloss, card, "gloss")]
    document = laid_out(card, chance)
    first = cards.sentences(card.description)[0][:200]
    said = [text for text in card.phrasings if 8 < len(text) < 200]
    for text in chance.sample(said, min(len(said), 12 if card.source == "zsh" else 2)):
        made.append(pair(text, document, card, "said"))
    if card.source == "debian":
        return [pair(request(card, chance) if chance.random() < 0.3 else first, card.name + "\n" + first, card, "package")]
    if card.source != "zsh":
        if chance.random() < 0.5:
            made.append(pair(first, document, card, "sentence"))
        made.append(pair(request(card, chance), document, card, "request"))
    return made


def pair(asked: str, document: str, card: cards.Card, kind: str) -> dict:
    return {"q": asked, "d": document, "s": card.source, "k": kind}


def laid_out(card: cards.Card, chance: random.Random) -> str:
    """As the index embeds an action: name twice, description, parameters. Names in any of the usual spellings."""
    name = restyled(card.name, chance)
    description = card.description if chance.random() < 0.4 else " ".join(cards.sentences(card.description)[: chance.choice([1, 1, 2, 3])])
    parameters = [f"{key}: {said}" if said else key for key, said in card.parameters[:12]]
    if chance.random() < 0.15:
        parameters = []
    return "\n".join([name, name, description[:600], *parameters])


def restyled(name: str, chance: random.Random) -> str:
    words = spoken(name.replace(".", " ")).split(" ")
    style = chance.random()
    if style < 0.4:
        return "_".join(words)
    if style < 0.6:
        return words[0] + "".join(word.capitalize() for word in words[1:])
    if style < 0.7:
        return "-".join(words)
    if style < 0.8:
        return ".".join([words[0], "_".join(words[1:])]) if len(words) > 1 else words[0]
    return name


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
