"""Everyday tools that no source documents: cards and requests composed from WordNet's words. Seeded, no model.

What a student has not read it cannot embed; these put some twenty thousand nouns, with what they mean, into the places
where tools speak of them: "get_horse_lineage(horse_name)", "What is the lineage of the horse Thunder?".
"""

import random
import re

from asking import PLACES, MONTHS, OPENINGS, TOPICS

ATTRIBUTES = (
    "price|history|location|schedule|status|rating|reviews|availability|average cost|population|temperature|forecast|score|details|information|statistics|ranking|origin|age|"
    "size|weight|volume|area|length|density|lifespan|risk|quality|efficiency|yield|growth rate|inventory|ingredients|nutrition facts|side effects|symptoms|treatment options|"
    "opening hours|directions|contact details|members|owner|value|balance|probability|trend|release date|lyrics|cast|winner|results|standings|exchange rate|tax|interest|speed|"
    "distance|energy|frequency|composition|classification|translation|definition|synonyms|recommendations|requirements|regulations|safety rules|maintenance plan|design|name"
).split("|")
ACTIONS = {
    "get": ["Get {a} of a {n}", "Retrieve the {a} for a given {n}", "Fetches {a} about the specified {n}", "Returns the {a} of a {n}"],
    "find": ["Find {n}s by {a}", "Search for a {n} by {a} or name", "Finds the {n} with the best {a}", "Look up {n} {a}"],
    "calculate": ["Calculate the {a} of a {n}", "Computes {n} {a} from measurements", "Estimate the {a} of a {n} based on its properties"],
    "analyze": ["Analyze the {a} of a {n}", "Analyse {n} {a} over a period of time", "Evaluate {n} {a} and report problems"],
    "predict": ["Predict the {a} of a {n}", "Forecasts {n} {a} for the coming days", "Predicts future {a} for a {n} from past data"],
    "compare": ["Compare the {a} of two {n}s", "Compares {n}s by {a}"],
    "book": ["Book a {n}", "Reserve a {n} for a date and number of people", "Make a reservation for a {n}"],
    "create": ["Create a new {n} with the given {a}", "Generate a {n} according to the given {a}", "Adds a {n} and its {a}"],
    "update": ["Update the {a} of a {n}", "Changes the {a} of an existing {n}"],
    "delete": ["Delete a {n}", "Remove the {n} from the collection"],
    "recommend": ["Recommend a {n} based on {a}", "Suggests {n}s that match the user's preferences"],
    "track": ["Track the {a} of a {n}", "Monitor a {n} and its {a}"],
    "order": ["Order a {n}", "Buy a {n} online and have it delivered"],
    "convert": ["Convert {n} {a} between units", "Converts the {a} of a {n} to another format"],
    "check": ["Check the {a} of a {n}", "Verify whether a {n} meets the given {a}"],
    "list": ["List all {n}s", "List {n}s and their {a}"],
}
ASKED = {
    "get": ["What is the {a} of the {n}{v}?", "Tell me the {a} for my {n}{v}", "I'd like to know the {n} {a}{v}", "Show {n} {a}{v}", "Give me the {a} of {n}{v}"],
    "find": ["Find me a {n}{v}", "Where can I find a {n}{v}?", "I'm looking for a {n} with good {a}{v}", "Search {n}s by {a}{v}", "Which {n} has the best {a}{v}?"],
    "calculate": ["What would be the {a} of a {n}{v}?", "Calculate the {n} {a}{v}", "How do I work out the {a} of my {n}{v}?", "Estimate {a} for the {n}{v}"],
    "analyze": ["Analyze the {n} {a}{v}", "What can you say about the {a} of the {n}{v}?", "I need an analysis of {n} {a}{v}"],
    "predict": ["What will the {n} {a} be{v}?", "Predict {a} for the {n}{v}", "Can you forecast the {n} {a}{v}?"],
    "compare": ["Which {n} has a better {a}{v}?", "Compare the {a} of these {n}s{v}", "Difference in {a} between two {n}s{v}"],
    "book": ["Book me a {n}{v}", "I need a {n}{v}", "Reserve a {n} for two people{v}", "Can you arrange a {n}{v}?"],
    "create": ["Make a {n}{v}", "Create a {n} with {a}{v}", "I want a new {n}{v}", "Generate a {n} for me{v}"],
    "update": ["Change the {n} {a}{v}", "Set the {a} of the {n}{v}", "Please update my {n}'s {a}{v}"],
    "delete": ["Delete the {n}{v}", "Get rid of my {n}{v}", "Remove that {n}{v}"],
    "recommend": ["Which {n} should I choose{v}?", "Suggest a {n}{v}", "Recommend me a good {n}{v}"],
    "track": ["Track my {n}{v}", "Keep an eye on the {n} {a}{v}", "Where is my {n} now{v}?"],
    "order": ["Order a {n}{v}", "I want to buy a {n}{v}", "Get me a {n} delivered{v}"],
    "convert": ["Convert the {n} {a}{v}", "How much is the {n} {a} in other units{v}?"],
    "check": ["Is the {a} of the {n} fine{v}?", "Check {n} {a}{v}", "Make sure the {n} has the right {a}{v}"],
    "list": ["What {n}s are there{v}?", "List the {n}s{v}", "Show me every {n}{v}"],
}
#: Words that say nothing in such a place.
DULL = re.compile(r"[^a-z ]|^.{0,2}$|^.{24,}$")


def everyday(nouns: list[tuple[str, str]], common: set[str], count: int, chance: random.Random) -> list[dict]:
    """`nouns`: word and gloss; the `common` ones are taken twice as often as all. Returns pairs as texts.py writes them."""
    fit = [(word, gloss) for word, gloss in nouns if not DULL.search(word)]
    often = [(word, gloss) for word, gloss in fit if word in common]
    made = []
    while len(made) < count:
        noun, gloss = chance.choice(often if chance.random() < 0.67 else fit)
        action = chance.choice(list(ACTIONS))
        attribute = chance.choice(ATTRIBUTES)
        fill = {"n": noun, "a": attribute}
        name = f"{action} {noun}" + (f" {attribute}" if chance.random() < 0.6 else "")
        description = articles(chance.choice(ACTIONS[action]).format(**fill)) + "."
        if chance.random() < 0.3:
            description += f" {noun.capitalize()}: {gloss}."
        parameters = chance.sample([
            f"{noun.replace(' ', '_')}_name: The name of the {noun}", f"{noun.split(' ')[-1]}_id: Identifier of the {noun}", "location: The city or region", "date: The date, as YYYY-MM-DD",
            f"{attribute.replace(' ', '_')}: The {attribute} of the {noun}", "unit: The unit of the result", "limit: How many results to return", f"{noun.split(' ')[-1]}_type: The kind of {noun}",
            "time_period: The period of time to look at", "user_id: The user's id", "format: The format of the output", "category: The category to search in", "budget: The most to spend",
        ], chance.choice([0, 1, 2, 2, 3, 3, 4]))
        words = name.split(" ")
        spelled = chance.choice(["_".join(words), words[0] + "".join(word.capitalize() for word in words[1:]), "_".join(words), ".".join([words[1], words[0]]), "-".join(words)])
        document = "\n".join([spelled, spelled, description, *parameters])
        asked = chance.choice(ASKED[action]).format(**fill, v=value(noun, chance))
        if chance.random() < 0.25:
            plain = chance.choice(ACTIONS[action]).format(**fill)
            asked = chance.choice(OPENINGS).format(plain[0].lower() + plain[1:]) + value(noun, chance)
        made.append({"q": articles(asked), "d": document, "s": "everyday", "k": "request"})
    return made


def articles(text: str) -> str:
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)


def value(noun: str, chance: random.Random) -> str:
    return chance.choice([
        "", "", f" in {chance.choice(PLACES)}", f" for {chance.choice(MONTHS)} {chance.randint(1, 28)}", f" with id {chance.randint(10, 9999)}", f" called '{chance.choice(['Thunder', 'Aurora', 'Blue Moon', 'Sunrise', 'Delta', 'Orion', 'Maple'])}'",
        f" under ${chance.randint(10, 900)}", f" for {chance.randint(2, 9)} people", f" over the last {chance.randint(2, 12)} {chance.choice(['days', 'weeks', 'months', 'years'])}", f" near {chance.choice(PLACES)} and {chance.randint(2, 40)} km around",
        f" of type {chance.choice(['A', 'standard', 'premium', 'small', 'large'])}", f", {chance.randint(2, 90)} kg and {chance.randint(2, 90)} cm", f" since 20{chance.randint(10, 26)}", f" about {chance.choice(TOPICS)}",
    ])


def several(pairs: list[dict], count: int, chance: random.Random) -> list[dict]:
    """Requests of two or three steps; the card is that of one of them."""
    made = []
    while len(made) < count:
        parts = chance.sample(pairs, chance.choice([2, 2, 3]))
        joints = [" Then, ", " Also, ", " Next, ", " And ", " Finally, ", " "]
        text = parts[0]["q"].rstrip()
        for part in parts[1:]:
            text += ("" if text[-1] in ".?!" else ".") + chance.choice(joints) + part["q"]
        made.append({"q": text, "d": chance.choice(parts)["d"], "s": "several", "k": "several"})
    return made
