"""The floor of a report: the cells of the same notebooks as one plain Python program, without kernels, and the same renderer.

    python benchmarks/plain_process.py nearpod --root FOLDER

What the cells show becomes report.qmd by joining; nothing is skipped by hash, nothing is written beside and moved.
"""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path
from typing import Any

from pilotproof.audit import audit_pilot
from pilotproof.findings import read_findings
from pilotproof.pilot import load_pilot
from pilotproof.pipeline.qmd import OPERATOR_TAGS
from pilotproof.pipeline.release import require_releasable
from pilotproof.pipeline.render import choose_renderer
from pilotproof.pipeline.steps import STEPS
from pilotproof.pipeline.wording import check_wording
from pilotproof.workspace import Workspace


def make_plainly(pilot: str, workspace: Workspace) -> None:
    """Write tables, figures, findings and pages of `pilot` where `make_report` has them, and check the wording as it does."""
    shown: list[str] = []
    for stem in STEPS:
        shown = run_cells(workspace.notebook(stem), {"pilot": pilot, "root": str(workspace.root)})
    folder = workspace.report(pilot)
    qmd = folder / "report.qmd"
    qmd.write_text(re.sub(r"\n{3,}", "\n\n", "\n\n".join(shown)).strip() + "\n", encoding="utf-8")
    params = load_pilot(pilot, workspace)
    params.page.place_logo(workspace.root / "params", folder)
    pages = [folder / f"{pilot}.{form}" for form in ("pdf", "html")]
    choose_renderer("embedded").render(qmd, *pages)
    findings = read_findings(workspace.processed(pilot))
    check_wording(pages[1], findings, workspace.params(pilot))
    require_releasable(pilot, params, findings, workspace)
    audit_pilot(pilot, workspace).raise_breaches(pilot)


def run_cells(notebook: Path, names: dict[str, Any]) -> list[str]:
    """Run the code cells of `notebook` with `names` as its parameters; return the Markdown of its text and of what it shows."""
    import nbformat

    shown = []
    for cell in nbformat.read(notebook, as_version=4).cells:
        if OPERATOR_TAGS & set(cell.metadata.get("tags", ())):
            continue
        if cell.cell_type == "markdown":
            shown.append(cell.source)
            continue
        value = _run(cell.source, names)
        if hasattr(value, "markdown"):
            shown.append(value.markdown)
        elif value is not None:
            repr(value)  # a kernel shows it too
    return shown


def _run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell; return the value of its last expression, None when it ends otherwise."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pilots", nargs="+")
    parser.add_argument("--root", type=Path, default=Path())
    given = parser.parse_args()
    workspace = Workspace.open(given.root)
    for pilot in given.pilots:
        make_plainly(pilot, workspace)


if __name__ == "__main__":
    main()
