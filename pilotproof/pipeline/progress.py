"""A table of pilots and steps while reports are being made, and the summary at the end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from pilotproof.pipeline.batch import Result

COLOURS = {"made": "green", "up to date": "green", "failed": "red"}


class Progress:
    """Shows what each pilot does now: a live table on a terminal, a line a result elsewhere."""

    def __init__(self, pilots: Sequence[str]) -> None:
        self._doing = dict.fromkeys(pilots, "waiting")
        self._results: list[Result] = []
        self._console = Console(highlight=False, soft_wrap=True)
        self._live = Live(self._table(), console=self._console, refresh_per_second=4) if sys.stdout.isatty() else None

    def __enter__(self) -> Progress:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live:
            self._live.update(self._table())
            self._live.stop()
        if kind is None or self._results or issubclass(kind, KeyboardInterrupt):  # what was made until then is told
            self._summary()

    @property
    def failed(self) -> list[Result]:
        """Those that could not be made."""
        return [result for result in self._results if result.fate == "failed"]

    def step(self, pilot: str, what: str) -> None:
        """`pilot` does `what` now."""
        self._doing[pilot] = " ".join(what.split())
        if self._live:
            self._live.update(self._table())

    def result(self, result: Result) -> None:
        """`result` is there."""
        self._results.append(result)
        self.step(result.pilot, result.fate)
        if self._live is None:
            self._console.print(f"{result.pilot}: {result.fate}", markup=False)

    def _summary(self) -> None:
        """How many are up to date and where they are, why others failed, and which nobody came to."""
        made = sorted((result for result in self._results if result.fate != "failed"), key=lambda result: result.pilot)
        for result in made:
            self._console.print(f"  {result.said}", markup=False)
        for result in self.failed:
            self._console.print(f"\n{result.pilot} failed:\n{result.said}", markup=False)
        if not_made := sorted(self._doing.keys() - {result.pilot for result in self._results}):
            self._console.print(f"\nnot made: {', '.join(not_made)}", markup=False)
        self._console.print(f"\n{len(made)} of {len(self._doing)} reports are up to date", markup=False)

    def _table(self) -> Table:
        table = Table("pilot", "now", box=None, padding=(0, 2))
        for pilot, doing in self._doing.items():
            table.add_row(Text(pilot), Text(doing, style=COLOURS.get(doing, "")))
        return table
