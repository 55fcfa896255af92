"""Words of a search: what was meant, in the letters that the pages use. Plain Python.

Pages and questions are compared in folded letters (small, without accents), so "metier" finds "métier". A word that no
page has is taken for the beginning of one, and then for a slip of the finger.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_QUERY = 200
MOST_WORDS = 10
# How many words of the pages one word of a question may stand for.
MOST_FORMS = 20
# From this length on a beginning is enough.
SHORTEST_BEGINNING = 3
_WORD = re.compile(r"[^\W_]+")


def fold(word: str) -> str:
    """Return a word in small letters without accents."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are written, in small letters."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def asked_words(query: str) -> list[str]:
    """Return the first few words of a question, each once; signs and operators are no words."""
    words = words_of(query.replace("\x00", " ")[:LONGEST_QUERY])
    return list(dict.fromkeys(words))[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one word of a question stands for: forms as pages write them. `instead`: what was taken for a slip."""

    asked: str
    forms: tuple[str, ...]
    instead: str = ""


class Vocabulary:
    """The words that the pages of one language use."""

    def __init__(self, texts: Iterable[str]) -> None:
        uses: Counter[str] = Counter()
        for text in texts:
            uses.update(set(words_of(text)))
        self.uses: Counter[str] = Counter()
        self.forms: dict[str, list[str]] = {}
        # With the letters of each, which tell most of the words that are far off without counting slips.
        self.by_length: dict[int, list[tuple[str, int]]] = {}
        for form, count in uses.items():
            folded = fold(form)
            if folded not in self.forms:
                self.by_length.setdefault(len(folded), []).append((folded, _letters(folded)))
            self.forms.setdefault(folded, []).append(form)
            self.uses[folded] += count

    def meaning(self, asked: str) -> Meaning:
        """Return what a word stands for: itself and what begins with it, or else the word that is nearest."""
        folded = fold(asked)
        if forms := self._forms_of(folded):
            return Meaning(asked, forms)
        nearest = self._nearest(folded)
        return Meaning(asked, self._forms_of(nearest), self.forms[nearest][0]) if nearest else Meaning(asked, ())

    def _forms_of(self, folded: str) -> tuple[str, ...]:
        """Return a word and those that begin with it, the most used first, as the pages write them."""
        found = [folded] if folded in self.forms else []
        if len(folded) >= SHORTEST_BEGINNING:
            longer = [word for word in self.forms if word.startswith(folded) and word != folded]
            found += sorted(longer, key=lambda word: (-self.uses[word], word))
        return tuple(form for word in found for form in self.forms[word])[:MOST_FORMS]

    def _nearest(self, folded: str) -> str:
        """Return the word that is fewest slips away, the most used of several; none for a short word."""
        allowed = slips_allowed(folded)
        best: tuple[int, int, str] | None = None
        letters = _letters(folded)
        for length in range(len(folded) - allowed, len(folded) + allowed + 1) if allowed else ():
            for word, has in self.by_length.get(length, ()):
                if (has ^ letters).bit_count() > 2 * allowed:  # a slip takes one letter away and brings one at most
                    continue
                slips = slips_between(folded, word, most=allowed)
                if slips <= allowed and (best is None or (slips, -self.uses[word], word) < best):
                    best = (slips, -self.uses[word], word)
        return best[2] if best else ""


def _letters(word: str) -> int:
    """Return which letters a word has, as bits; letters may share one."""
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) % 64)
    return bits


def slips_allowed(word: str) -> int:
    """Return how many slips a word of this length may have."""
    return 0 if len(word) < 4 or word.isdecimal() else 1 if len(word) < 8 else 2


def slips_between(one: str, other: str, *, most: int) -> int:
    """Return how many letters must be put in, left out, changed or swapped to get from one word to the other.

    Stops counting past `most` (optimal string alignment distance).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        above, row, earlier = row, [i], before
        for j, wanted in enumerate(other, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = above
    return row[-1]
