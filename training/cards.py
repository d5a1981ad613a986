"""Reads functions, commands and packages from the unpacked sources as (name, description, parameters, phrasings)."""

import ast
import gzip
import html
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

TAGS = re.compile(r"<[^>]+>")
SPACES = re.compile(r"\s+")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`'\"(])")
MARKUP = re.compile(r":[a-z:]+:`~?([^`]+)`|``?([^`]+)``?")


@dataclass
class Card:
    """One function as an index would hold it; `phrasings` are sentences in which people said what it is for."""

    source: str
    name: str
    description: str
    parameters: list[tuple[str, str]] = field(default_factory=list)
    phrasings: list[str] = field(default_factory=list)


def plain(text: str) -> str:
    text = html.unescape(TAGS.sub(" ", text))
    text = MARKUP.sub(lambda match: match.group(1) or match.group(2), text)
    return SPACES.sub(" ", text).strip()


def sentences(text: str) -> list[str]:
    return [part for part in SENTENCE.split(text) if part]


def botocore(folder: Path) -> Iterator[Card]:
    examples = aws_examples(folder / "awscli")
    for service in sorted((folder / "botocore/botocore/data").iterdir()):
        versions = sorted(service.glob("*/service-2.json.gz"))
        if not versions:
            continue
        model = json.load(gzip.open(versions[-1]))
        shapes = model["shapes"]
        for name, operation in model["operations"].items():
            members = shapes.get(operation.get("input", {}).get("shape"), {}).get("members", {})
            parameters = [(key, first(plain(member.get("documentation", "")))) for key, member in members.items()]
            description = plain(operation.get("documentation", ""))
            if description:
                said = examples.get((service.name, dashed(name)), [])
                yield Card("botocore", name, description, parameters, said)


def aws_examples(folder: Path) -> dict[tuple[str, str], list[str]]:
    """awscli/examples/SERVICE/COMMAND.rst: headings say what the example does, the lines below with which values."""
    found: dict[tuple[str, str], list[str]] = {}
    for file in folder.glob("awscli/examples/*/*.rst"):
        said = []
        for line in file.read_text(errors="ignore").split("\n"):
            heading = re.match(r"\*\*(?:Example \d+: )?(.+?)\*\*\s*$", line)
            if heading:
                said.append(re.sub(r"^To ", "", plain(heading.group(1))))
            elif re.match(r"(The following|This) .*(example|command)", line):
                text = re.sub(r"^.*?(?:example|command)s? ", "", plain(line)).rstrip(": ")
                if len(text) > 15:
                    said.append(text)
        if said:
            found[(file.parent.name, file.stem)] = said[:4]
    return found


def dashed(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def google(folder: Path) -> Iterator[Card]:
    newest: dict[str, Path] = {}
    for file in sorted((folder / "google-api-python-client").glob("**/discovery_cache/documents/*.json")):
        newest[file.name.split(".")[0]] = file
    for file in newest.values():
        document = json.loads(file.read_text())
        yield from google_methods(document.get("resources", {}))


def google_methods(resources: dict) -> Iterator[Card]:
    for name, resource in resources.items():
        for method, details in resource.get("methods", {}).items():
            description = plain(details.get("description", ""))
            if description:
                parameters = [(key, first(plain(value.get("description", "")))) for key, value in details.get("parameters", {}).items()]
                yield Card("google", f"{name}.{method}", description, parameters)
        yield from google_methods(resource.get("resources", {}))


def python(folder: Path) -> Iterator[Card]:
    skip = {"botocore", "awscli", "google-api-python-client", "downloads", "zsh-common", "wordnet-base"}
    for package in sorted(folder.iterdir()):
        if not package.is_dir() or package.name in skip or package.name.startswith("azure"):
            continue
        for file in sorted(package.rglob("*.py")):
            if "test" in str(file.relative_to(package)) or "_vendor" in str(file):
                continue
            try:
                tree = ast.parse(file.read_text(errors="ignore"))
            except (SyntaxError, ValueError, RecursionError):
                continue
            yield from docstrings(package.name, tree)


def docstrings(package: str, tree: ast.AST) -> Iterator[Card]:
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or node.name.startswith("_"):
            continue
        text = ast.get_docstring(node)
        if text is None or len(text) < 30:
            continue
        described = described_parameters(text)
        names = [argument.arg for argument in node.args.args + node.args.kwonlyargs if argument.arg not in ("self", "cls")]
        head = re.split(r"\n\s*(?:Parameters|Args|Arguments|Returns|Examples?|Raises|Notes?|See Also|:param|:return|>>>|\.\. )", text)[0]
        description = plain(head)
        if 15 < len(description) and description.isascii():
            yield Card(f"python/{package}", node.name, description, [(name, described.get(name, "")) for name in names])


def described_parameters(text: str) -> dict[str, str]:
    """Parameters of the numpy, Google and Sphinx styles of docstring."""
    numpy = re.findall(r"^\s*(\w+) ?:[^\n]*\n\s{4,}([^\n]+)", text, re.M)
    google_style = re.findall(r"^\s+(\w+)(?: ?\([^)]*\))?: ([^\n]+)", text, re.M)
    sphinx = re.findall(r":param (?:\w+ )?(\w+): ([^\n]+)", text)
    return {name: first(plain(said)) for name, said in [*google_style, *numpy, *sphinx]}


def azure(folder: Path) -> Iterator[Card]:
    for file in sorted((folder / "azure-cli").rglob("_help*.py")):
        for name, text in re.findall(r"helps\[['\"]([^'\"]+)['\"]\]\s*=\s*f?\"{3}(.*?)\"{3}", file.read_text(errors="ignore"), re.S):
            summary = re.search(r"short-summary: *>?\s*(.+)", text)
            if summary is None:
                continue
            description = plain(summary.group(1).strip("'\" "))
            long = re.search(r"long-summary: *[|>]?-?\s*(.+)", text)
            if long:
                description += " " + plain(long.group(1))
            parameters = [(re.sub(r"^--| .*", "", option), plain(said)) for option, said in re.findall(r"- name: (--[^\n]+)\n(?:\s+type:[^\n]+\n)?\s+short-summary: *([^\n]+)", text)]
            said = [plain(example) for example in re.findall(r"- name: ([^-\n][^\n]+)\n\s+text:", text)]
            yield Card("azure", name, description, parameters, said[:4])


def azure_commands(folder: Path) -> Iterator[Card]:
    """Commands that azure-cli generates: classes with a docstring and `:example:` lines."""
    for file in sorted((folder / "azure-cli").glob("azure/cli/command_modules/*/aaz/latest/**/*.py")):
        text = file.read_text(errors="ignore")
        registered = re.search(r"@register_command\(\s*\"([^\"]+)\"", text)
        docstring = re.search(r"class \w+\(\w+\):\s+\"\"\"(.*?)\"\"\"", text, re.S)
        if registered is None or docstring is None:
            continue
        parts = re.split(r":example:", docstring.group(1))
        said = [plain(part.split("\n")[0]) for part in parts[1:]]
        parameters = re.findall(r"options=\[\"--([\w-]+)\".*?help=\"([^\"]+)\"", text, re.S)
        yield Card("azure", registered.group(1), plain(parts[0]), [(name, first(plain(help_))) for name, help_ in parameters[:12]], said[:4])


def zsh(folder: Path) -> Iterator[Card]:
    """Completion functions: what each option and subcommand of a command does, in a few words."""
    for file in sorted((folder / "zsh-common").rglob("functions/Completion/*/_*")):
        if file.suffix == ".zwc" or not file.is_file():
            continue
        text = file.read_text(errors="ignore")
        command = re.match(r"#compdef (?:-\S+ )?(\S+)", text)
        if command is None or command.group(1).startswith("-"):
            continue
        options = re.findall(r"\[([a-z][^\]\[$\n]{12,90})\]", text)
        subcommands = re.findall(r"['\"]([a-z][\w-]{1,20}):([a-z][^'\":$\n]{12,90})['\"]", text)
        name = command.group(1).split("=")[0]
        for sub, said in subcommands:
            yield Card("zsh", f"{name} {sub}", said, [], [said])
        if options:
            yield Card("zsh", name, "; ".join(dict.fromkeys(options[:6])), [], list(dict.fromkeys(options))[:40])


def debian(folder: Path) -> Iterator[Card]:
    for block in (folder / "debian.txt").read_text(errors="ignore").split("\n\n"):
        name = re.search(r"^Package: (.+)$", block, re.M)
        found = re.search(r"^Description(?:-en)?: (.+)\n((?: .*\n?)*)", block, re.M)
        if name is None or found is None or re.search(r"-(dbg|dev|doc|dbgsym|data|common|l10n|locale)|^lib|^fonts|^task|^language|^texlive", name.group(1)):
            continue
        long = plain(found.group(2).replace("\n .", "\n"))
        yield Card("debian", name.group(1), found.group(1), [], sentences(long)[:3])


def wordnet(folder: Path, kinds: tuple[str, ...] = ("noun", "verb", "adj", "adv")) -> Iterator[Card]:
    for kind in kinds:
        for line in (folder / f"wordnet-base/usr/share/wordnet/data.{kind}").read_text().split("\n"):
            if line.startswith("  ") or " | " not in line:
                continue
            head, gloss = line.split(" | ", 1)
            parts = head.split(" ")
            words = [parts[4 + 2 * at].replace("_", " ") for at in range(int(parts[3], 16))]
            quoted = re.findall(r"\"([^\"]+)\"", gloss)
            definition = gloss.split('; "')[0].strip()
            yield Card("wordnet", ", ".join(words[:3]), definition, [], quoted[:2])


def common_nouns(folder: Path) -> set[str]:
    """Those that somebody found in running text (WordNet's counts)."""
    lines = (folder / "wordnet-base/usr/share/wordnet/cntlist.rev").read_text().split("\n")
    return {line.split("%")[0].replace("_", " ") for line in lines if "%1:" in line}


def first(text: str) -> str:
    found = sentences(text)
    return found[0][:200] if found else ""
