"""report.qmd is a document that Quarto takes as it is: all in it is documented there, and what it names is there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from pilotproof.pipeline.render import choose_renderer
from tests.conftest import PROJECT
from tests.pipeline.quarto_document import faults, head_and_body

TEMPLATE = PROJECT / "reports/_template"
SOURCES = set(re.findall(r"^@\w+\{([^,\s]+)", (PROJECT / "reports/references.bib").read_text(encoding="utf-8"), re.MULTILINE))
FIGURE = '![Words.](figures/x.svg){#fig-x fig-alt="A line that says “so”" width=100%}'
TABLE = "| a | b |\n|---|--:|\n| 1 | 2 |\n\n: Two numbers {#tbl-y}"
HEAD = "---\ntitle: A\nformat:\n  html:\n    toc: true\n---\n\n"


def keys_of_ours() -> set[str]:
    """Keys of the head that the template or its filter read, or that the page prints by {{< meta >}}."""
    read = "".join(path.read_text(encoding="utf-8") for path in TEMPLATE.glob("*.*") if path.suffix in {".typ", ".lua", ".html"})
    by_name = re.findall(r"\$(?:if\()?([a-z][a-z-]*)\)?\$", read)
    by_filter = [one or other for one, other in re.findall(r"meta\.([a-z]+)|meta\[\"([a-z-]+)\"\]", read)]
    return {*by_name, *by_filter, "renderer", "pilot"}


@pytest.fixture(scope="module")
def document(made: Path) -> str:
    return (made / "reports/nearpod/report.qmd").read_text(encoding="utf-8")


def test_all_that_the_document_holds_is_documented(document):
    assert faults(document, keys_of_ours(), SOURCES) == []


def test_the_document_holds_what_the_test_looks_for(document):
    for construct in (
        "::: {.bottom-line}",
        "{#fig-effect",
        "{#tbl-gates}",
        "@tbl-gates",
        "[@pustejovsky2018]",
        "{{< meta renderer >}}",
    ):
        assert construct in document, construct
    assert "``` {.equation alt=" in document and "](#appendix-a)" in document and "{.unnumbered}" in document


def test_every_file_that_the_document_names_lies_in_the_reports_folder(document, made):
    folder = made / "reports/nearpod"
    head, body = head_and_body(document)
    typst, page = head["format"]["typst"], head["format"]["html"]
    named = [*head["filters"], *typst["template-partials"], page["css"], head["bibliography"]]
    named += re.findall(r"!\[.*?\]\((.*?)\)", "\n".join(body))
    for path in named:
        assert not path.startswith("/") and (folder / path).is_file(), path


def test_every_figure_has_a_text_that_stands_for_it(document):
    figures = re.findall(r"^!\[.*$", document, re.MULTILINE)
    assert figures and all(re.search(r'\{#fig-[a-z0-9-]+ fig-alt="[^"]{20,}" width=100%\}$', figure) for figure in figures)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("::: {.small}\nText.\n", "1 divs do not end"),
        ("Text.\n:::\n", "a div ends that was never opened"),
        ("Text.\n::: {.small}\nText.\n:::\n", "no empty line before ::: {.small}"),
        ("::: {.callout-danger}\nText.\n:::\n", "no such callout: ::: {.callout-danger}"),
        ('::: {.callout-note colour="red"}\nText.\n:::\n', 'no such callout: ::: {.callout-note colour="red"}'),
        ("```{python}\n1\n```\n", "a code cell that would be run: ```{python}"),
        ("``` {.equation alt=}\n1\n```\n", "attributes that cannot be read: ``` {.equation alt=}"),
        ("```\n1\n", "a code block does not end"),
        ("# Part {#a b}\n", "attributes that cannot be read: {#a b}"),
        (f"{FIGURE}\n\n{FIGURE}\n", "fig-x names 2 things"),
        (FIGURE.replace("fig-x", "x") + "\n", "a figure named x"),
        (TABLE.replace("tbl-y", "tbl-Y") + "\n", "the name tbl-Y has letters that a reference cannot have"),
        (TABLE.replace(" {#tbl-y}", "") + "\n", "a table without a name: Two numbers"),
        ("# Part {#sec-a}\n", "sec-a is no cross-reference of ours"),
        ("See @fig-none.\n", "@fig-none leads nowhere"),
        ("See [it](#nowhere).\n", "#nowhere leads nowhere"),
        ("{{< video x >}}\n", "no shortcode video"),
    ],
)
def test_what_quarto_does_not_document_is_noticed(body, said):
    assert said in faults(f"{HEAD}{body}", set(), SOURCES)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "head: nothing reads colour"),
        ({"filters": "x.lua"}, "head: filters is no list"),
        ({"format": {"html": {"toc": "yes please"}}}, "head: html: toc cannot be 'yes please'"),
        ({"format": {"html": {"math": "mathml"}}}, "head: format html has no math"),
        ({"format": {"typst": {"pdf-standard": "ua-9"}}}, "head: typst: pdf-standard cannot be 'ua-9'"),
        ({"format": {"typst": {"template-partials": ["x/page-one.typ"]}}}, "head: Quarto has no partial x/page-one.typ"),
        ({"format": {"paper": {}}}, "head: there is no format paper"),
    ],
)
def test_a_head_that_quarto_does_not_document_is_noticed(change, said):
    head = {"title": "A", "format": {"html": {"toc": True}}} | change
    assert said in faults(f"---\n{yaml.safe_dump(head)}---\n", set(), SOURCES)


def test_a_good_document_has_no_fault():
    body = f"Text [@dong2013], @fig-x, `@not-a-reference` and a\\@b.\n\n{FIGURE}\n\n{TABLE}\n\n::: {{#refs}}\n:::\n"
    assert faults(f"{HEAD}{body}", set(), SOURCES) == []


@pytest.mark.skipif(shutil.which("quarto") is None, reason="the program quarto is not installed (quarto.org)")
@pytest.mark.parametrize("form", ["pdf", "html", "docx"])
def test_quarto_renders_it(made, tmp_path, form):
    shutil.copytree(made / "reports", tmp_path / "reports")
    page = tmp_path / f"reports/nearpod/by-quarto.{form}"
    choose_renderer("quarto").render(tmp_path / "reports/nearpod/report.qmd", page)
    assert page.stat().st_size > 10_000
