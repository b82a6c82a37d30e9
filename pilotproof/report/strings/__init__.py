"""The languages of page one. Each edition has the same keys; a template's {names} are the same in every edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pilotproof.report import format as fmt
from pilotproof.report.strings import english, spanish

EDITIONS: dict[str, Mapping[str, str]] = {"en": english.TEXT, "es": spanish.TEXT, "es-US": spanish.TEXT}
MONTHS: dict[str, tuple[str, ...]] = {"en": english.MONTHS, "es": spanish.MONTHS, "es-US": spanish.MONTHS}
SIGNS = {"en": ".,", "es": ",.", "es-US": ".,"}  # of decimals and of thousands; Spanish of the United States writes 0.10
TIED = "\u00a0"
TURNED = str.maketrans({".": ",", ",": "."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One edition of page one: its strings, its numbers, and the operator's own words in it.

    own_words : what the operator's names read in this language; those that are not in it stand as they are, marked as English
    """

    code: str = "en"
    own_words: Mapping[str, str] = field(default_factory=dict)

    def say(self, key: str, **values: object) -> str:
        """The string `key` with its values."""
        return EDITIONS[self.code][key].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a string of this name."""
        return key in EDITIONS[self.code]

    def own(self, words: str) -> str:
        """Words of the params file, made harmless, in this language where the operator has translated them."""
        if self.code == "en":
            return fmt.text(words)
        return fmt.text(self.own_words[words]) if words in self.own_words else f"[{fmt.text(words)}]{{lang=en}}"

    def count(self, number: int, key: str) -> str:
        """`1 class`, `6 classes`, from the strings KEY.one and KEY.many."""
        return self.say(f"{key}.{'one' if number == 1 else 'many'}", n=self.whole(number))

    def digits(self, shown: str) -> str:
        """A number as the English page has it, with the signs of this language."""
        return shown if SIGNS[self.code] == SIGNS["en"] else shown.translate(TURNED)

    def whole(self, number: int) -> str:
        """`1,200`."""
        return self.digits(f"{number:,}")

    def number(self, value: float | None, digits: int = 2) -> str:
        """As in report.format."""
        return self.digits(fmt.number(value, digits))

    def signed(self, value: float | None, digits: int = 2) -> str:
        """As in report.format."""
        return self.digits(fmt.signed(value, digits))

    def p(self, value: float) -> str:
        """`p = 0.043`, on one line."""
        return self.digits(fmt.p_value(value)).replace(" ", TIED)

    def exact_p(self, value: float) -> str:
        """As in report.format."""
        return self.digits(fmt.exact_p(value))

    def limit(self, value: float | None) -> str:
        """A limit as it was set: `350`, `0.05`."""
        return self.digits(f"{value or 0:g}")

    def percent(self, share: float, digits: int = 0) -> str:
        """`85%`."""
        return self.say("percent", n=self.digits(f"{share * 100:.{digits}f}"))

    def span(self, low: str, high: str) -> str:
        """`−0.12 to 0.48`."""
        return self.say("span", low=low, high=high)

    def interval(self, low: float, high: float, confidence: float, digits: int = 2) -> str:
        """`95% interval −0.12 to 0.48`."""
        return self.interval_of(self.span(self.number(low, digits), self.number(high, digits)), confidence)

    def interval_of(self, span: str, confidence: float) -> str:
        """The same, of ends that are already written."""
        return self.say("interval", level=self.level(confidence), span=span)

    def level(self, confidence: float) -> str:
        """`95`, or `96.9` where so few can give no other."""
        return self.digits(f"{round(confidence * 100, 1):g}")

    def listed(self, items: list[str]) -> str:
        """`a, b and c`."""
        return items[0] if len(items) == 1 else self.say("and", first=", ".join(items[:-1]), last=items[-1])

    def day(self, value: date) -> str:
        """`September 14, 2026`."""
        return self.say("day", month=MONTHS[self.code][value.month - 1], day=value.day, year=value.year)

    def days(self, start: date, end: date) -> str:
        """`September 14 to October 9, 2026`."""
        first = self.day(start)
        if start.year == end.year:
            first = self.say("day.short", month=MONTHS[self.code][start.month - 1], day=start.day)
        return self.say("days", first=first, last=self.day(end))


ENGLISH = Language()
