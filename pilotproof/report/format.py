"""Numbers, dates and names as they stand on the page. Everything in a sentence or table passes through here."""

from __future__ import annotations

from datetime import date

from pilotproof.report.plain_text import without_markup

MINUS = "−"
NOTHING = "–"
SMALLEST_P = 0.001
TINY_P = 0.000001  # what no reader tells apart from still smaller ones
LIMIT = 0.05


def number(value: float | None, digits: int = 2) -> str:
    """A number with a true minus sign; a dash when there is none; never "−0.00"."""
    if value is None:
        return NOTHING
    text = f"{abs(value):,.{digits}f}"
    is_negative = value < 0 and any(digit in "123456789" for digit in text)
    return f"{MINUS}{text}" if is_negative else text


def signed(value: float | None, digits: int = 2) -> str:
    """A number with its sign, + included."""
    text = number(value, digits)
    return text if value is None or text.startswith(MINUS) or value <= 0 else f"+{text}"


def p_value(value: float | None) -> str:
    """`p = 0.043`, or `p < 0.001`; three digits, because a p rounded to two can hide the side of 0.05 it is on."""
    return "no p" if value is None else f"p {p_relation(value)}"


def p_relation(value: float) -> str:
    """`= 0.043` or `< 0.001`."""
    return f"< {SMALLEST_P}" if value < SMALLEST_P else f"= {p_cell(value)}"


def p_cell(value: float | None) -> str:
    """A p-value in a table."""
    if value is None:
        return NOTHING
    if value < SMALLEST_P:
        return f"< {SMALLEST_P}"
    # 0.0496 rounded to 0.050 would stand on the wrong side of the limit: add digits until it does not
    digits = next(d for d in range(3, 17) if (float(f"{value:.{d}f}") < LIMIT) == (value < LIMIT))
    return f"{value:.{digits}f}"


def exact_p(value: float) -> str:
    """A p that follows from counting, such as 2/32, in full: 0.0625; never in powers of ten."""
    if value < TINY_P:
        return f"< {TINY_P:f}"
    return f"{value:.4g}" if value >= SMALLEST_P else f"{float(f'{value:.1g}'):.6f}".rstrip("0")


def exact_p_relation(value: float) -> str:
    """`= 0.0625` or `< 0.000001`."""
    return exact_p(value) if value < TINY_P else f"= {exact_p(value)}"


def capital(value: str) -> str:
    """The text with a capital at the start, for tables."""
    return value[:1].upper() + value[1:]


def interval(low: float, high: float, digits: int = 2) -> str:
    """`−0.12 to 0.48`."""
    return f"{number(low, digits)} to {number(high, digits)}"


def confidence(value: float) -> str:
    """`95% interval`."""
    return f"{value * 100:g}% interval"


def percent(share: float, digits: int = 0) -> str:
    """A share from 0 to 1 as a percentage."""
    return f"{share * 100:.{digits}f}%"


def percents(low: float, high: float, digits: int = 0) -> str:
    """`85% to 96%`."""
    return f"{percent(low, digits)} to {percent(high, digits)}"


def coded(share: float, bound: str | None) -> str:
    """A share, or the bound that is said in its place: `≤ 5%`, `≥ 95%`."""
    sign = {"at most": "≤ ", "at least": "≥ ", None: ""}[bound]
    return f"{sign}{percent(share)}"


def points(share: float, digits: int = 1) -> str:
    """A difference of shares: `+3.9 percentage points`."""
    return f"{signed(share * 100, digits)} percentage points"


def money(value: float, currency: str) -> str:
    """`675.00 USD`."""
    return f"{number(value)} {text(currency)}"


def count(value: int, singular: str, plural: str | None = None) -> str:
    """`1 class`, `6 classes`."""
    return f"{value:,} {singular if value == 1 else plural or singular + 's'}"


def rough_count(value: int) -> str:
    """`about 120`: to the nearest ten, where the exact number would tell of few."""
    return f"about {round(value, -1):,}" if value >= 10 else "fewer than 10"


def day(value: date) -> str:
    """`September 14, 2026`."""
    return f"{value:%B} {value.day}, {value.year}"


def days(start: date, end: date) -> str:
    """`September 14 to October 9, 2026`."""
    first = f"{start:%B} {start.day}" if start.year == end.year else day(start)
    return f"{first} to {day(end)}"


def text(value: str) -> str:
    """Words from a file, made harmless: one line, nothing unseen, every sign that Markdown could read as markup escaped."""
    return without_markup(value)


def listed(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "none"


def sentence(value: str) -> str:
    """The text with a capital at the start and a full stop at the end."""
    value = value.strip()
    return value[:1].upper() + value[1:] + ("" if value.endswith((".", "?", "!")) else ".")
