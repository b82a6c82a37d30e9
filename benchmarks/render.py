"""Time a page of each way to a PDF: embedded Typst, Quarto where a recent one is installed, Chromium printing an HTML export.

    python benchmarks/render.py [--rounds 3]

All from the demo report's report.qmd; the HTML export is the page that Pandoc makes of it, as a notebook's HTML export would be
printed: no tags for screen readers beyond Chromium's own, no running header, no PDF/UA.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from measuring import DEMO, Run, Times, copy_project, in_turns, pilotproof, run, write_results
from pypdf import PdfReader

from pilotproof.errors import PilotproofError
from pilotproof.pipeline.render import Embedded, Renderer, choose_renderer

RENDER = """
import sys
from pathlib import Path
from pilotproof.pipeline.render import choose_renderer
choose_renderer(sys.argv[1]).render(Path(sys.argv[2]), Path(sys.argv[3]))
"""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def quarto() -> Renderer | None:
    """Quarto, where one that the template works with is installed."""
    try:
        found = choose_renderer("quarto")
    except PilotproofError:
        return None
    return None if isinstance(found, Embedded) else found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = copy_project(Path(folder).resolve())
        run(pilotproof("report", DEMO, "--renderer", "embedded"), root)
        qmd = root / "reports" / DEMO / "report.qmd"
        browser = next(filter(None, map(shutil.which, BROWSERS)), None)

        def by(renderer: str, page: str) -> Run:
            return run([sys.executable, "-c", RENDER, renderer, qmd, qmd.with_name(page)], root)

        def printed() -> Times:
            html = by("embedded", "for-print.html")
            options = ["--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={qmd.with_name('chromium.pdf')}"]
            pdf = run([browser or "", *options, f"file://{qmd.with_name('for-print.html')}"], root)
            return html.seconds + pdf.seconds, html.busy + pdf.busy

        def typeset(renderer: str) -> Times:
            done = by(renderer, f"{renderer}.pdf")
            return done.seconds, done.busy

        ways = {"embedded": lambda: typeset("embedded")}
        if quarto():
            ways["quarto"] = lambda: typeset("quarto")
        if browser:
            ways["chromium"] = printed
        times = in_turns(ways, given.rounds)
        pages = {name: len(PdfReader(qmd.with_name(f"{name}.pdf")).pages) for name in ways}
    base = times["embedded"][1] / pages["embedded"]
    rows = [
        {
            "way": name,
            "pages": pages[name],
            "seconds a page": f"{clock / pages[name]:.3f}",
            "processor seconds a page": f"{busy / pages[name]:.3f}",
            "times embedded": f"{busy / pages[name] / base:.2f}",
        }
        for name, (clock, busy) in times.items()
    ]
    write_results(__file__, rows, "typst", "pypandoc_binary")


if __name__ == "__main__":
    main()
