"""The house rules: who may import whom, small modules, thin notebooks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "pilotproof"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))

BASE = {"errors", "strict_yaml", "workspace"}
MAY_IMPORT = {
    "errors": set(),
    "workspace": {"errors"},
    "strict_yaml": {"errors"},
    "columns": {"errors"},
    "files": set(),
    "store": {"columns", "files"},
    "pilot": BASE,
    "instrument": BASE,
    "plan": BASE | {"pilot", "files", "evidence"},
    "sources": BASE | {"pilot", "columns", "files"},
    "clean": BASE | {"pilot", "columns", "instrument", "sources"},
    "identity": BASE | {"pilot", "columns", "sources", "clean"},
    "intake": BASE | {"pilot", "columns", "instrument", "sources", "clean", "identity"},
    "pilot_notices": BASE | {"pilot", "sources"},
    "other_pilots": BASE | {"pilot", "findings", "evidence", "sources"},
    "packet": {"errors", "pilot", "report"},
    "readiness": BASE | {"pilot", "columns", "sources", "clean", "intake", "other_pilots", "pilot_notices"},
    "stats": set(),
    "evidence": {"stats", "pilot"},
    "findings": {"stats", "evidence", "errors", "files"},
    "analyse": {"stats", "evidence", "findings", "pilot", "instrument"},
    "audit": {"errors", "identity", "pilot", "sources", "workspace"},
    "guard": {"audit", "errors", "identity", "pilot", "workspace"},
    "one_run": {"errors", "workspace"},
    "purge": {"errors", "files", "identity", "one_run", "pilot", "sources", "workspace"},
    "disclosure": {"errors", "files", "findings"},
    "report": {"disclosure", "findings", "stats", "evidence", "errors", "files"},
    "simulate": {"errors", "pilot", "columns"},
    "studies": {"errors", "simulate"},
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "pilotproof" else [f"pilotproof.{a.name}" for a in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("pilotproof.")}
    return found - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_reaches_only_where_it_may(path):
    room = room_of(path)
    if room in MAY_IMPORT:
        assert imports_of(path) <= MAY_IMPORT[room] | {room}


def test_every_room_has_its_rule():
    above = {"pipeline", "cli", "cli_options", "cli_privacy", "__init__", "__main__"}
    assert {room_of(path) for path in MODULES} - above == set(MAY_IMPORT)


def test_statistics_know_nothing_of_files_or_plots():
    for path in (PACKAGE / "stats").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"import (pandas|matplotlib|seaborn|pathlib|yaml|os)\b", text), path.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_stay_small_and_raise_instead_of_asserting(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text)), "say in one sentence what the module is for"
    assert not any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(text)))


def test_a_process_that_makes_many_reports_never_lets_typst_remember_them():
    """Typst keeps some 50 MB of each document, so that only the program that sets one may import it."""
    importing = [path.name for path in MODULES if re.search(r"^\s*(import|from) typst\b", path.read_text(encoding="utf-8"), re.M)]
    assert importing == ["typeset.py"]


@pytest.mark.parametrize(
    ("module", "not_needed"),
    [
        ("cli", ("pandas", "pydantic", "scipy", "jupyter_client")),
        ("pipeline.report", ("pandas", "scipy.stats", "papermill")),  # all that a run needs to see that nothing has changed
        ("findings", ("pandas", "scipy.stats", "statsmodels")),
    ],
)
def test_a_command_imports_only_what_it_needs(module, not_needed):
    program = f"import sys, pilotproof.{module}; print(*(name for name in {not_needed} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_numbers_are_rounded_only_in_the_report():
    for path in MODULES:
        if room_of(path) not in {"report", "stats", "simulate", "studies"}:
            assert not re.search(r"\bround\(", path.read_text(encoding="utf-8")), path.name


# public functions of stats/ that no page and no benchmark needs yet, and why they stay
WITHOUT_CALLER = {
    "attainable.least_attainable_p_staggered": "least p of staggered starts before there are data; simulated power asks it",
    "design_error.individual_design": "the plan of students drawn one by one, as clustered_design is of classes",
    "power.mdes_clustered": "mdes of a clustered_design in one call, as PowerUp! has it, which the tests hold it against",
    "power_search.power_curve": "power over numbers of units, for figures of a plan",
    "power_simulation.simulated_power_cluster_means": "what two tests that must agree find: no formula gives it",
    "power_simulation.simulated_power_randomisation": "the power of re-assignment, which has no formula",
    "power_simulation.simulated_power_sign_flip": "the power of sign flips, which has no formula",
    "power_simulation.simulated_power_staggered": "the power of staggered starts, which has no formula",
}


def names_in(node: ast.AST) -> set[str]:
    """Every name that code or its type hints use."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} | {
        part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)
    }


def taken_from_stats(tree: ast.AST) -> dict[str, tuple[str, str]]:
    """Names that a module imports from a module of stats/, with that module and its own name there."""
    return {
        alias.asname or alias.name: (node.module.removeprefix("pilotproof.stats."), alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pilotproof.stats.")
        for alias in node.names
    }


def test_every_statistic_is_used():
    """By something outside stats/ and tests/: directly, or through other statistics that are."""
    uses: dict[tuple[str, str], set[tuple[str, str]]] = {}
    public = set()
    for path in (PACKAGE / "stats").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = taken_from_stats(tree)
        own = {node.name: (path.stem, node.name) for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        for node in tree.body:
            places = [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]
            for name in [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else places:
                uses[path.stem, name] = {(known | own)[used] for used in names_in(node) if used in known | own}
            public |= {(path.stem, node.name)} if isinstance(node, ast.FunctionDef) and node.name[0] != "_" else set()
    benchmarks = sorted((PROJECT / "benchmarks").glob("*.py"))
    outside = [path for path in MODULES if room_of(path) != "stats"] + benchmarks
    open_ends = [end for path in outside for end in taken_from_stats(ast.parse(path.read_text(encoding="utf-8"))).values()]
    used = set()
    while open_ends:
        end = open_ends.pop()
        if end not in used:
            used.add(end)
            open_ends += uses.get(end, set())
    unused = {".".join(end) for end in public - used}
    assert unused <= set(WITHOUT_CALLER), "wire it into analyse/ and report/, delete it, or write above why it stays"
    assert set(WITHOUT_CALLER) <= {".".join(end) for end in public}, "of these some are gone"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_narrate_and_the_package_computes(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in code) == 1
    for cell in code:
        assert not cell.outputs and cell.execution_count is None, "strip the outputs before committing"
        assert len(cell.source.splitlines()) <= 15, "move the code into the package"
        kinds = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While)
        assert not any(isinstance(node, kinds) for node in ast.walk(ast.parse(cell.source))), "move it into the package"
    assert any(cell.cell_type == "markdown" for cell in notebook.cells)


def test_the_three_notebooks_are_there():
    assert [path.stem for path in NOTEBOOKS] == ["01-clean", "02-test", "03-report"]


def test_the_pipeline_never_reads_the_simulator_s_truth():
    for path in MODULES:
        if room_of(path) != "simulate":
            assert "truth.json" not in path.read_text(encoding="utf-8"), path.name
    assert all("truth" not in path.read_text(encoding="utf-8") for path in NOTEBOOKS)
