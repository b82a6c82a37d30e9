"""The identifiers of a pilot, to find them in any text and to put something harmless in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from pilotproof.errors import Problem

TOKEN = re.compile(r"\w+(?:[-.@+'’_]+\w+)*")
QUOTED = re.compile(r"(?P<mark>['\"])(?P<inside>[^'\"\n]{1,80})(?P=mark)")
SHORTEST_CODE, SHORTEST_NUMBER, SHORTEST_NAME = 4, 5, 3
ELSEWHERE = "(name)"  # stands for an identifier in free text


def shape_of(value: str) -> str:
    """The form of an identifier without its content: 'S-20417' is 'A-99999', 'ann lee ' is 'aaa aaa '."""
    return "".join("9" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c for c in value)


@dataclass(slots=True)
class KnownIdentifiers:
    """Identifiers as exact words: `S-20417` is found in 'student S-20417.' and not in 'S-204171'.

    phrases : words of each identifier by the first of them, in lower case
    names : single names (given, family), found only with a capital and where they are no ordinary word of the report
    short : too short, or too ordinary, to be told from other numbers and words of a page; found only between quotation marks
    """

    ordinary: frozenset[str] = frozenset()
    phrases: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    short: set[str] = field(default_factory=set)

    def add(self, values: Iterable[str]) -> None:
        """Learn identifiers: codes, addresses, and names of people."""
        for value in values:
            words = tuple(word.casefold() for word in TOKEN.findall(value))
            if len(words) > 1 or (words and _is_distinct(words[0])):
                self.phrases.setdefault(words[0], set()).add(words)
            elif words:
                self._add_name(words[0])

    def found(self, text: str) -> Iterator[str]:
        """Each identifier in `text`, as it stands there."""
        for start, end in self._spans(text):
            yield text[start:end]

    def without(self, text: str, *, stand_in: str | None = ELSEWHERE) -> str:
        """`text` with `stand_in`, or the form of it where that is None, for each identifier."""
        for start, end in sorted(self._spans(text), reverse=True):
            text = text[:start] + (shape_of(text[start:end]) if stand_in is None else stand_in) + text[end:]
        return QUOTED.sub(lambda cell: self._short_masked(cell, stand_in), text)

    def masked(self, problem: Problem) -> Problem:
        """The problem with the form of each identifier in its place; file, row and column lead to the cell."""
        said = {key: self.without(getattr(problem, key), stand_in=None) for key in ("found", "expected", "action")}
        return replace(problem, **said)

    def _short_masked(self, cell: re.Match[str], stand_in: str | None) -> str:
        inside = cell["inside"]
        if inside.strip().casefold() not in self.short:
            return cell.group()
        return cell.group().replace(inside, shape_of(inside) if stand_in is None else stand_in)

    def _add_name(self, word: str) -> None:
        if word.isalpha() and len(word) >= SHORTEST_NAME and word not in self.ordinary:
            self.names.add(word)
        else:
            self.short.add(word)

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        words = set(TOKEN.findall(text.casefold()))
        if words.isdisjoint(self.phrases) and words.isdisjoint(self.names):  # most texts: no need to look where they stand
            return
        tokens = [(found.group().casefold(), *found.span()) for found in TOKEN.finditer(text)]
        last = 0
        for place, (word, start, _) in enumerate(tokens):
            if start >= last and (end := self._end_of_match(tokens, place)) and (word in self.phrases or text[start].isupper()):
                yield start, end
                last = end

    def _end_of_match(self, tokens: list[tuple[str, int, int]], place: int) -> int | None:
        word = tokens[place][0]
        for phrase in sorted(self.phrases.get(word, ()), key=len, reverse=True):
            if tuple(token[0] for token in tokens[place : place + len(phrase)]) == phrase:
                return tokens[place + len(phrase) - 1][2]
        return tokens[place][2] if word in self.names else None


def _is_distinct(word: str) -> bool:
    """Whether a word can only be the identifier: a code with letters and digits, a long number, or an address."""
    digits = sum(c.isdigit() for c in word)
    if word.isdigit():
        return digits >= SHORTEST_NUMBER
    return "@" in word or (digits > 0 and len(word) >= SHORTEST_CODE)
