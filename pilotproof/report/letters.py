"""Letters that no font has, in the PDF and in figures: a PDF for screen readers may hold none; one emoji must stop no report."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

# What is in none of these ranges may be absent from the fonts that come with Typst (tried letter by letter, in each weight).
USUAL = (
    "\u0000-\u0331\u0338\u0370-\u0482\u048a-\u04ff\u1e00-\u1fff\u2000-\u200a\u2010-\u2027\u202f-\u2040\u2042\u2044-\u2052"
    "\u2054-\u205e\u2070-\u209c\u20a0-\u20b5\u2100-\u211e\u2120\u2122\u2124\u2126-\u214f\u2190-\u22ff"
)
UNUSUAL = re.compile(f"[^{USUAL}]")
MARKS_OF_LATIN = re.compile("[\u0332-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")  # those that no bold letter can carry
LABEL = re.compile(r"<[\w.:-]+>")  # of a heading, which Pandoc makes of its words
JOINERS = "\u200c\u200d\ufe00-\ufe0f"
TONES = "\U0001f3fb-\U0001f3ff"  # of skin
MOST_TOGETHER = 40


def font_folder() -> Path:
    """The fonts that come with Matplotlib: DejaVu Sans knows Hebrew, Arabic and many signs that Typst's own fonts do not."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def needs_more_fonts(text: str) -> bool:
    """Whether there are letters that the fonts of Typst may not have."""
    return UNUSUAL.search(text) is not None


def spelled_out(text: str) -> str:
    """The source of a page with each run of letters that no font has by its name: ⟨thumbs up sign⟩, ⟨U+5B66⟩.

    Marks on Latin letters that no bold font has are left out.
    """
    if not needs_more_fonts(text):
        return text
    text = MARKS_OF_LATIN.sub("", LABEL.sub(_plain_label, text))
    return _with_names(text, {letter for letter in UNUSUAL.findall(text) if not _is_drawn(letter)})


def spelled_out_in_figure(text: str) -> str:
    """The same of a text in a figure, which has one font, plain and bold. Joiners, which only shape letters, are left out."""
    if text.isascii():
        return text
    text = re.sub(f"[{JOINERS}]", "", unicodedata.normalize("NFC", text))
    known = _known() & _known("DejaVuSans-Bold.ttf")
    return _with_names(text, {letter for letter in text if ord(letter) not in known and letter != "\n"})


def _with_names(text: str, unknown: set[str]) -> str:
    if not unknown:
        return text
    letters = "".join(map(re.escape, sorted(unknown)))
    return re.sub(f"[{letters}][{letters}{JOINERS}{TONES}]{{0,{MOST_TOGETHER}}}", _named, text)


def _plain_label(label: re.Match[str]) -> str:
    return UNUSUAL.sub(lambda letter: f"u{ord(letter.group()):x}", label.group())


def _is_drawn(letter: str) -> bool:
    return ord(letter) in _known() or re.match(f"[{JOINERS}]", letter) is not None


def _named(found: re.Match[str]) -> str:
    letters = re.sub(f"[{JOINERS}]", "", found.group())
    return f"⟨{', '.join(map(_name, letters))}⟩"


def _name(letter: str) -> str:
    is_sign = unicodedata.category(letter) in ("So", "Sk", "Sm", "Po")
    return unicodedata.name(letter, f"U+{ord(letter):04X}").casefold() if is_sign else f"U+{ord(letter):04X}"


@cache
def _known(font: str = "DejaVuSans.ttf") -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(font_folder() / font)).get_charmap())
