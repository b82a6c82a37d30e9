"""The text names the figures and tables that it stands beside."""

from __future__ import annotations

import re

from pilotproof.pipeline.mentions import with_mentions

FIGURE, OTHER = "![Rises.](figures/a.svg){#fig-a}", "![Falls.](figures/b.svg){#fig-b}"
TABLE = "| a |\n|---|\n| 1 |\n\n: Numbers {#tbl-n}"


def test_the_paragraph_above_names_them_once():
    text = with_mentions(f"# A part\n\nFirst.\n\nLast one.\n\n{TABLE}\n\n{FIGURE}\n\n{OTHER}\n\nAfter.\n")
    assert "First.\n\nLast one. See @tbl-n, @fig-a and @fig-b.\n\n|" in text and text.count("See ") == 1
    assert with_mentions(text) == text


def test_what_is_named_already_is_not_named_again():
    text = f"# A part\n\nIt rises (@fig-a).\n\n{FIGURE}\n\n{OTHER}\n"
    assert "It rises (@fig-a). See @fig-b.\n" in with_mentions(text)
    assert with_mentions("Far off (@fig-a-b).\n\n# A part\n\nRises.\n\n" + FIGURE).count("See @fig-a.") == 1, "a longer name"


def test_three_and_more_in_a_row_are_named_by_their_ends():
    figures = "\n\n".join(f"![x](f.svg){{#fig-{name}}}" for name in "abcdef")
    assert "One. See @fig-a to @fig-f." in with_mentions(f"# A part\n\nOne.\n\n{figures}\n")
    assert "Of @fig-c. See @fig-a, @fig-b and @fig-d to @fig-f." in with_mentions(f"# A part\n\nOf @fig-c.\n\n{figures}\n")


def test_the_district_s_own_words_and_lists_and_boxes_are_left_alone():
    own = f"# A part\n\n::: {{.own-words}}\nTheir words.\n:::\n\n- A point.\n\n**Bold.** Told:\n\n{FIGURE}\n"
    assert with_mentions(own) == own
    assert with_mentions(f"# A part\n\n{FIGURE}\n\nBelow it.\n") == f"# A part\n\n{FIGURE}\n\nBelow it.\n"


def test_every_figure_of_the_demo_is_named_in_its_text(made):
    page = (made / "reports/nearpod/report.qmd").read_text(encoding="utf-8")
    figures = re.findall(r"\{#(fig-[\w-]+)", page)
    ranges = [(figures.index(first), figures.index(last)) for first, last in re.findall(r"@(fig-[\w-]+) to @(fig-[\w-]+)", page)]
    for place, name in enumerate(figures):
        assert re.search(rf"@{name}(?![\w-])", page) or any(first < place < last for first, last in ranges), name
