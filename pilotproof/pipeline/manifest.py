"""What a report was made from, as hashes: to skip work that is done, and to prove what was done."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pilotproof import __version__
from pilotproof.files import write_text
from pilotproof.identity.keys import key_fingerprint, key_of
from pilotproof.pilot import Pilot
from pilotproof.pilot.fields import is_url
from pilotproof.sources.parts import sha256_of
from pilotproof.sources.passport import PASSPORT_FILE, SHORT, files_used, load_passports
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A manifest as it was read.

    inputs : as `describe_inputs` gave them
    steps : by name, each with its key and the paths of its outputs
    outputs : SHA-256 of each, by its path from the project's folder
    machine : Python and platform; told, not compared
    """

    inputs: dict[str, Any]
    steps: dict[str, dict[str, Any]]
    outputs: dict[str, str]
    machine: dict[str, str]
    seed: int


def code_fingerprint(workspace: Workspace) -> str:
    """One SHA-256 over the package and the notebooks: the code version, whether or not it is committed."""
    return _fingerprint(code_files(workspace))


@lru_cache(maxsize=1)
def code_files(workspace: Workspace) -> Mapping[str, str]:
    """SHA-256 of each file of the package and of each notebook, by its path from the project's folder."""
    return _hashes(workspace, CODE)


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
    here = [raw / file for file in files_used(pilot) if not is_url(file)]
    files = [workspace.params(name), workspace.plan(name), raw / PASSPORT_FILE, *here]
    files += [workspace.instrument(survey.instrument) for survey in pilot.sources.surveys.values()]
    files += [workspace.params(name).parent / logo for logo in (pilot.page.logo,) if logo]
    return {
        "pilotproof": __version__,
        "code": code_fingerprint(workspace),
        "page": _fingerprint(_hashes(workspace, PAGE)),
        "files": {workspace.show(path): sha256_of(path) for path in files if path.exists()} | _in_stores(name, pilot, workspace),
        "key": key_fingerprint(key_of(name, workspace, is_simulated=pilot.is_simulated)),
        "packages": package_versions(),
        "renderer": renderer,
        "formats": list(formats),
    }


def _in_stores(name: str, pilot: Pilot, workspace: Workspace) -> dict[str, str]:
    """Of each log in a store the SHA-256 over its listing, as its passport has it: the data are not here to be hashed."""
    urls = [file for file in files_used(pilot) if is_url(file)]
    passports = [load_passports(name, workspace).get(url) for url in urls]
    marks = {url: hashlib.sha256(url.encode()).hexdigest()[:SHORT] for url in urls}  # two logs may have one name
    return {f"{one.shown} ({marks[one.file]})": one.sha256 for one in passports if one is not None}


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Record what a report was made from and with, and the hash of each of its files."""
    write_text(path, json.dumps(asdict(manifest), indent=2, sort_keys=True) + "\n")


def read_manifest(path: Path) -> Manifest | None:
    """The manifest at `path`; None where there is none, or one that was cut short or written by another version."""
    try:
        manifest = Manifest(**json.loads(path.read_text(encoding="utf-8")))
        return manifest if all(isinstance(part, dict) for part in (manifest.inputs, manifest.steps, manifest.outputs)) else None
    except (OSError, ValueError, TypeError):
        return None


def this_machine() -> dict[str, str]:
    """Python and platform, in words that name neither the computer nor its owner."""
    return {"python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}"}


def is_current(folder: Path, inputs: dict[str, Any], root: Path) -> bool:
    """Whether the report in `folder` was made from exactly `inputs`, and none of its outputs was lost or changed."""
    manifest = read_manifest(folder / MANIFEST_FILE)
    return (
        manifest is not None
        and manifest.inputs == inputs
        and all((root / path).is_file() and sha256_of(root / path) == digest for path, digest in manifest.outputs.items())
    )


def differences(recorded: Manifest, inputs: Mapping[str, Any]) -> list[str]:
    """Everything that is not as it was when a report was made, in words. inputs : as `describe_inputs` gives them now"""
    before, causes = recorded.inputs, []
    for path in differing(before["files"], inputs["files"]):
        state = "changed" if path in before["files"] and path in inputs["files"] else "new" if path in inputs["files"] else "gone"
        causes.append(f"input: {path} is {state}")
    if before["code"] != inputs["code"]:
        causes.append("code: the package or a notebook is not the one that made the report")
    if before["page"] != inputs["page"]:
        causes.append("code: the page's template or references are not those that made the report")
    versions = {
        key: (before["packages"].get(key), inputs["packages"].get(key)) for key in before["packages"] | inputs["packages"]
    }
    causes += [
        f"package: {key} {old or 'none'}, now {new or 'none'}" for key, (old, new) in sorted(versions.items()) if old != new
    ]
    if before.get("key") != inputs["key"]:
        causes.append("key: the tables hold pseudonyms under another key; findings and pages do not depend on it")
    if before["renderer"] != inputs["renderer"]:
        causes.append(f"renderer: {before['renderer']}, now {inputs['renderer']}")
    here = this_machine()
    causes += [f"machine: {key} {old}, now {here.get(key)}" for key, old in recorded.machine.items() if old != here.get(key)]
    return causes


def differing(recorded: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    """The keys whose values differ, or that only one of the two has."""
    return tuple(sorted(key for key in recorded.keys() | other.keys() if recorded.get(key) != other.get(key)))


def _hashes(workspace: Workspace, patterns: Iterable[str]) -> dict[str, str]:
    paths = sorted(path for pattern in patterns for path in workspace.root.glob(pattern) if path.is_file())
    return {workspace.show(path): sha256_of(path) for path in paths}


def _fingerprint(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256("".join(f"{path}\0{digest}\n" for path, digest in hashes.items()).encode()).hexdigest()
