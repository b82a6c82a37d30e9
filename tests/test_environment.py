"""The lists of packages agree: pyproject.toml is the truth, environment.yml and the locks follow it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

PROJECT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
LOCKS = [PROJECT / "requirements.lock", *sorted((PROJECT / "requirements").glob("*.lock"))]

CONDA_NAMES = {"matplotlib-base": "matplotlib", "python-duckdb": "duckdb"}  # matplotlib without the Qt window system
IMPORTED_AS = {"yaml": "pyyaml", "pypandoc": "pypandoc-binary", "jupyter_client": "jupyter-client"}
ONLY_CONDA = {"python": ">=3.11", "pip": "", "quarto": ">=1.9"}


def parsed(requirement: str) -> tuple[str, str]:
    """`numpy >=2.0` -> ("numpy", ">=2.0")."""
    name, bound = re.fullmatch(r"([\w.-]+)\s*([<>=!~].*)?", requirement).groups()
    return name.lower().replace("_", "-"), (bound or "").replace(" ", "")


def declared() -> dict[str, str]:
    extras = PYPROJECT["optional-dependencies"].values()
    return dict(parsed(requirement) for requirement in [*PYPROJECT["dependencies"], *(r for extra in extras for r in extra)])


def in_conda() -> dict[str, str]:
    plain = [entry for entry in CONDA if isinstance(entry, str)]
    pip = next(entry["pip"] for entry in CONDA if isinstance(entry, dict))
    entries = [parsed(entry) for entry in [*plain, *(entry for entry in pip if not entry.startswith("-e"))]]
    return {CONDA_NAMES.get(name, name): bound for name, bound in entries}


def test_environment_yml_has_pyproject_s_packages_with_the_same_bounds():
    conda = in_conda()
    assert {name: conda.pop(name) for name in ONLY_CONDA} == ONLY_CONDA
    assert conda == declared()


def test_python_is_the_same_everywhere():
    assert PYPROJECT["requires-python"] == ONLY_CONDA["python"]
    lowest = ONLY_CONDA["python"].removeprefix(">=")
    ruff = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
    assert ruff["target-version"] == f"py{lowest.replace('.', '')}"
    assert f"sys.version_info < ({lowest.replace('.', ', ')})" in (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert f"--python-version {lowest} " in (PROJECT / "requirements" / "lock.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_locks_have_a_hash_for_every_package_and_name_no_host(path):
    text = path.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text.split("do not edit.\n")[1])
    assert entries and all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|file:|(^|\s)-[ife]\s| @ ", text)


def versions(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def test_the_lock_meets_pyproject_s_lower_bounds():
    locked = versions(LOCKS[0])
    for name, bound in map(parsed, PYPROJECT["dependencies"]):
        least = tuple(map(int, bound.removeprefix(">=").split(".")))
        for version in locked[name]:
            assert tuple(map(int, re.findall(r"\d+", version)[: len(least)])) >= least, name


def test_the_extras_keep_the_versions_of_the_main_lock():
    main = versions(LOCKS[0])
    for path in LOCKS[1:]:
        extra = versions(path)
        assert {name: extra[name] for name in main} == main


@pytest.mark.parametrize("extra", PYPROJECT["optional-dependencies"])
def test_the_locks_of_the_extras_are_within_their_bounds(extra):
    path = PROJECT / "requirements" / f"{extra}.lock"
    locked = versions(path if path.exists() else LOCKS[0])  # the extra `build` is part of the main lock
    for name, bound in map(parsed, PYPROJECT["optional-dependencies"][extra]):
        assert locked.get(name), f"{name} is not locked: run make lock"
        assert all(version in SpecifierSet(bound) for version in locked[name]), name


def test_what_the_package_imports_is_declared():
    imported = set()
    for path in (PROJECT / "pilotproof").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    third_party = imported - sys.stdlib_module_names - {"pilotproof"}
    assert {IMPORTED_AS.get(name, name) for name in third_party} <= set(declared())
