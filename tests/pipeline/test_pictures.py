"""Figures outside of a report: PNG and CSV beside each SVG, and the gallery."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from pilotproof.errors import PilotproofError
from pilotproof.pipeline.pictures import GALLERY_PPI, figures_of, write_figures, write_gallery
from pilotproof.pipeline.render import FIGURE_PPI
from pilotproof.report.all_figures import all_figures
from pilotproof.report.drawing import WIDTH
from pilotproof.workspace import Workspace
from tests.report.conftest import demo_findings

PROJECT = Path(__file__).resolve().parents[2]


def width_of(png: Path) -> int:
    head = png.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">I", head[16:20])[0]


@pytest.fixture
def qmd(workspace: Workspace) -> Path:
    """A report of the demo that holds its figures only."""
    folder = workspace.report("nearpod")
    blocks = all_figures(demo_findings(), folder / "figures")
    (folder / "report.qmd").write_text("\n\n".join(block.markdown for block in blocks), encoding="utf-8")
    return folder / "report.qmd"


def test_each_figure_gets_its_png_beside_drawing_and_table(qmd, workspace):
    written = write_figures("nearpod", workspace, say=print)
    assert {png.stem for png in written} == {svg.stem for svg in qmd.parent.glob("figures/*.svg")}
    for png in written:
        assert width_of(png) == pytest.approx(WIDTH * FIGURE_PPI, abs=1) and png.with_suffix(".csv").is_file()
    listed = (qmd.parent / "figures/README.md").read_text(encoding="utf-8")
    assert "## 230 of 264 students, in 11 of 12 classes, are in the analysis.\n\nflow.svg, flow.png, flow.csv." in listed


def test_the_gallery_shows_every_figure_small_and_nothing_from_before(qmd, workspace):
    (workspace.root / "docs/figures").mkdir(parents=True)
    (workspace.root / "docs/figures/gone.png").write_bytes(b"")
    page = write_gallery("nearpod", workspace).read_text(encoding="utf-8")
    shown = figures_of(qmd)
    pictures = list((workspace.root / "docs/figures").iterdir())
    assert {png.stem for png in pictures} == {figure.stem for figure in shown}
    assert all(width_of(png) == pytest.approx(WIDTH * GALLERY_PPI, abs=1) and png.stat().st_size < 60_000 for png in pictures)
    for figure in shown:
        assert f"## {figure.message}\n\n![{figure.alt}](figures/{figure.stem}.png)" in page


def test_the_gallery_in_the_documentation_is_of_the_figures_that_there_are(qmd):
    page = (PROJECT / "docs/figures.md").read_text(encoding="utf-8")
    for figure in figures_of(qmd):
        assert f"## {figure.message}\n" in page and (PROJECT / f"docs/figures/{figure.stem}.png").is_file(), "make picture"


def test_without_a_report_it_is_said_what_to_do(workspace):
    with pytest.raises(PilotproofError, match="There is no report of nearpod yet: make report PILOT=nearpod"):
        write_figures("nearpod", workspace, say=print)
