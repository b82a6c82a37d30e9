"""Words that say nothing of a person although somebody may be called so: those that reports are written with."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pilotproof.pilot import Pilot

WORD = re.compile(r"[^\W\d_]+")
WRITTEN_WITH = ("analyse", "clean", "evidence", "findings", "packet", "pipeline", "plan", "report", "stats")


def ordinary_words(pilot: Pilot) -> frozenset[str]:
    """Words of the program's own sentences, and of the title, the tool and the district of the pilot, in lower case.

    A teacher called Grant or Page cannot be told from these; full names, addresses and ids can.
    """
    own = WORD.findall(" ".join((pilot.title, pilot.tool, pilot.district, pilot.question)).casefold())
    return _of_the_program() | frozenset(own)


@cache
def _of_the_program() -> frozenset[str]:
    package = Path(__file__).parents[1]
    files = [file for room in WRITTEN_WITH for file in sorted((package / room).rglob("*.py"))]
    return frozenset(word for file in files for word in WORD.findall(file.read_text(encoding="utf-8").casefold()))
