"""Words that staff write for a mail, with placeholders: checked when they are saved, filled in when they are sent.

One brace pair around a name is a placeholder, an empty line parts two paragraphs, an address becomes a link, and
nothing else is markup. Plain Python.
"""

import re
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from html import escape

LONGEST_SUBJECT = 150
LINE = 72
# What a reader's own value is taken to be long, where lines are wrapped before it is known.
PERSONAL_WIDTH = 18
LONGEST_SHOWN = 40

_BRACES = re.compile(r"\{\{+[^{}\n]*\}*|\{[^{}\n]*\}+|[{}]")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# Controls, what turns the direction of text around, and private-use characters: a shared mail marks its values by them.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ue000-\uf8ff]")
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn"}
_ADDRESS = re.compile(
    r"(?P<web>https?://[^\s<>\"\ue000-\uf8ff]+[^\s<>\"\ue000-\uf8ff.,;:!?)\]’”»])"
    r"|(?P<mail>[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
)
_PERSONAL = re.compile("\ue000[^\ue001]*\ue001")
_PADDING = "\ue002"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """What may stand in braces; `is_personal`: each reader has their own, the rest is the same for many."""

    name: str
    meaning: str
    is_personal: bool = False

    @property
    def written(self) -> str:
        """Return it as an editor types it."""
        return f"{{{self.name}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an editor wrote for a mail, and what its placeholders stand for. Empty: the template's own words."""

    subject: str = ""
    opening: str = ""
    closing: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether the template's own words are used throughout."""
        return not (self.subject or self.opening or self.closing)


def wrong_in_subject(text: str, allowed: Sequence[Placeholder]) -> list[str]:
    """Return what keeps a text from being a subject, each with what to do."""
    wrong = wrong_in_text(text, allowed)
    if re.search(r"[\n\r]", text):
        wrong.append("A subject is one line. Remove the line break.")
    if len(text) > LONGEST_SUBJECT:
        wrong.append(f"A subject has at most {LONGEST_SUBJECT} characters. This one has {len(text)}: shorten it.")
    return wrong


def wrong_in_text(text: str, allowed: Sequence[Placeholder]) -> list[str]:
    """Return what is wrong with a text, each with what to do. An empty text is right."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    wrong = []
    if plain and all(unicodedata.category(character) in _INVISIBLE for character in plain):
        wrong.append("This holds nothing that can be seen. Write something, or empty the field.")
    if _REFUSED.search(plain):
        wrong.append("This holds characters that no reader can see. Type the text again instead of pasting it.")
    braces = dict.fromkeys(_BRACES.findall(plain))
    return wrong + [message for found in braces if (message := _wrong_braces(found, allowed))]


def _wrong_braces(found: str, allowed: Sequence[Placeholder]) -> str:
    names = {placeholder.name: placeholder.written for placeholder in allowed}
    inside = found.strip("{}")
    if found == f"{{{inside}}}" and inside in names:
        return ""
    offered = f"You can use: {', '.join(names.values())}."
    if found == "}":
        return f"There is a “}}” that no “{{” opens. Remove it. {offered}"
    if found == "{":
        return f"There is a “{{” that no “}}” closes. Close it or remove it. {offered}"
    name = inside.strip().lower()
    if name in names:
        return f"“{found}” is not a placeholder. Write {names[name]}, with one brace on each side and no spaces."
    near = get_close_matches(name.replace(" ", "_"), names, n=1, cutoff=0.5)
    meant = f" Did you mean {names[near[0]]}?" if near else ""
    shown = found if len(found) <= LONGEST_SHOWN else f"{found[:LONGEST_SHOWN]}…"
    return f"“{shown}” is not a placeholder.{meant} {offered}"


def placeholders_in(text: str) -> list[str]:
    """Return the names in braces, in their order."""
    return _PLACEHOLDER.findall(text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled in."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def as_text(text: str, values: Mapping[str, str]) -> str:
    """Return the paragraphs of a mail's text part, wrapped; a line that was ended stays ended."""
    return "\n\n".join("\n".join(_wrapped(line) for line in lines) for lines in _paragraphs(filled(text, values)))


def as_html(text: str, values: Mapping[str, str]) -> str:
    """Return the paragraphs of a mail's HTML part, escaped, with its addresses as links."""
    paragraphs = _paragraphs(filled(text, values))
    return "\n".join(f"<p>{'<br>'.join(_linked(line) for line in lines)}</p>" for lines in paragraphs)


def _paragraphs(text: str) -> list[list[str]]:
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    found: list[list[str]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [paragraph for paragraph in found if paragraph]


def _wrapped(line: str) -> str:
    padded = _PERSONAL.sub(lambda personal: personal[0].ljust(PERSONAL_WIDTH, _PADDING), line)
    wrapped = textwrap.wrap(padded, LINE, break_long_words=False, break_on_hyphens=False)
    return "\n".join(wrapped).replace(_PADDING, "")


def _linked(line: str) -> str:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(line):
        shown = escape(found[0])
        href = shown if found["web"] else f"mailto:{shown}"
        pieces += [escape(line[end : found.start()]), f'<a href="{href}">{shown}</a>']
        end = found.end()
    return "".join([*pieces, escape(line[end:])])
