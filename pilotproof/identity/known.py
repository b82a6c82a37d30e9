"""The identifiers of a pilot, to find them in any text and to put something harmless in their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from pilotproof.errors import Problem

UNSEEN = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff"  # accents that stand alone, and letters without width
ATOM = re.compile(rf"(?:[^\W\d_][{UNSEEN}]*)+|\d+")  # S-20417 is S and 20417, and so are S20417 and s_20417
WORD = re.compile(r"[^\s,;]+")
QUOTED = re.compile(r"(?P<mark>['\"])(?P<inside>[^'\"\n]{1,80})(?P=mark)")
SHORTEST_CODE, SHORTEST_NUMBER, SHORTEST_NAME, SHORTEST_LOGIN = 4, 5, 3, 6
LONGEST_NAME = 4  # words of one
WIDEST_GAP = 4  # signs between two words of a name: "Ann\r\nLee", "Lee, Ann"
PART_OF_NUMBER = re.compile(r"[.,]\d|\d[.,]")
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "coach", "jr", "sr", "sra", "señor", "señora"})
UNDIVIDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})  # Unicode holds these for one letter
ELSEWHERE = "(name)"  # stands for an identifier in free text


def shape_of(value: str) -> str:
    """The form of an identifier without its content: 'S-20417' is 'A-99999', 'ann lee ' is 'aaa aaa '."""
    return "".join("9" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c for c in value)


@dataclass(slots=True)
class KnownIdentifiers:
    """Identifiers as whole words, however they are joined, spelt or accented.

    `S-20417` is found in 'S20417', 'student_S-20417' and "S-20417's", and not in 'S-204171'; 'Núñez' in 'NUNEZ-Diaz'.

    phrases : words of each identifier by the first of them, folded
    lengths : of these, by the first word
    names : single names (given, family), found only with a capital and where they are no ordinary word of the report
    short : too short, or too ordinary, to be told from other numbers and words of a page; found only between quotation marks
    """

    ordinary: frozenset[str] = frozenset()
    phrases: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    lengths: dict[str, set[int]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    short: set[str] = field(default_factory=set)

    def add(self, values: Iterable[str]) -> None:
        """Learn identifiers: codes, addresses, and names of people with their parts, in both orders."""
        for value in values:
            words = WORD.findall(value)
            if len(words) == 1:
                self._add_word(words[0])
            elif words:
                self._add_phrase(value)
                self._add_parts(words, is_reversed="," in value)

    def found(self, text: str) -> Iterator[str]:
        """Each identifier in `text`, as it stands there."""
        for start, end in self._spans(text):
            yield text[start:end]

    def without(self, text: str, *, stand_in: str | None = ELSEWHERE, any_case: bool = False) -> str:
        """`text` with `stand_in`, or the form of it where that is None, for each identifier.

        any_case : also for single names without a capital, as people type them: sooner a word too many than a name
        """
        for start, end in sorted(self._spans(text, any_case=any_case), reverse=True):
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

    def _add_word(self, word: str) -> None:
        """A code, an address with what stands before its @, or a single name."""
        folded = _fold(word)
        if _is_distinct(folded):
            self._add_phrase(word)
            if "@" in word and len(login := folded.split("@", 1)[0]) >= SHORTEST_LOGIN and login not in self.ordinary:
                self._add_phrase(login)
        else:
            self._add_name(word)

    def _add_name(self, word: str) -> None:
        folded, letters = _fold(word), sum(map(str.isalpha, word))
        if len(ATOM.findall(word)) > 1 and letters > SHORTEST_NAME and not any(map(str.isdigit, word)):
            self._add_phrase(word)  # O'Brien, Garcia-Lopez
        elif folded.isalpha() and len(folded) >= SHORTEST_NAME and not self._is_ordinary(word):
            self.names.add(folded)
        else:
            self.short.add(word.casefold())

    def _is_ordinary(self, word: str) -> bool:
        return word.casefold() in self.ordinary or _fold(word) in self.ordinary

    def _add_parts(self, words: list[str], *, is_reversed: bool) -> None:
        """The names of one person alone, and with the first of them last, where the words look like names."""
        names = [word for word in words if _fold(word).strip(".") not in TITLES]
        if len(names) > LONGEST_NAME or not all(word[0].isupper() and not any(map(str.isdigit, word)) for word in names):
            return
        for name in names:
            if len(ATOM.findall(name)) > 1 or len(_fold(name)) >= SHORTEST_NAME:
                self._add_name(name)
        if is_reversed and len(names) > 1:
            self._add_phrase(" ".join([*names[1:], names[0]]))

    def _add_phrase(self, value: str) -> None:
        atoms = tuple(_fold(atom) for atom in ATOM.findall(value))
        if atoms:
            self.phrases.setdefault(atoms[0], set()).add(atoms)
            self.lengths.setdefault(atoms[0], set()).add(len(atoms))

    def _spans(self, text: str, *, any_case: bool = False) -> Iterator[tuple[int, int]]:
        words = {_fold(atom) for atom in set(ATOM.findall(text))}
        # most texts: no need to look where they stand, nor to go through all identifiers, as a set does with what is no set
        if self.phrases.keys().isdisjoint(words) and words.isdisjoint(self.names):
            return
        atoms = [(_fold(found.group()), *found.span()) for found in ATOM.finditer(text)]
        last = 0
        for place, (_, start, _) in enumerate(atoms):
            if start >= last and (end := self._end_of_match(text, atoms, place, any_case=any_case)) is not None:
                yield start, end
                last = end

    def _end_of_match(self, text: str, atoms: list[tuple[str, int, int]], place: int, *, any_case: bool) -> int | None:
        word, start, end = atoms[place]
        for length in sorted(self.lengths.get(word, ()), reverse=True):
            part = atoms[place : place + length]
            if tuple(atom[0] for atom in part) in self.phrases[word] and _stand_together(part):
                last = part[-1][2]
                if _is_whole(text, start, last, is_number=length == 1 and word.isdigit()):
                    return last
        is_name = word in self.names and (any_case or text[start].isupper()) and _is_whole(text, start, end, is_number=False)
        return end if is_name else None


def _stand_together(atoms: list[tuple[str, int, int]]) -> bool:
    return all(after[1] - before[2] <= WIDEST_GAP for before, after in pairwise(atoms))


def _is_whole(text: str, start: int, end: int, *, is_number: bool) -> bool:
    """Whether no letter or digit goes on before or behind; of a number also that it is no part of another one."""
    if (start and text[start - 1].isalnum()) or text[end : end + 1].isalnum():
        return False
    around = (text[max(0, start - 1) : start + 1], text[max(0, start - 2) : start], text[end : end + 2])
    return not (is_number and any(PART_OF_NUMBER.fullmatch(part) for part in around))


def _fold(word: str) -> str:
    """Without capitals, accents and what has no width."""
    return word.lower() if word.isascii() else _fold_letters(word)  # most words, and ASCII has only capitals


@lru_cache(maxsize=100_000)
def _fold_letters(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in parts if unicodedata.category(c) not in ("Mn", "Cf")).translate(UNDIVIDED)


def _is_distinct(word: str) -> bool:
    """Whether a word can only be the identifier: a code with letters and digits, a long number, or an address."""
    if word.isdigit():
        return len(word) >= SHORTEST_NUMBER
    return "@" in word or (len(word) >= SHORTEST_CODE and any(map(str.isdigit, word)))
