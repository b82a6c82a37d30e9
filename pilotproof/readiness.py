"""Can these inputs be used? Everything wrong with them in one pass, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from pilotproof.clean.cleaned import Cleaned
from pilotproof.columns import TABLES
from pilotproof.errors import DataError, ParamsError, Problem
from pilotproof.intake import Intake
from pilotproof.other_pilots import read_other_pilots
from pilotproof.pilot import Window, load_pilot
from pilotproof.pilot_notices import demo_texts, other_days
from pilotproof.sources.passport import loose_ends
from pilotproof.workspace import Workspace

LOGS = {"usage", "errors"}  # tables that are made from a log
FEWEST_MATCHED = 0.95  # of ids; below it a crosswalk or an export is likely wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing the inputs hold. is_doubtful : a person should look at it"""

    about: str
    what: str
    found: str
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a check found.

    problems : what stops a report, of all files; notices : what does not stop it, but should be seen
    facts : records, days covered, matching ids
    """

    problems: tuple[Problem, ...]
    notices: tuple[str, ...]
    facts: tuple[Fact, ...]

    def raise_problems(self) -> None:
        """Raise DataError with all problems, if there are any."""
        if self.problems:
            raise DataError(self.problems)


@dataclass(slots=True)
class _Pass:
    """Collects what each reading gives, and what went wrong in it."""

    problems: list[Problem] = field(default_factory=list)
    cleaned: list[Cleaned] = field(default_factory=list)

    def over(self, read: Callable[[], Cleaned | None]) -> Cleaned | None:
        try:
            found = read()
        except (DataError, ParamsError) as error:
            self.problems.extend(error.problems)
            return None
        if found is not None:
            self.cleaned.append(found)
        return found


def check_inputs(name: str, workspace: Workspace) -> Readiness:
    """Read and clean everything and write nothing; every problem of all files at once.

    Raises ParamsError for params that cannot be read: nobody knows then which files are meant.
    """
    pilot = load_pilot(name, workspace)
    one = _Pass()
    intake = Intake.unchecked(name, pilot, workspace, one.problems)
    if intake is None:
        return Readiness(tuple(dict.fromkeys(one.problems)), (), ())
    for read in intake.readings():
        one.over(read)
    one.over(lambda: _others_fit(intake))
    if not one.problems:  # else a correction may not have been carried out because its file was not read
        one.over(lambda: _carried_out(intake))
    ends = loose_ends(name, pilot, intake.passports, workspace)
    notices = [*(f"{end.file}: {end}" for end in ends), *dict.fromkeys(intake.notes)]
    notices += _empty_logs(one.cleaned)
    notices += [*demo_texts(name, pilot, workspace), *other_days(name, pilot, intake.passports, workspace)]
    problems = intake.people.masked(tuple(one.problems))
    return Readiness(tuple(dict.fromkeys(problems)), tuple(notices), facts_of(one.cleaned, pilot.window))


def _others_fit(intake: Intake) -> None:
    """Raises DataError for evidence of other pilots that cannot be pooled."""
    read_other_pilots(intake.name, intake.pilot, intake.workspace)


def _carried_out(intake: Intake) -> None:
    """Raises DataError for corrections that no file asked for."""
    intake.corrections.table()


def facts_of(cleaned: list[Cleaned], window: Window) -> tuple[Fact, ...]:
    """Records, days covered, matching ids and quiet days of what was cleaned."""
    facts = (*_records(cleaned), *_days(cleaned), *_matches(cleaned), *_quiet_days(cleaned, window))
    about = list(dict.fromkeys(fact.about for fact in facts))
    return tuple(sorted(facts, key=lambda fact: about.index(fact.about)))  # what belongs together is told together


def facts_table(facts: tuple[Fact, ...]) -> pd.DataFrame:
    """The facts as a table, for the notebook; its account tells of the records, with the limits of what may be shown."""
    told = [fact for fact in facts if fact.what != "records"]
    return pd.DataFrame([{"about": fact.about, "what": fact.what, "found": fact.found} for fact in told])


def _empty_logs(cleaned: list[Cleaned]) -> list[str]:
    empty = [account.file for part in cleaned if LOGS & part.tables.keys() for account in part.accounts if not account.records]
    said = "this log holds no rows, so the report will count none. Ask whether it was kept; if not, leave it out of the params."
    return [f"{file}: {said}" for file in empty]


def _records(cleaned: list[Cleaned]) -> Iterator[Fact]:
    for account in (account for part in cleaned for account in part.accounts):
        merged, removed = sum(account.merged.values()), sum(account.removed.values())
        rest = [f"{count:,} {word}" for count, word in ((merged, "merged"), (removed, "removed by a rule")) if count]
        found = f"{account.records:,}: {account.kept:,} kept" + "".join(f", {part}" for part in rest)
        yield Fact(about=account.file, what="records", found=found, is_doubtful=account.kept == 0)


def _days(cleaned: list[Cleaned]) -> Iterator[Fact]:
    """First and last day of each table that has days."""
    for name, table in _tables(cleaned):
        for column, said in TABLES[name].items():
            if said.kind in ("date", "time") and len(days := table[column].dropna()):
                yield Fact(about=name, what="days covered", found=f"{days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}")
                break


def _matches(cleaned: list[Cleaned]) -> Iterator[Fact]:
    for match in (match for part in cleaned for match in part.matches):
        share = match.found / match.of if match.of else 0.0
        yield Fact(
            about="matching ids",
            what=match.what,
            found=f"{match.found:,} of {match.of:,} ({share:.0%})",
            is_doubtful=share < FEWEST_MATCHED,
        )


def _quiet_days(cleaned: list[Cleaned], window: Window) -> Iterator[Fact]:
    """Days on which the tool was run and nobody reported an error: all went well, or nobody kept the log."""
    tables = dict(_tables(cleaned))
    if "errors" not in tables:
        return
    if "sessions" in tables:
        days, what = set(tables["sessions"]["session_date"]), "days with lessons and without a reported error"
    else:
        days, what = set(pd.bdate_range(window.start, window.end)), "weekdays of the window without a reported error"
    quiet = days - set(tables["errors"]["session_date"])
    yield Fact(about="errors", what=what, found=f"{len(quiet)} of {len(days)}", is_doubtful=2 * len(quiet) > len(days))


def _tables(cleaned: list[Cleaned]) -> Iterator[tuple[str, pd.DataFrame]]:
    for part in cleaned:
        yield from part.tables.items()
