"""The roster of a pilot from its files, whichever layout they have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from pilotproof.pilot import RosterSource
from pilotproof.sources.flat_roster import read_flat_roster
from pilotproof.sources.oneroster import read_oneroster
from pilotproof.sources.raw import RawTable
from pilotproof.sources.rosters import Roster
from pilotproof.sources.sds import read_sds


def read_roster(source: RosterSource, *, district: str, table: Callable[[str, str | None], RawTable]) -> Roster:
    """The roster that `source` names.

    district : of the pilot, where the source names none
    table : reads one file of the pilot, given its name and the sheet
    Raises DataError as the readers of the layouts do.
    """
    district = source.district or district
    if source.format == "flat":
        return read_flat_roster(table(source.files()[0], source.sheet), source, district=district)
    tables = {PurePosixPath(file).stem: table(file, None) for file in source.files()}
    if source.format == "sds":
        return read_sds(tables, district=district, class_column=source.class_column)
    return read_oneroster(tables, person_column=source.person_column, class_column=source.class_column)
