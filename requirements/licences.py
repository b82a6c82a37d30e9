"""Write the list of packages in requirements.lock with their licences, from their own metadata. Run by `make licences`."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
LONGEST = 60  # letters; some packages give the whole text of their licence in this field
HEAD = """# Packages and their licences

What `make environment` installs, by `requirements.lock`: each package with the licence that it names itself. Made by
`make licences`; do not edit. Pandoc, which pypandoc_binary brings, is under GPL-2.0-or-later and runs as a program of its own.

| Package | Version | Licence |
|---|---|---|
"""
ELSEWHERE = "(only on other systems or versions of Python than the one that wrote this list)"


def locked(text: str) -> dict[str, str]:
    """Each package of a lock file with its version; of one that is locked twice, for two versions of Python, both."""
    found: dict[str, list[str]] = {}
    for name, version in LOCKED.findall(text):
        found.setdefault(name, []).append(version)
    return {name: ", ".join(versions) for name, versions in sorted(found.items(), key=lambda entry: entry[0].casefold())}


def licence_of(name: str) -> str:
    """What the installed package says of its licence: the expression, the short field, or the classifiers."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ELSEWHERE
    short = (said.get("License") or "").strip()
    classified = [line.rpartition(":: ")[2] for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
    fitting = short if len(short) <= LONGEST and "\n" not in short and short.upper() != "UNKNOWN" else ""
    return said.get("License-Expression") or fitting or "; ".join(classified) or "(not said in its metadata)"


def page() -> str:
    """The whole of docs/licences.md."""
    packages = locked(LOCK.read_text(encoding="utf-8"))
    return HEAD + "".join(f"| {name} | {version} | {licence_of(name)} |\n" for name, version in packages.items())


if __name__ == "__main__":
    print(page(), end="")
