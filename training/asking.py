"""Makes requests as people write them, with concrete values, from what a function's card says. Seeded, no model."""

import random
import re

PLACES = "Paris|London|Tokyo|New York|San Francisco|Berlin|Mumbai|Sydney|Boston, MA|Seattle|Cairo|Toronto|Madrid|Beijing|Chicago|Austin, Texas|Rio de Janeiro|Rome|Seoul|Cape Town".split("|")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December".split("|")
THINGS = "report|invoice|backup|project|newsletter|sensor data|order|customer list|photo|spreadsheet|budget|log file|sales data|user profile|meeting notes|shopping cart|playlist|recipe".split("|")
TOPICS = "machine learning|climate change|renewable energy|history of Rome|stock market|healthy cooking|space travel|jazz|marathon training|cyber security|quantum physics|gardening".split("|")
LANGUAGES = "English|French|Spanish|German|Japanese|Chinese|Italian|Portuguese".split("|")
CURRENCIES = "USD|EUR|GBP|JPY|INR|CAD".split("|")
ADJECTIVES = "red|large|urgent|new|old|private|vegetarian|cheap|annual|daily".split("|")

OPENINGS = [
    "Can you {}", "Could you {}", "Could you please {}", "Please {}", "I need to {}", "I want to {}", "I'd like to {}",
    "I would like you to {}", "Help me {}", "Can you help me {}", "How do I {}", "How can I {}", "{}", "{}", "{}", "{}",
    "We need to {}", "I have to {}", "I'm trying to {}", "For my project I need to {}", "Now {}", "Then {}",
    "I am working on something new and need to {}", "Is there a way to {}", "What do I use to {}", "Hey, {}", "Let's {}",
]
ASKS = {
    "get": ["What is {}", "What's {}", "Show me {}", "Tell me {}", "Find {}", "Give me {}", "I need {}", "I want to know {}", "Fetch {}", "Look up {}", "Retrieve {}", "Can I see {}", "Do you know {}"],
    "list": ["What are {}", "Which are {}", "Show me {}", "List {}", "Give me a list of {}", "I want to see {}", "Find {}", "What do I have for {}"],
    "compute": ["What is {}", "Calculate {}", "Compute {}", "Work out {}", "I need {}", "What would be {}", "Find {}", "Determine {}", "How much is {}"],
    "check": ["Is it true that {}", "Check {}", "Verify {}", "Tell me {}", "I wonder {}"],
    "create": ["Create {}", "Make {}", "Set up {}", "Add {}", "I need {}", "Generate {}", "Build {}"],
    "delete": ["Delete {}", "Remove {}", "Get rid of {}", "I no longer need {}", "Drop {}", "Clean up {}"],
    "update": ["Update {}", "Change {}", "Modify {}", "Edit {}", "Adjust {}"],
}
VERBS = {
    "get": "get gets retrieve retrieves return returns fetch fetches describe describes find finds show shows read reads obtain extract extracts load loads look",
    "list": "list lists enumerate enumerates search searches query queries lookup",
    "compute": "calculate calculates compute computes estimate estimates evaluate evaluates determine determines measure count counts",
    "check": "check checks verify verifies test tests validate validates confirm whether",
    "create": "create creates generate generates build builds construct constructs make makes add adds register registers provision insert inserts allocate start starts launch",
    "delete": "delete deletes remove removes destroy destroys drop drops clear clears purge deregisters detach deletes",
    "update": "update updates modify modifies change changes set sets edit edits configure patches patch replace",
}
KIND = {verb: kind for kind, verbs in VERBS.items() for verb in verbs.split()}
THIRD_PERSON = re.compile(r"^(\w+?)(es|s)$")
ASIDES = ["Thanks!", "Thank you.", "It's urgent.", "I need it today.", "for me", "as soon as possible", "for my homework", "for our team", "if possible"]


def request(card, random: random.Random) -> str:
    """One request for what the card does: its first sentence in other words, with values for some parameters."""
    sentence = re.split(r"(?<=[.;])\s", card.description, maxsplit=1)[0].rstrip(".;: ")[:160]
    words = sentence.split(" ")
    verb = words[0].lower()
    kind = KIND.get(verb)
    rest = " ".join(words[1:])
    if kind is not None and rest and random.random() < 0.6:
        text = random.choice(ASKS[kind]).format(personal(rest, random))
    else:
        text = random.choice(OPENINGS).format(imperative(words))
    values = with_values(card.parameters, random)
    if random.random() < 0.12:
        text = f"{context(random)} {text}"
    question = text.split(" ", 1)[0] in ("What", "What's", "Which", "How", "Can", "Could", "Is", "Do")
    text = f"{text}{values}" + ("?" if question and random.random() < 0.8 else random.choice([".", ".", "", "!"]))
    if random.random() < 0.08:
        text += " " + random.choice(ASIDES)
    style = random.random()
    return text.lower() if style < 0.12 else text[0].upper() + text[1:] if style < 0.9 else text


def imperative(words: list[str]) -> str:
    verb = words[0].lower()
    if verb in KIND or verb.endswith("s"):
        match = THIRD_PERSON.match(verb)
        if match and not verb.endswith("ss"):
            stem = match.group(1)
            verb = stem if match.group(2) == "s" or stem.endswith(("sh", "ch", "x", "ss")) else stem + "e"
    return " ".join([verb, *words[1:]])


def personal(rest: str, random: random.Random) -> str:
    choice = random.random()
    if choice < 0.2:
        return re.sub(r"\b(the|a|an) (specified|given|provided|current|existing) ", random.choice(["my ", "the ", "our ", "this "]), rest)
    if choice < 0.3:
        return re.sub(r"^(a|an|the) ", random.choice(["my ", "our ", "the "]), rest)
    return rest


def context(random: random.Random) -> str:
    return random.choice([
        f"I'm planning a trip to {random.choice(PLACES)}.", f"I'm working on a {random.choice(THINGS)}.", f"My boss asked about the {random.choice(THINGS)}.",
        f"I have a {random.choice(ADJECTIVES)} {random.choice(THINGS)}.", f"I live in {random.choice(PLACES)}.", f"I'm learning about {random.choice(TOPICS)}.",
        f"It is {random.randint(1, 12)} {random.choice(['am', 'pm'])} here.", "I have a question.", "Quick one:", "Hi there!",
    ])


def with_values(parameters: list[tuple[str, str]], random: random.Random) -> str:
    """` for … with … and …`: up to three parameters with values that a person would give."""
    if not parameters or random.random() < 0.2:
        return ""
    chosen = random.sample(parameters[:8], min(len(parameters[:8]), random.choice([1, 1, 2, 2, 3])))
    parts = []
    for name, described in chosen:
        words = spoken(name)
        value = value_of(words, described, random)
        parts.append(random.choice([
            f"with {words} {value}", f"with a {words} of {value}", f"where the {words} is {value}", f"for {value}", f"{words}: {value}", f"using {value} as the {words}",
            f"for the {words} {value}", f"and {words} {value}", f"{words} = {value}", f"of {value}", f"in {value}" if "loc" in words or "region" in words or "city" in words else f"with {value} for {words}",
        ]))
    return " " + random.choice([" ", ", ", " and ", ", "]).join(parts)


def spoken(name: str) -> str:
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.split(".")[-1])
    return re.sub(r"[_\-\s]+", " ", split).strip().lower()


def value_of(words: str, described: str, random: random.Random) -> str:
    about = f"{words} {described.lower()}"
    has = lambda *keys: any(key in about for key in keys)  # noqa: E731
    if has("email", "e-mail"):
        return random.choice(["info@example.com", "support@example.org", "sales@example.net"])
    if has("url", "uri", "link", "webhook"):
        return random.choice(["https://example.com/page", "www.example.org", "https://api.example.com/v1/items"])
    if has("date", "day", "deadline"):
        return random.choice([f"20{random.randint(10, 30)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}", f"{random.choice(MONTHS)} {random.randint(1, 28)}", "tomorrow", "next Friday", "yesterday", f"{random.choice(MONTHS)} 20{random.randint(10, 26)}", "today"])
    if has("time", "hour", "duration", "timeout", "second", "minute"):
        return random.choice([f"{random.randint(1, 12)}:{random.randint(0, 59):02} {random.choice(['AM', 'PM'])}", f"{random.randint(2, 90)} minutes", f"{random.randint(1, 48)} hours", "noon", f"{random.randint(1, 60)} seconds"])
    if has("city", "location", "place", "address", "region", "destination", "country", "origin"):
        return random.choice(PLACES)
    if has("price", "amount", "cost", "budget", "salary", "payment", "balance"):
        return random.choice([f"${random.randint(5, 5000)}", f"{random.randint(10, 900)} euros", f"{random.randint(1, 99)},{random.randint(0, 999):03} dollars"])
    if has("currency"):
        return random.choice(CURRENCIES)
    if has("language", "locale"):
        return random.choice(LANGUAGES)
    if has("percent", "rate", "ratio", "probability", "threshold"):
        return random.choice([f"{random.randint(1, 99)}%", f"0.{random.randint(1, 99):02}"])
    if has(" id", "identifier", "arn", "uuid") or words.endswith("id"):
        return random.choice([str(random.randint(100, 99999)), f"{random.choice('abcdefgh')}{random.randint(100, 9999)}", f"ID-{random.randint(10, 999)}", f"#{random.randint(1, 9999)}"])
    if has("array", "list of", "sequence", "vector", "matrix", "values"):
        return random.choice([f"[{random.randint(1, 9)}, {random.randint(1, 20)}, {random.randint(1, 50)}]", f"{random.randint(1, 9)}, {random.randint(1, 9)} and {random.randint(10, 99)}"])
    if has("number", "count", "size", "max", "min", "limit", "int", "length", "width", "height", "distance", "weight", "radius", "speed", "float", "degree", "angle", "mass", "year", "age"):
        return random.choice([str(random.randint(1, 20)), str(random.randint(10, 2000)), f"{random.randint(1, 99)}.{random.randint(1, 9)}", f"{random.randint(2, 90)} {random.choice(['km', 'meters', 'kg', 'cm', 'miles', 'degrees', 'items'])}"])
    if has("file", "path", "folder", "directory", "bucket"):
        return random.choice(["report.pdf", "data.csv", "/home/user/notes.txt", "photo.jpg", "backup.tar.gz", "config.yaml", "the reports folder", "my-bucket"])
    if has("bool", "whether", "if true", "enable"):
        return random.choice(["true", "false", "yes", "enabled"])
    if has("color", "colour"):
        return random.choice(["red", "dark blue", "#ff8800", "green"])
    if has("query", "search", "topic", "keyword", "title", "subject", "text", "message", "content"):
        return random.choice([random.choice(TOPICS), f"'{random.choice(TOPICS)}'", f'"{random.choice(THINGS)}"'])
    return random.choice([random.choice(THINGS), f"'{random.choice(THINGS)}'", f"my {random.choice(THINGS)}", random.choice(TOPICS), f"{random.choice(ADJECTIVES)} {random.choice(THINGS)}"])
