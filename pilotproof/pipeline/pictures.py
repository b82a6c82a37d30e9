"""The figures of a report outside of it: for slides, and the gallery of the documentation."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from pilotproof.errors import PilotproofError
from pilotproof.files import write_text
from pilotproof.pilot import load_pilot
from pilotproof.pipeline.render import Embedded, write_pictures
from pilotproof.pipeline.report import Say
from pilotproof.workspace import Workspace

GALLERY_PPI = 110  # 715 pixels: as wide as a page of documentation
SHOWN = re.compile(
    r'!\[\*\*(?P<message>.+?)\*\* ?(?P<note>.*?)\]\(figures/(?P<stem>[\w-]+)\.svg\)\{#[^}]*?fig-alt="(?P<alt>[^"]+)"'
)
GALLERY = """# The figures of a report

Every figure of the demo pilot ([{title}](../params/{pilot}.yaml), simulated data), each under the sentence that it is there to
say. The sentence follows from the findings: another pilot has another one under the same figure. `make picture` makes this page
anew; `make figures PILOT=name` puts the figures of a pilot as SVG and PNG, with their numbers as CSV, into
`reports/name/figures`.
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure of a report: its file without suffix, what it says, how it is read, and its text for those who cannot see it."""

    stem: str
    message: str
    note: str
    alt: str


def figures_of(qmd: Path) -> list[Shown]:
    """The figures in the order of the report."""
    found = SHOWN.finditer(qmd.read_text(encoding="utf-8"))
    return [Shown(match["stem"], match["message"], match["note"], match["alt"]) for match in found]


def write_figures(pilot: str, workspace: Workspace, *, say: Say) -> list[Path]:
    """Put the PNG of each figure beside its SVG and CSV, and list what they say in figures/README.md."""
    qmd = _report_of(pilot, workspace)
    figures = figures_of(qmd)
    write_pictures(qmd)
    folder = qmd.parent / "figures"
    parts = [
        f"## {figure.message}\n\n{figure.stem}.svg, {figure.stem}.png, {figure.stem}.csv. {figure.note}" for figure in figures
    ]
    write_text(folder / "README.md", "\n\n".join([f"# Figures of the report of {qmd.parent.name}", *parts]) + "\n")
    say(f"{len(figures)} figures are in {workspace.show(folder)}")
    return [folder / f"{figure.stem}.png" for figure in figures]


def write_documentation(pilot: str, workspace: Workspace, *, say: Say) -> None:
    """Page one for the README, and the gallery."""
    for write in (write_first_page, write_gallery):
        say(f"wrote {workspace.show(write(workspace.require_pilot(pilot), workspace))}")


def write_first_page(pilot: str, workspace: Workspace) -> Path:
    """Write docs/first-page.png from the report of `pilot`, which must be there."""
    png = workspace.root / "docs" / "first-page.png"
    Embedded("").picture(_report_of(pilot, workspace), png=png)
    return png


def write_gallery(pilot: str, workspace: Workspace) -> Path:
    """Write docs/figures.md with its pictures from the report of `pilot`, which must be there."""
    qmd, docs = _report_of(pilot, workspace), workspace.root / "docs"
    title = load_pilot(pilot, workspace).title
    figures = figures_of(qmd)
    write_pictures(qmd, ppi=GALLERY_PPI)
    shutil.rmtree(docs / "figures", ignore_errors=True)
    (docs / "figures").mkdir(parents=True)
    parts = [GALLERY.format(title=title, pilot=pilot)]
    for figure in figures:
        shutil.copyfile(qmd.parent / "figures" / f"{figure.stem}.png", docs / "figures" / f"{figure.stem}.png")
        parts.append(
            f"## {figure.message}\n\n![{figure.alt}](figures/{figure.stem}.png)\n\n{figure.note}\n".replace("\n\n\n", "\n")
        )
    write_pictures(qmd)  # those of the report are for slides, and larger
    page = docs / "figures.md"
    write_text(page, "\n".join(parts))
    return page


def _report_of(pilot: str, workspace: Workspace) -> Path:
    qmd = workspace.report(pilot) / "report.qmd"
    if not qmd.is_file():
        raise PilotproofError(f"There is no report of {pilot} yet: make report PILOT={pilot}")
    return qmd
