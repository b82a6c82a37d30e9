"""Text from files as it may stand on a page: what a reader cannot see is taken out, what would change the page becomes text."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

REPLACEMENT = "\ufffd"  # stands for each character that controls a printer, a terminal or a program
LONGEST_WORD = 300  # letters; more are no word, and a page full of one helps nobody
LAST_LATIN = "\u024f"  # up to here no letter needs a joiner or a variant; behind such a letter they only hide a word
JOINERS_AND_VARIANTS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
BLANKS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\U000e0000-\U000e0fff]")  # unseen letters
MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
TOO_MANY_MARKS = re.compile(f"([{MARKS}]{{4}})[{MARKS}]+")  # above and below one letter, and so into the lines beside
MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~^$@&!+=])")
TYPOGRAPHY = re.compile(r"-{2,}|\.{3,}")  # which Pandoc would set as a dash and an ellipsis
START_OF_LIST = re.compile(r"^(\(?)(\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]{2,9})([.)])(?=\s|$)|^([-:%])(?=\s|$)")
ESCAPED = re.compile(r"\\([^\w\s]|_)")


def visible(value: str) -> str:
    """The text on one line, without the characters that act unseen.

    Those that have no width or that turn the direction of what follows are dropped: they can hide a word from whoever searches
    for it, or show another order than is written. Controls, halves of characters and unknown ones become `REPLACEMENT`.
    """
    return " ".join(map(_of_length, without_unseen(" ".join(value.split())).split()))


def without_unseen(line: str) -> str:
    """The same of one line whose spaces matter."""
    line = BLANKS.sub("", line)
    seen = "".join(_seen(letter, before) for before, letter in pairwise(f" {line}"))
    return TOO_MANY_MARKS.sub(r"\1", seen)


def without_markup(value: str) -> str:
    """The same with every sign escaped that Markdown could read as markup, wherever in a paragraph or cell it comes to stand."""
    line = MARKUP.sub(r"\\\1", visible(value))
    line = TYPOGRAPHY.sub(lambda found: "".join(f"\\{sign}" for sign in found.group()), line)
    return START_OF_LIST.sub(_no_list, line)


def as_read(markdown: str) -> str:
    """What readers see of a text from `without_markup`, where a file takes no Markdown."""
    return ESCAPED.sub(r"\1", markdown)


def as_attribute(value: str) -> str:
    """A text without quotation marks as the value of an attribute in Markdown, where signs are escaped and entities read too."""
    return re.sub(r"([\\&{])", r"\\\1", value)


def _seen(letter: str, before: str) -> str:
    if letter.isascii() and letter.isprintable():
        return letter
    if JOINERS_AND_VARIANTS.match(letter):
        return letter if before > LAST_LATIN else ""
    kind = unicodedata.category(letter)
    if kind == "Cf":
        return ""
    return REPLACEMENT if kind in ("Cc", "Cs", "Co", "Cn") else letter


def _of_length(word: str) -> str:
    return word if len(word) <= LONGEST_WORD else f"{word[:LONGEST_WORD]}…"


def _no_list(found: re.Match[str]) -> str:
    opening, number, closing, sign = found.groups()
    if sign:
        return f"\\{sign}"
    return f"{chr(92) if opening else ''}{opening}{number}\\{closing}"
