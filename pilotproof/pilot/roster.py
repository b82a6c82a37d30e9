"""Where the roster comes from."""

from __future__ import annotations

from typing import Literal

from pilotproof.pilot.fields import RawPath
from pilotproof.strict_yaml import Closed


class RosterSource(Closed):
    """Who is in which class, with which teacher, in which school."""

    format: Literal["oneroster"] = "oneroster"
    folder: RawPath
