"""The embedded renderer: what Quarto adds is there, what leads nowhere stops, what is hostile is text."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from pilotproof.errors import PilotproofError, RenderError
from pilotproof.pipeline.render import choose_renderer
from tests.conftest import PROJECT
from tests.pipeline.pdf_page import elements

HEAD = """---
title: A test
subtitle: Pilot report
tool: Tool
window: May
district: Here
data-received: June 1, 2026
provenance: Pilot x · code 0123456789ab · params ba9876543210 · data received June 1, 2026
accent: "#1f4e79"
renderer: quarto
lang: en
bibliography: ../references.bib
---
"""
SIMULATED = HEAD.replace("renderer:", 'band: "Simulated data: not a real pilot"\nrenderer:')
FIGURE = '![What it *says*.](figures/x.svg){#fig-x fig-alt="A line that rises" width=100%}'


def render(folder: Path, body: str, head: str = HEAD) -> tuple[str, str]:
    """The text of the PDF and the HTML of a document."""
    qmd = folder / "report.qmd"
    qmd.write_text(head + body, encoding="utf-8")
    choose_renderer("embedded").render(qmd, folder / "x.pdf", folder / "x.html")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(folder / "x.pdf").pages).split())
    return text, (folder / "x.html").read_text(encoding="utf-8")


def test_figures_and_tables_are_numbered_and_referred_to(folder):
    body = f"# Part\n\nSee @fig-x and @tbl-y.\n\n{FIGURE}\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n: Two numbers {{#tbl-y}}\n"
    text, html = render(folder, body)
    assert "See Figure 1 and Table 1." in text
    assert "Figure 1: What it says." in text and "Table 1: Two numbers" in text
    assert '<a href="#fig-x">Figure\u00a01</a>' in html and '<a href="#tbl-y">Table\u00a01</a>' in html
    assert 'alt="A line that rises"' in html and "{#tbl-y}" not in html + text


def test_a_table_without_a_caption_takes_no_number(folder):
    bare = "| a |\n|---|\n| 1 |\n"
    body = f"::: {{.ladder}}\n{bare}:::\n\n{bare}\n| b |\n|---|\n| 2 |\n\n: Second {{#tbl-b}}\n\n@tbl-b\n"
    text, _ = render(folder, body)
    assert "Table 1: Second" in text and "Table 2" not in text


def test_a_caption_without_a_name_stops_because_it_would_shift_the_numbers(folder):
    with pytest.raises(RenderError, match=r"the table “Second” needs a name such as \{#tbl-scores\}"):
        render(folder, "| b |\n|---|\n| 2 |\n\n: Second\n")
    with pytest.raises(RenderError, match=r"the figure figures/x\.svg needs a name such as \{#fig-scores\}"):
        render(folder, '![Words](figures/x.svg){fig-alt="A line"}\n')


def test_references_in_one_pair_of_brackets_are_all_set(folder):
    body = f"See [@fig-x; @tbl-y] and figure -@fig-x.\n\n{FIGURE}\n\n| a |\n|---|\n| 1 |\n\n: One {{#tbl-y}}\n"
    text, _ = render(folder, body)
    assert "See Figure 1, Table 1 and figure 1." in text


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("[@fig-x; @tbl-none]", "refers to @tbl-none, which is not in it"),
        ("[@fig-x; @dong2013]", "names both a figure or table and the source @dong2013"),
        ("[see @fig-x]", "the reference to @fig-x holds further words"),
    ],
)
def test_a_reference_that_cannot_be_set_stops(folder, reference, said):
    with pytest.raises(RenderError, match=said):
        render(folder, f"{reference}\n\n{FIGURE}\n")


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
    text, html = render(folder, "Made with {{< meta renderer >}}. Packages ({{<\nmeta tool >}}).\n")
    assert "Made with embedded (pypandoc" in text and "). Packages (Tool)." in text
    assert "{{" not in text + html


def test_a_formula_is_drawn_in_every_format_and_said_in_words(folder):
    body = '# Part\n\n``` {.equation alt="y is alpha plus one half."}\ny_{ij} = \\alpha + \\frac{1}{2}\n```\n'
    _, html = render(folder, body)
    assert '<math display="block"' in html and "<mfrac>" in html and 'aria-label="y is alpha plus one half."' in html
    spoken = [str(entries.get("/Alt")) for kind, entries in elements(folder / "x.pdf") if kind == "/Formula"]
    assert spoken == ["y is alpha plus one half."]
    choose_renderer("embedded").render(folder / "report.qmd", folder / "x.docx")
    with zipfile.ZipFile(folder / "x.docx") as archive:
        assert "<m:oMath>" in archive.read("word/document.xml").decode("utf-8")
    with pytest.raises(RenderError, match=r"the formula a = b is not said in words \(alt\)"):
        render(folder, "``` {.equation}\na = b\n```\n")


def test_callouts_keep_their_title_and_their_text(folder):
    body = (
        '::: {.callout-note title="What *chance* means"}\nFirst text.\n:::\n\n'
        "::: {.callout-warning}\nSecond text.\n:::\n\n"
        "::: {.callout-tip}\n## A heading\n\nThird text.\n:::\n"
    )
    text, html = render(folder, body)
    assert "What chance means First text. Warning Second text. A heading Third text." in text
    assert html.count('class="callout-title"') == 3 and 'class="callout callout-warning"' in html
    with pytest.raises(RenderError, match="no callout named callout-danger"):
        render(folder, "::: {.callout-danger}\nText.\n:::\n")


def test_every_picture_has_its_alternative_text(folder):
    body = "\n\n".join(FIGURE.replace("#fig-x", f"#fig-{i}").replace("A line", f"Line {i}") for i in range(3))
    _, html = render(folder, body + "\n")
    for i in range(3):
        assert f'alt="Line {i} that rises"' in html
    spoken = [str(entries["/Alt"]) for kind, entries in elements(folder / "x.pdf") if kind == "/Figure"]
    assert spoken == [f"Line {i} that rises" for i in range(3)]


@pytest.mark.parametrize("src", ["https://example.org/x.svg", "/etc/hosts.svg", "../../secret.svg"])
def test_a_picture_from_elsewhere_is_not_fetched(folder, src):
    with pytest.raises(RenderError, match="does not lie in the report's folder"):
        render(folder, FIGURE.replace("figures/x.svg", src) + "\n")


def test_a_long_table_runs_over_pages_with_its_header(folder):
    rows = "\n".join(f"| row {i} | {i} |" for i in range(120))
    render(folder, f"| Heading | Value |\n|:---|---:|\n{rows}\n\n: Long {{#tbl-long}}\n")
    pages = [page.extract_text() for page in PdfReader(folder / "x.pdf").pages]
    assert len(pages) > 1 and all("Heading" in page for page in pages) and "row 119" in pages[-1]


def test_a_long_table_as_quarto_writes_it_runs_over_pages(folder):
    """Quarto makes tables figures of a kind of its own; the template must know it, or rows pile up at the foot."""
    import pypandoc
    import typst

    rows = "".join(f"[row {i}], [{i}]," for i in range(120))
    table = f"table(columns: 2, table.header([Heading], [Value],), {rows})"
    body = f'#figure([#{table}], caption: figure.caption(position: top, [Long]), kind: "quarto-float-tbl", supplement: "Table")'
    head = f"{HEAD.removesuffix(f'---{chr(10)}')}---\n\n```{{=typst}}\n{body}\n```\n"
    template = f"--template={folder.parent / '_template/embedded.typ'}"
    source = pypandoc.convert_text(head, "typst", format="markdown", extra_args=[template])
    (folder / "x.typ").write_text(source, encoding="utf-8")
    typst.compile(str(folder / "x.typ"), output=str(folder / "x.pdf"), ignore_system_fonts=True)
    pages = [page.extract_text() for page in PdfReader(folder / "x.pdf").pages]
    assert len(pages) > 1 and all("Heading" in page for page in pages) and "row 119" in pages[-1]


def test_long_words_break_and_can_still_be_copied(folder):
    digest = "0123456789abcdef" * 8
    render(folder, f"Hash `{digest}` here.\n")
    text = "".join(PdfReader(folder / "x.pdf").pages[0].extract_text().split())
    assert f"Hash{digest}here." in text
    widest = 72 * 7.5  # the right edge of the text on US Letter with margins of one inch
    assert _rightmost(folder / "x.pdf") <= widest + 1


def _rightmost(pdf: Path) -> float:
    """The largest x, in points, at which a piece of text starts plus its own width, on page one."""
    edges: list[float] = []

    def visit(text: str, matrix: list[float], text_matrix: list[float], font: object, size: float) -> None:
        if len(text.strip()) > 40:
            edges.append(text_matrix[4] + matrix[4] + len(text.strip()) * 8.5 * 0.602)  # DejaVu Sans Mono: 0.602 em

    PdfReader(pdf).pages[0].extract_text(visitor_text=visit)
    return max(edges)


def test_the_highest_rung_that_stands_is_marked(folder):
    rows = "| Tier 2 | not supported | x |\n| Tier 3 | **supported** | y |\n| Tier 4 | **supported** | z |\n"
    _, html = render(folder, f"::: {{.ladder}}\n| Tier | Verdict | Why |\n|---|---|---|\n{rows}:::\n")
    marked = re.findall(r'<tr class="[^"]*stands[^"]*">\s*<th[^>]*>([^<]*)', html)
    assert marked == ["Tier 3"]


def test_twice_the_same_bytes(folder):
    body = f"{FIGURE}\n\n::: {{.callout-note}}\nText.\n:::\n\nAs shown [@dong2013].\n"
    render(folder, body)
    first = [(folder / name).read_bytes() for name in ("x.pdf", "x.html")]
    render(folder, body)
    assert first == [(folder / name).read_bytes() for name in ("x.pdf", "x.html")]


def test_the_page_asks_nothing_of_the_network(folder):
    _, html = render(folder, f"{FIGURE}\n", SIMULATED)
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)|url\((?!["']?data:)|@import|<script""", html)
    assert html.index("Simulated data") < html.index("<header") and html.count("<h1") == 1


def test_a_path_from_the_working_folder_will_do(folder, monkeypatch):
    render(folder, "Text.\n")
    monkeypatch.chdir(folder)
    qmd = Path("report.qmd")
    choose_renderer("embedded").render(qmd, Path("y.pdf"), Path("y.html"))
    assert (folder / "y.pdf").is_file() and (folder / "y.html").is_file()


def test_a_missing_figure_is_said_in_plain_words(folder):
    with pytest.raises(RenderError, match="could not"):
        render(folder, FIGURE.replace("x.svg", "gone.svg") + "\n")


STRANDS = (
    "::: {.strands}\n| Strand | Measured | May | Never |\n|--|--|--|--|\n"
    "| **Learning** | [0.18 SD]{.value} [its interval]{.meaning} | may | never |\n:::\n\n"
)


def test_the_page_one_divs_are_drawn(folder):
    body = (
        '::::: {.page-one lang="en"}\n::: {.bottom-line}\nOne sentence.\n:::\n\n'
        '::: {.decision verdict="adjust"}\n**Adjust**\n:::\n\n'
        f"{STRANDS}:::::\n\n::: {{.page-break}}\n:::\n\nNext page.\n"
    )
    text, html = render(folder, body)
    assert "One sentence." in text and text.count("0.18 SD") == 1
    assert len(PdfReader(folder / "x.pdf").pages) == 2
    for name in ("bottom-line", "decision", "strands", "page-break"):
        assert f'class="{name}"' in html
    assert 'data-label="Measured"' in html


def test_a_long_page_one_is_set_smaller_until_it_stays_on_one_sheet(folder):
    """At full size this many lines need more than one sheet."""

    def page(lines: int) -> str:
        sentences = "".join(f"A sentence of some length, to fill a line of the page: {i}.\n\n" for i in range(lines))
        return f'::::: {{.page-one lang="en"}}\n{sentences}:::::\n\n::: {{.page-break}}\n:::\n\nNext page.\n'

    sheets = {}
    for lines in (33, 40, 60):
        render(folder, page(lines))
        sheets[lines] = [sheet.extract_text() for sheet in PdfReader(folder / "x.pdf").pages]
    assert [len(sheets[lines]) for lines in (33, 40)] == [2, 2] and len(sheets[60]) > 2
    assert "Next page." in sheets[40][1] and "page: 39." in sheets[40][0]
    render(folder, page(40).replace(".page-one", ".other"))
    assert len(PdfReader(folder / "x.pdf").pages) == 3


def test_raw_html_tex_and_typst_are_shown_as_text(folder):
    body = 'A <script>alert(1)</script> and \\input{x} and `#read("/etc/passwd")`{=typst} end.\n'
    text, html = render(folder, body)
    assert "<script" not in html and "&lt;script&gt;" in html
    assert "root:" not in text and "end." in text


def test_the_band_is_on_every_page(folder):
    render(folder, "One.\n\n::: {.page-break}\n:::\n\nTwo.\n", SIMULATED)
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


@pytest.mark.parametrize(("version", "is_used"), [("1.6.43", False), ("1.8.27", False), ("1.9.38", True), ("2.0.1", True)])
def test_a_quarto_that_makes_no_accessible_pdf_is_not_used(tmp_path, monkeypatch, version, is_used):
    fake_quarto(tmp_path, monkeypatch, f"echo {version}")
    assert choose_renderer("auto").label.startswith("Quarto" if is_used else "embedded")
    if not is_used:
        with pytest.raises(RenderError, match=f"this is Quarto {version}, .* 1.9 or later is needed"):
            choose_renderer("quarto")


def test_what_quarto_only_warns_of_stops(folder, monkeypatch):
    """Quarto exits with 0 when a reference leads nowhere."""
    (folder / "report.qmd").write_text(HEAD, encoding="utf-8")
    warning = "WARNING (refs.lua:128) Unable to resolve crossref @fig-none"
    fake_quarto(folder.parent, monkeypatch, f'[ "$1" = --version ] && echo 1.9.38 && exit; echo x > "$6"; echo "{warning}" >&2')
    with pytest.raises(RenderError, match="refers to what is not in it: @fig-none"):
        choose_renderer("quarto").render(folder / "report.qmd", folder / "x.pdf", folder / "x.html")
    assert not (folder / "report.pdf").exists() and not (folder / "x.pdf").exists()


def fake_quarto(home: Path, monkeypatch, script: str) -> None:
    """Put a stand-in for the program quarto on PATH, that runs `script`."""
    program = home / "bin/quarto"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def test_the_partials_that_quarto_uses_are_those_of_the_embedded_template():
    template = (PROJECT / "reports/_template/embedded.typ").read_text()
    head = (PROJECT / "reports/_template/front-matter.yml").read_text()
    for partial in ("typst-template.typ", "typst-show.typ"):
        assert f"${partial}()$" in template and f"../_template/{partial}" in head
