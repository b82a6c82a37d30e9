"""The embedded renderer: what Quarto adds is there, what leads nowhere stops, what is hostile is text."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from pilotproof.errors import PilotproofError, RenderError
from pilotproof.pipeline.render import choose_renderer
from tests.conftest import PROJECT

HEAD = """---
title: A test
subtitle: Pilot report
tool: Tool
window: May
district: Here
data-received: June 1, 2026
simulated: false
renderer: quarto
lang: en
bibliography: ../references.bib
---
"""
FIGURE = '![What it *says*.](figures/x.svg){#fig-x fig-alt="A line that rises" width=100%}'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 20 L40 0" stroke="black"/></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """reports/x with the template beside it."""
    shutil.copytree(PROJECT / "reports/_template", tmp_path / "reports/_template")
    shutil.copyfile(PROJECT / "reports/references.bib", tmp_path / "reports/references.bib")
    (tmp_path / "reports/x/figures").mkdir(parents=True)
    (tmp_path / "reports/x/figures/x.svg").write_text(SVG)
    return tmp_path / "reports/x"


def render(folder: Path, body: str, head: str = HEAD) -> tuple[str, str]:
    """The text of the PDF and the HTML of a document."""
    qmd = folder / "report.qmd"
    qmd.write_text(head + body, encoding="utf-8")
    choose_renderer("embedded").render(qmd, pdf=folder / "x.pdf", html=folder / "x.html")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(folder / "x.pdf").pages).split())
    return text, (folder / "x.html").read_text(encoding="utf-8")


def test_figures_and_tables_are_numbered_and_referred_to(folder):
    body = f"# Part\n\nSee @fig-x and @tbl-y.\n\n{FIGURE}\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n: Two numbers {{#tbl-y}}\n"
    text, html = render(folder, body)
    assert "See Figure 1 and Table 1." in text
    assert "Figure 1: What it says." in text and "Table 1: Two numbers" in text
    assert '<a href="#fig-x">Figure 1</a>' in html and '<a href="#tbl-y">Table 1</a>' in html
    assert 'alt="A line that rises"' in html and "{#tbl-y}" not in html + text


def test_a_table_without_a_caption_takes_no_number(folder):
    body = "::: {.ladder}\n| a |\n|---|\n| 1 |\n:::\n\n| b |\n|---|\n| 2 |\n\n: Second {#tbl-b}\n\n@tbl-b\n"
    text, _ = render(folder, body)
    assert "Table 1: Second" in text and "Table 2" not in text


@pytest.mark.parametrize("name", ["@fig-none", "@tbl-none"])
def test_a_reference_that_leads_nowhere_stops(folder, name):
    with pytest.raises(RenderError, match=f"refers to {name}, which is not in it"):
        render(folder, f"See {name}.\n")
    assert not (folder / "x.pdf").exists() and not (folder / "x.html").exists()


def test_a_figure_without_alternative_text_stops(folder):
    with pytest.raises(RenderError, match="fig-x has no fig-alt"):
        render(folder, "![What](figures/x.svg){#fig-x}\n")


def test_two_figures_of_one_name_stop(folder):
    with pytest.raises(RenderError, match="two figures or tables are named fig-x"):
        render(folder, f"{FIGURE}\n\n{FIGURE}\n")


def test_the_renderer_names_itself(folder):
    text, html = render(folder, "Made with {{< meta renderer >}}. Packages.\n")
    assert "Made with embedded (pypandoc" in text and "). Packages." in text
    assert "{{" not in text + html


def test_a_missing_figure_is_said_in_plain_words(folder):
    with pytest.raises(RenderError, match="could not"):
        render(folder, FIGURE.replace("x.svg", "gone.svg") + "\n")


def test_the_page_one_divs_are_drawn(folder):
    cards = ":::: {.key-number}\n**0.18 SD**\n\nmeaning\n::::"
    body = (
        "::: {.bottom-line}\nOne sentence.\n:::\n\n"
        '::: {.decision verdict="adjust"}\n**Adjust**\n:::\n\n'
        f"::::: {{.key-numbers}}\n{cards}\n\n{cards}\n:::::\n\n"
        "::: {.page-break}\n:::\n\nNext page.\n"
    )
    text, html = render(folder, body)
    assert "One sentence." in text and text.count("0.18 SD") == 2
    assert len(PdfReader(folder / "x.pdf").pages) == 2
    for name in ("bottom-line", "decision", "key-numbers", "page-break"):
        assert f'class="{name}"' in html


def test_raw_html_tex_and_typst_are_shown_as_text(folder):
    body = 'A <script>alert(1)</script> and \\input{x} and `#read("/etc/passwd")`{=typst} end.\n'
    text, html = render(folder, body)
    assert "<script" not in html and "&lt;script&gt;" in html
    assert "root:" not in text and "end." in text


def test_the_band_is_on_every_page(folder):
    render(folder, "One.\n\n::: {.page-break}\n:::\n\nTwo.\n", HEAD.replace("simulated: false", "simulated: true"))
    pages = PdfReader(folder / "x.pdf").pages
    assert len(pages) == 2 and all("Simulated data: not a real pilot" in page.extract_text() for page in pages)


def test_citations_are_set(folder):
    text, _ = render(folder, "As shown [@pustejovsky2018].\n\n# References\n\n::: {#refs}\n:::\n")
    assert "(Pustejovsky and Tipton 2018)" in text and "Journal of Business & Economic Statistics" in text


def test_quarto_asked_for_but_absent(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RenderError, match="no program `quarto` on this machine"):
        choose_renderer("quarto")
    with pytest.raises(PilotproofError, match="use auto, quarto or embedded"):
        choose_renderer("latex")
    assert choose_renderer("auto").label.startswith("embedded")


def test_the_partials_that_quarto_uses_are_those_of_the_embedded_template():
    template = (PROJECT / "reports/_template/embedded.typ").read_text()
    head = (PROJECT / "reports/_template/front-matter.yml").read_text()
    for partial in ("typst-template.typ", "typst-show.typ"):
        assert f"${partial}()$" in template and f"../_template/{partial}" in head
