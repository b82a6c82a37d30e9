"""What cleaning one kind of export gives: tidy tables, who was left out, and what became of every record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from pilotproof.errors import DataError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of every record of one raw file.

    file : path as a user would type it
    records : records in the file, header and blank rows not counted
    kept : records that are rows of a tidy table, or a part of what identifies such a row
    merged, removed : records by the label of the rule that joined them to another record or left them out
    Raises DataError when these do not add up to `records`: a record was lost in silence.
    """

    file: str
    records: int
    kept: int
    merged: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = self.kept + sum(self.merged.values()) + sum(self.removed.values())
        if found != self.records:
            raise DataError([_lost(self, found)])

    def rows(self) -> Iterable[dict[str, object]]:
        """One row per fate and reason (columns.flow.ACCOUNT)."""
        yield {"file": self.file, "fate": "kept", "reason": "", "records": self.kept}
        for fate, counts in (("merged", self.merged), ("removed", self.removed)):
            for reason, records in counts.items():
                yield {"file": self.file, "fate": fate, "reason": reason, "records": records}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How many of one thing were found in another: what, how many of how many."""

    what: str
    found: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The outcome of cleaning one kind of export.

    tables : tidy tables by their name in the dictionary of columns
    flow : who was left at each step, by arm (columns.flow.FLOW)
    accounts : one for each raw file that was read
    matches : how well its ids fit those of other files
    """

    tables: Mapping[str, pd.DataFrame]
    flow: pd.DataFrame
    accounts: tuple[Account, ...] = ()
    matches: tuple[Match, ...] = ()


def account_table(accounts: Iterable[Account]) -> pd.DataFrame:
    """All accounts as one table (columns.flow.ACCOUNT)."""
    columns = {"file": "str", "fate": "str", "reason": "str", "records": "int64"}
    return pd.DataFrame([row for account in accounts for row in account.rows()], columns=list(columns)).astype(columns)


def _lost(account: Account, found: int) -> Problem:
    return Problem(
        file=account.file,
        found=f"{found} records kept, merged or removed by a rule",
        expected=f"{account.records}, as the file has",
        action="This is a fault in the cleaning, not in the file: please report it with this message.",
    )
