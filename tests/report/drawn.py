"""Look at every figure while it is drawn: do words lie on each other, or beyond the edge?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from pilotproof.findings import Findings
from pilotproof.report import drawing
from pilotproof.report.all_figures import all_figures
from pilotproof.report.block import Block

AIR = 1.0  # pixels at the edge of a box that hold no ink


def words_of(figure: Figure) -> list[Text]:
    """Every text that is drawn, ticks outside the axes left out."""
    found = [figure._supylabel] if figure._supylabel else []
    for axes in figure.axes:
        if not axes.get_visible():
            continue
        found += [*axes.texts, axes.title, axes._left_title]
        if not axes.axison:
            continue
        for axis in (axes.xaxis, axes.yaxis):
            found.append(axis.label)
            low, high = sorted(axis.get_view_interval())
            ticks = zip(axis.get_majorticklabels(), axis.get_majorticklocs(), strict=False)
            found += [label for label, place in ticks if low <= place <= high]
    found += [text for legend in figure.legends for text in legend.get_texts()]
    return [text for text in found if text.get_text().strip() and text.get_visible()]


def misplaced(figure: Figure) -> list[str]:
    """What is wrong with the words of a figure, in words."""
    figure.draw_without_rendering()
    boxes = [(text.get_text(), Bbox.padded(text.get_window_extent(), -AIR)) for text in words_of(figure)]
    page = figure.bbox
    outside = [
        f"beyond the edge: {words!r}"
        for words, box in boxes
        if box.x0 < page.x0 - AIR or box.x1 > page.x1 + AIR or box.y0 < page.y0 - AIR or box.y1 > page.y1 + AIR
    ]
    return outside + [
        f"on each other: {one!r} and {other!r}" for (one, a), (other, b) in combinations(boxes, 2) if Bbox.overlaps(a, b)
    ]


@contextmanager
def looked_at(found: list[str]) -> Iterator[None]:
    """Whatever is drawn meanwhile is looked at; what is wrong goes into `found`."""
    write = drawing._write_picture

    def look(figure: Figure, path: Path) -> None:
        found.extend(f"{path.stem}: {wrong}" for wrong in misplaced(figure))
        write(figure, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "_write_picture", look)
        yield


def assert_well_drawn(findings: Findings, folder: Path) -> list[Block]:
    """Draw all figures of these findings into `folder`; no words may lie on each other or beyond the edge."""
    found: list[str] = []
    with looked_at(found):
        blocks = list(all_figures(findings, folder))
    assert not found, "\n".join(found)
    return blocks
