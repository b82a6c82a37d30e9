"""Two renderers for one source: Quarto where it is installed, else Pandoc and Typst, the engines that Quarto drives."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pilotproof.errors import PilotproofError, RenderError, trouble_in
from pilotproof.files import write_whole
from pilotproof.pipeline.word import REFERENCE, write_reference
from pilotproof.report.letters import font_folder, needs_more_fonts, spelled_out

UNRESOLVED = re.compile(r"\?(?:@|&#64;)[\w-]+|@(?:fig|tbl)-[\w-]+")
LOOKS_SO = re.compile(r"\\@((?:fig|tbl)-[\w-]+)")  # as words from a file are escaped
SHORTCODE = re.compile(r"(?<![\\{])\{\{<\s+meta\s+([\w-]+)\s+>\}\}")
TAG = re.compile(r"<[^>]*>")
UNRESOLVED_IN_LOG = re.compile(r"Unable to resolve crossref (@[\w-]+)")  # Quarto only warns, and exits with 0
PICTURE_PPI = 110
FIGURE_PPI = 220  # of figures in Word, as they are printed, and on slides
FORMATS = {"pdf": "typst", "html": "html", "docx": "docx"}  # and the name that Quarto has for each
USUAL_FORMATS = "pdf,html"
OLDEST_QUARTO = (1, 9)  # the first that knows pdf-standard; 1.6 fails on the template, 1.7 and 1.8 drop the alt texts
TYPESET = str(Path(__file__).with_name("typeset.py"))
MARKDOWN = "markdown-raw_html-raw_tex-raw_attribute-tex_math_dollars"


class Renderer(Protocol):
    """Turns report.qmd into pages. label : name and versions, as printed in the report."""

    label: str

    def render(self, qmd: Path, *pages: Path) -> None:
        """Write each page in the format that its name ends with, whole or not at all. Raises RenderError."""


def chosen_formats(requested: str) -> tuple[str, ...]:
    """The formats in `requested`, such as "pdf,docx", each once and in the order of FORMATS. Raises PilotproofError."""
    asked = {part.strip().lower() for part in requested.split(",")}
    if unknown := sorted(asked - set(FORMATS)):
        raise PilotproofError(f"FORMATS={requested}: “{', '.join(unknown)}” is not known; use {', '.join(FORMATS)}.")
    return tuple(form for form in FORMATS if form in asked)


def choose_renderer(requested: str) -> Renderer:
    """The renderer for `requested`: auto (Quarto where a recent one is installed), quarto or embedded."""
    if requested not in ("auto", "quarto", "embedded"):
        raise PilotproofError(f"RENDERER={requested} is not known; use auto, quarto or embedded.")
    program = shutil.which("quarto")
    if requested == "quarto" and program is None:
        raise RenderError(
            "RENDERER=quarto, but there is no program `quarto` on this machine.\n"
            "Install it from quarto.org or with environment.yml, or leave RENDERER out to use the embedded renderer."
        )
    if requested != "embedded" and program is not None:
        version = _run([program, "--version"], Path.cwd()).strip()
        if _is_recent(version):
            return Quarto(program, f"Quarto {version}")
        if requested == "quarto":
            oldest = ".".join(map(str, OLDEST_QUARTO))
            raise RenderError(
                f"RENDERER=quarto, but this is Quarto {version}, which makes no accessible PDF; {oldest} or later is needed.\n"
                "Install a newer one from quarto.org, or leave RENDERER out to use the embedded renderer."
            )
    return Embedded(_embedded_label())


def _is_recent(version: str) -> bool:
    found = re.match(r"(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST_QUARTO


def _embedded_label() -> str:
    from importlib.metadata import version

    return f"embedded (pypandoc {version('pypandoc_binary')}, Typst {version('typst')})"


@dataclass(frozen=True, slots=True)
class Embedded:
    """Pandoc and Typst from their Python packages; only fonts that come with Typst are used."""

    label: str

    def render(self, qmd: Path, *pages: Path) -> None:
        """Write PDF (PDF/UA-1, tagged), HTML (one file) or DOCX pages. Raises RenderError."""
        make = {".pdf": self._pdf, ".html": self._html, ".docx": self._docx}
        for page in pages:
            make[page.suffix](qmd, page)

    def picture(self, qmd: Path, *, png: Path) -> None:
        """Write page one as a picture. Raises RenderError."""
        with self._typst_source(qmd) as source:
            first, *_ = _pictures(source, ppi=PICTURE_PPI)
        write_whole(png, lambda beside: beside.write_bytes(first))

    @contextmanager
    def _typst_source(self, qmd: Path) -> Iterator[Path]:
        source = qmd.with_suffix(".typ")
        try:
            self._pandoc(qmd, source, ["--sandbox", "--to", "typst", "--template", str(_template(qmd) / "embedded.typ")])
            source.write_text(spelled_out(source.read_text(encoding="utf-8")), encoding="utf-8")
            yield source
        finally:
            source.unlink(missing_ok=True)

    def _pdf(self, qmd: Path, pdf: Path) -> None:
        with self._typst_source(qmd) as source:
            write_whole(pdf, lambda beside: _typeset(source, beside, pdf_standards=["ua-1"], format="pdf"))

    def _html(self, qmd: Path, html: Path) -> None:
        template = _template(qmd)
        options = ["--to", "html5", "--standalone", "--embed-resources", "--template", str(template / "page.html")]
        levels = ["--shift-heading-level-by=1", "--toc", "--toc-depth=2"]  # as in front-matter.yml
        css = ["--css", str(template / "page.css"), "--mathml"]
        write_whole(html, lambda beside: self._pandoc(qmd, beside, [*options, *levels, *css]))
        require_resolved(html, qmd)

    def _docx(self, qmd: Path, docx: Path) -> None:
        prepare_word(qmd)
        write_whole(docx, lambda beside: self._pandoc(qmd, beside, ["--to", "docx", "--reference-doc", REFERENCE]))

    def _pandoc(self, qmd: Path, target: Path, options: list[str]) -> None:
        import pypandoc

        template = _template(qmd)
        filters = [f"--lua-filter={template / name}" for name in ("quarto-compat.lua", "page.lua")]
        command = [pypandoc.get_pandoc_path(), "--from", MARKDOWN, "--wrap=none", *options, *filters, "--citeproc"]
        command += ["--metadata", f"renderer={self.label}", "--output", str(target.resolve())]
        _run(command, qmd.parent, told=_with_marked_shortcodes(qmd.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Quarto:
    """The program `quarto`, run in the folder of the document."""

    program: str
    label: str

    def render(self, qmd: Path, *pages: Path) -> None:
        """Write the pages. Raises RenderError, also for what Quarto only warns of: unresolved references."""
        prepare_word(qmd)
        for target in pages:
            form = target.suffix.removeprefix(".")
            made = f"report.{form}"
            command = [self.program, "render", qmd.name, "--to", FORMATS[form], "--output", made, "-M", f"renderer:{self.label}"]
            said = _run(command, qmd.parent)
            if missing := sorted(set(UNRESOLVED_IN_LOG.findall(said))):
                (qmd.parent / made).unlink(missing_ok=True)
                raise RenderError(f"The report refers to what is not in it: {', '.join(missing)}")
            os.replace(qmd.parent / made, target)
            if form == "html":
                require_resolved(target, qmd)


def prepare_word(qmd: Path) -> None:
    """Write what a Word page needs beside `qmd`: reference.docx, and each figure as PNG, since not every Word shows SVG."""
    write_reference(qmd, _template(qmd))
    write_pictures(qmd)


def write_pictures(qmd: Path, *, ppi: int = FIGURE_PPI) -> list[Path]:
    """Write each figure and logo beside `qmd` as PNG too; a figure is as wide as the text of a page."""
    drawings = sorted([*qmd.parent.glob("*.svg"), *qmd.parent.glob("figures/*.svg")])
    if not drawings:
        return []
    shown = [f'#image("{drawing.relative_to(qmd.parent).as_posix()}", width: 100%)' for drawing in drawings]
    source = qmd.with_name("figures.typ")
    source.write_text("#set page(width: 6.5in, height: auto, margin: 0pt)\n" + "\n#pagebreak()\n".join(shown), encoding="utf-8")
    try:
        pictures = _pictures(source, ppi=ppi)
    finally:
        source.unlink()
    for drawing, picture in zip(drawings, pictures, strict=True):
        drawing.with_suffix(".png").write_bytes(picture)
    return [drawing.with_suffix(".png") for drawing in drawings]


def require_resolved(html: Path, qmd: Path) -> None:
    """Raise RenderError when the page shows a reference that leads nowhere (`?@fig-x`); words of a file that look so are text."""
    text = TAG.sub(" ", html.read_text(encoding="utf-8"))
    quoted = {f"@{name}" for name in LOOKS_SO.findall(qmd.read_text(encoding="utf-8"))}
    shown = {found.replace("&#64;", "@") for found in UNRESOLVED.findall(text)}
    if found := sorted(name for name in shown if name.removeprefix("?") not in quoted):
        html.unlink()
        raise RenderError(f"The report refers to what is not in it: {', '.join(found)}")


def _template(qmd: Path) -> Path:
    return qmd.resolve().parent.parent / "_template"


def _pictures(source: Path, *, ppi: int) -> list[bytes]:
    """Each page as PNG."""
    with tempfile.TemporaryDirectory(prefix="pilotproof-") as folder:
        _typeset(source, Path(folder) / "{p}.png", format="png", ppi=ppi)
        pages = sorted(Path(folder).iterdir(), key=lambda page: int(page.stem))
        return [page.read_bytes() for page in pages]


def _typeset(source: Path, output: Path, **options: Any) -> None:
    """Let Typst set the pages into `output`. It can read nothing outside the report's folder."""
    source = source.resolve()
    fonts = [font_folder()] if needs_more_fonts(source.read_text(encoding="utf-8")) else []
    places = {"source": str(source), "root": str(source.parent), "fonts": list(map(str, fonts)), "output": str(output.resolve())}
    _run([sys.executable, "-P", TYPESET], source.parent, told=json.dumps({**places, "options": options}), name="Typst")


def _with_marked_shortcodes(text: str) -> str:
    """The document with the key of each `{{< meta key >}}` between two letters for quarto-compat.lua; escaped ones are words."""
    return SHORTCODE.sub("\ue000\\1\ue001", re.sub("[\ue000\ue001]", "\ufffd", text))


def _run(command: list[str], folder: Path, *, told: str | None = None, name: str = "") -> str:
    """What the program said; told : its standard input; name : as a message calls it. Raises RenderError when it failed."""
    environment = os.environ | {"NO_COLOR": "1", "SOURCE_DATE_EPOCH": "0", "LC_ALL": "C.UTF-8"}  # else no ß in a folder's name
    done = subprocess.run(
        command, cwd=folder, input=told, capture_output=True, text=True, encoding="utf-8", env=environment, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip() or done.stdout.strip()
        raise trouble_in(said) or RenderError(f"{name or Path(command[0]).stem} could not make the page:\n{said}")
    return done.stdout + done.stderr
