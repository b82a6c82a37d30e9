"""Where everything of a pilot is kept. The one place that knows the folders."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from pilotproof.errors import ParamsError, PilotproofError, Problem

PILOT_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
PARTIAL = ".partial"
COPY = "pilotproof-"  # begins the names of temporary folders with a copy of a pilot's data
STAGING_VARIABLE = "PILOTPROOF_STAGING"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders of a checkout.

    root : the folder that holds params/, data/, notebooks/ and reports/
    is_staging : write next to the final folders, to be moved into place when everything is whole
    """

    root: Path
    is_staging: bool = False

    @classmethod
    def open(cls, root: str | Path = ".") -> Workspace:
        """The workspace at `root`. Raises PilotproofError when the folder is not a Pilotproof project."""
        path = Path(root).resolve()
        if not (path / "params").is_dir() or not (path / "notebooks").is_dir():
            raise PilotproofError(
                f"{root} is not a Pilotproof project: it has no params/ and notebooks/ folders.\n"
                "Run the command in the folder that holds the Makefile."
            )
        return cls(path, is_staging=os.environ.get(STAGING_VARIABLE) == "1")

    def pilots(self) -> list[str]:
        """Names of all pilots that have a params file."""
        return sorted(path.stem for path in (self.root / "params").glob("*.yaml"))

    def require_pilot(self, name: str) -> str:
        """Return `name`; raise ParamsError, listing those that exist, when there is no such pilot."""
        if PILOT_NAME.fullmatch(name) and name in self.pilots():
            return name
        known = ", ".join(self.pilots()) or "none yet"
        if not name:
            raise PilotproofError(f"Say which pilot, for example: make report PILOT=nearpod (there are: {known}).")
        raise ParamsError(
            [
                Problem(
                    file=f"params/{name}.yaml",
                    found="no such pilot",
                    expected=f"one of the pilots that exist ({known})",
                    action="Check the spelling, or copy params/nearpod.yaml to start a new pilot "
                    "(its name may hold a-z, 0-9 and -).",
                )
            ]
        )

    def params(self, pilot: str) -> Path:
        return self.root / "params" / f"{pilot}.yaml"

    def instrument(self, name: str) -> Path:
        return self.root / "params" / "instruments" / f"{name}.yaml"

    def plan(self, pilot: str) -> Path:
        return self.root / "params" / "plans" / f"{pilot}.yaml"

    def releases(self, pilot: str) -> Path:
        return self.root / "params" / "releases" / f"{pilot}.json"

    def raw(self, pilot: str) -> Path:
        return self.root / "data" / "raw" / pilot

    def processed(self, pilot: str) -> Path:
        return self.root / "data" / "processed" / self._named(pilot)

    def report(self, pilot: str) -> Path:
        return self.root / "reports" / self._named(pilot)

    def runtime(self, pilot: str) -> Path:
        """What exists only while the notebooks of a pilot run."""
        return self.root / "reports" / f".{pilot}.runtime{PARTIAL}"

    def notebook(self, stem: str) -> Path:
        return self.root / "notebooks" / f"{stem}.ipynb"

    def show(self, path: Path) -> str:
        """The path as a user would type it from the project's folder."""
        return path.relative_to(self.root).as_posix()

    def _named(self, pilot: str) -> str:
        return f"{pilot}{PARTIAL}" if self.is_staging else pilot
