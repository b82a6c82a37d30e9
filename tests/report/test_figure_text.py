"""Names in figures: nothing unseen, nothing that no font has, no formula, and never so long that nothing else has room."""

from __future__ import annotations

import warnings
import xml.etree.ElementTree as ET

import pytest
from matplotlib.figure import Figure

from pilotproof.report.drawing import STYLE
from pilotproof.report.figure_text import make_visible
from pilotproof.report.letters import spelled_out, spelled_out_in_figure
from tests.hostile.strings import ALL


@pytest.mark.parametrize("hostile", ALL, ids=lambda hostile: hostile.kind)
def test_every_text_is_drawn_without_a_warning_and_the_file_is_whole(hostile, tmp_path):
    import matplotlib

    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = Figure(figsize=(14, 9), layout="constrained")
        axes = figure.subplots()
        axes.set_yticks([0, 1], [hostile.text, "other"])
        axes.set_xlabel(hostile.text[:60])
        axes.text(0, 0, hostile.text[:20], weight="bold")
        make_visible(figure)
        figure.savefig(tmp_path / "x.svg", format="svg")
        names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[1] == "other" and all(len(line) <= 60 for line in names[0].split("\n"))
    ET.parse(tmp_path / "x.svg")


def test_numbers_keep_their_ticks(tmp_path):
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], [0, 2])
    before = [label.get_text() for label in axes.get_xticklabels()]
    make_visible(figure)
    figure.savefig(tmp_path / "x.svg", format="svg")
    assert [label.get_text() for label in axes.get_xticklabels()] == before


@pytest.mark.parametrize(
    ("text", "page", "figure"),
    [
        ("plain − ‘quoted’ é", "plain − ‘quoted’ é", "plain − ‘quoted’ é"),
        ("good \U0001f44d", "good ⟨thumbs up sign⟩", "good ⟨thumbs up sign⟩"),
        ("\U0001f469\u200d\U0001f3eb", "⟨woman, school⟩", "⟨woman, school⟩"),
        ("学校", "⟨U+5B66, U+6821⟩", "⟨U+5B66, U+6821⟩"),
        ("Ωμέγα Школа שלום", "Ωμέγα Школа שלום", "Ωμέγα Школа שלום"),
    ],
)
def test_what_no_font_has_is_named(text, page, figure):
    assert spelled_out(text) == page
    assert spelled_out_in_figure(text) == figure
