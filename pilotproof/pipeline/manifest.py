"""What a report was made from, as hashes: to skip work that is done, and to prove what was done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pilotproof import __version__
from pilotproof.files import write_text
from pilotproof.pilot import Pilot
from pilotproof.sources.passport import PASSPORT_FILE, files_used, sha256_of
from pilotproof.workspace import Workspace

MANIFEST_FILE = "manifest.json"
PACKAGES = (
    "ipykernel",
    "matplotlib",
    "nbconvert",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "pydantic",
    "pypandoc_binary",
    "scipy",
    "seaborn",
    "statsmodels",
    "typst",
)
CODE = ("pilotproof/**/*.py", "notebooks/*.ipynb")
PAGE = ("reports/_quarto.yml", "reports/references.bib", "reports/_template/**/*")


def code_fingerprint(workspace: Workspace) -> str:
    """One SHA-256 over the package and the notebooks: the code version, whether or not it is committed."""
    return _fingerprint(workspace, CODE)


def package_versions() -> dict[str, str]:
    """Versions of the packages that numbers and pages depend on; those not installed are left out."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def describe_inputs(name: str, pilot: Pilot, workspace: Workspace, renderer: str, formats: tuple[str, ...]) -> dict[str, Any]:
    """Everything that the report of pilot `name` depends on. Two equal descriptions give equal reports."""
    raw = workspace.raw(name)
    files = [workspace.params(name), workspace.plan(name), raw / PASSPORT_FILE, *(raw / file for file in files_used(pilot))]
    files += [workspace.instrument(survey.instrument) for survey in pilot.sources.surveys.values()]
    files += [workspace.params(name).parent / logo for logo in (pilot.page.logo,) if logo]
    return {
        "pilotproof": __version__,
        "code": code_fingerprint(workspace),
        "page": _fingerprint(workspace, PAGE),
        "files": {workspace.show(path): sha256_of(path) for path in files if path.is_file()},
        "packages": package_versions(),
        "renderer": renderer,
        "formats": list(formats),
    }


def write_manifest(folder: Path, inputs: dict[str, Any], outputs: Iterable[Path], root: Path) -> None:
    """Record `inputs` and the hashes of `outputs` in FOLDER/manifest.json."""
    hashes = {path.relative_to(root).as_posix(): sha256_of(path) for path in sorted(outputs)}
    text = json.dumps({"inputs": inputs, "outputs": hashes}, indent=2, sort_keys=True)
    write_text(folder / MANIFEST_FILE, text + "\n")


def is_current(folder: Path, inputs: dict[str, Any], root: Path) -> bool:
    """Whether the report in `folder` was made from exactly `inputs`, and none of its outputs was lost or changed."""
    try:
        recorded = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        outputs = recorded["outputs"].items()
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False
    return recorded.get("inputs") == inputs and all(
        (root / path).is_file() and sha256_of(root / path) == digest for path, digest in outputs
    )


def _fingerprint(workspace: Workspace, patterns: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in workspace.root.glob(pattern) if path.is_file()):
        digest.update(f"{workspace.show(path)}\0{sha256_of(path)}\n".encode())
    return digest.hexdigest()
