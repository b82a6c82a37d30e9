"""Two renderers for one source: Quarto where it is installed, else Pandoc and Typst, the engines that Quarto drives."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pilotproof.errors import PilotproofError, RenderError
from pilotproof.files import write_whole

UNRESOLVED = re.compile(r"\?(?:@|&#64;)[\w-]+|@(?:fig|tbl)-[\w-]+")
UNRESOLVED_IN_LOG = re.compile(r"Unable to resolve crossref (@[\w-]+)")  # Quarto only warns, and exits with 0
PICTURE_PPI = 110
OLDEST_QUARTO = (1, 9)  # the first that knows pdf-standard; 1.6 fails on the template, 1.7 and 1.8 drop the alt texts
MARKDOWN = "markdown-raw_html-raw_tex-raw_attribute-tex_math_dollars"


class Renderer(Protocol):
    """Turns report.qmd into pages. label : name and versions, as printed in the report."""

    label: str

    def render(self, qmd: Path, *, pdf: Path, html: Path) -> None:
        """Write `pdf` and `html`, whole or not at all. Raises RenderError."""


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

    def render(self, qmd: Path, *, pdf: Path, html: Path) -> None:
        """Write `pdf` (PDF/UA-1, tagged) and `html` (one file). Raises RenderError."""
        with self._typst_source(qmd) as source:
            write_whole(pdf, lambda beside: _compile(source, beside, pdf_standards=["ua-1"], format="pdf"))
        write_whole(html, lambda beside: self._html(qmd, beside))
        require_resolved(html)

    def picture(self, qmd: Path, *, png: Path) -> None:
        """Write page one as a picture. Raises RenderError."""
        with self._typst_source(qmd) as source:
            pages = _compile(source, None, format="png", ppi=PICTURE_PPI)
        write_whole(png, lambda beside: beside.write_bytes(pages[0]))

    @contextmanager
    def _typst_source(self, qmd: Path) -> Iterator[Path]:
        source = qmd.with_suffix(".typ")
        try:
            self._pandoc(qmd, source, ["--to", "typst", "--template", str(_template(qmd) / "embedded.typ")])
            yield source
        finally:
            source.unlink(missing_ok=True)

    def _html(self, qmd: Path, target: Path) -> None:
        template = _template(qmd)
        options = ["--to", "html5", "--standalone", "--embed-resources", "--template", str(template / "page.html")]
        levels = "--shift-heading-level-by=1"  # as in front-matter.yml: the title is the only heading of the first level
        self._pandoc(qmd, target, [*options, levels, "--css", str(template / "page.css")])

    def _pandoc(self, qmd: Path, target: Path, options: list[str]) -> None:
        import pypandoc

        template = _template(qmd)
        filters = [f"--lua-filter={template / name}" for name in ("quarto-compat.lua", "page.lua")]
        command = [pypandoc.get_pandoc_path(), qmd.name, "--from", MARKDOWN, "--wrap=none", *options, *filters, "--citeproc"]
        _run([*command, "--metadata", f"renderer={self.label}", "--output", str(target.resolve())], qmd.parent)


@dataclass(frozen=True, slots=True)
class Quarto:
    """The program `quarto`, run in the folder of the document."""

    program: str
    label: str

    def render(self, qmd: Path, *, pdf: Path, html: Path) -> None:
        """Write `pdf` and `html`. Raises RenderError, also for what Quarto only warns of: unresolved references."""
        for target, form in ((pdf, "typst"), (html, "html")):
            made = f"report.{target.suffix.removeprefix('.')}"
            command = [self.program, "render", qmd.name, "--to", form, "--output", made, "-M", f"renderer:{self.label}"]
            said = _run(command, qmd.parent)
            if missing := sorted(set(UNRESOLVED_IN_LOG.findall(said))):
                (qmd.parent / made).unlink(missing_ok=True)
                raise RenderError(f"The report refers to what is not in it: {', '.join(missing)}")
            os.replace(qmd.parent / made, target)
        require_resolved(html)


def require_resolved(html: Path) -> None:
    """Raise RenderError when the page shows a reference that leads nowhere (`?@fig-x`)."""
    if found := sorted(set(UNRESOLVED.findall(html.read_text(encoding="utf-8")))):
        html.unlink()
        raise RenderError(f"The report refers to what is not in it: {', '.join(found)}")


def _template(qmd: Path) -> Path:
    return qmd.resolve().parent.parent / "_template"


def _compile(source: Path, target: Path | None, **options: Any) -> list[bytes]:
    """Let Typst set the page into `target`, or return its pages. It can read nothing outside the reports folder."""
    import typst

    source = source.resolve()
    try:
        compiler = typst.Compiler(str(source), root=str(source.parent.parent), ignore_system_fonts=True)
        return compiler.compile(output=None if target is None else str(target), timestamp=0, **options)
    except Exception as error:  # the wheel raises its own class for whatever Typst reports
        raise RenderError(f"Typst could not set the page:\n{error}") from error


def _run(command: list[str], folder: Path) -> str:
    """What the program said. Raises RenderError with it when the program failed."""
    environment = os.environ | {"NO_COLOR": "1", "SOURCE_DATE_EPOCH": "0"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)
    if done.returncode != 0:
        raise RenderError(f"{Path(command[0]).stem} could not make the page:\n{done.stderr.strip() or done.stdout.strip()}")
    return done.stdout + done.stderr
