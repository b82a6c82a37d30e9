"""What is installed is listed with its licence, and can be looked up in a database of weaknesses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

LISTED = re.compile(r"^\| ([\w.-]+) \| (\S.*?) \| (\S.*?) \|$", re.MULTILINE)
sys.path.insert(0, str(PROJECT / "requirements"))
from licences import locked, page  # noqa: E402


def test_the_list_of_licences_has_every_locked_package_in_its_version():
    found = {name: version for name, version, _ in LISTED.findall((PROJECT / "docs/licences.md").read_text(encoding="utf-8"))}
    found.pop("Package", None)
    assert found == locked((PROJECT / "requirements.lock").read_text(encoding="utf-8")), "run `make licences`"


def test_a_licence_is_known_of_every_package_that_is_installed_here():
    rows = LISTED.findall(page())
    assert len(rows) > 90
    assert not [name for name, _, licence in rows if licence.startswith("(not said")]


def audit(folder: Path, program: str | None) -> subprocess.CompletedProcess[str]:
    """`make audit-packages`, with a program of the name pip-audit that does what is said."""
    if program is not None:
        (folder / "pip-audit").write_text(f"#!/bin/sh\n{program}\n")
        (folder / "pip-audit").chmod(0o755)
    environment = os.environ | {"PATH": f"{folder}:/usr/bin:/bin"}
    script = PROJECT / "requirements/audit.py"
    return subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")
@pytest.mark.parametrize(
    ("program", "code", "said"),
    [
        ("exit 0", 0, "requirements.lock: no known weakness"),
        ("echo 'Found 1 known vulnerability in x 1.0'; exit 1", 1, "Found 1 known vulnerability in x 1.0"),
        ("echo 'ServiceError: Max retries exceeded' >&2; exit 1", 2, "could not be reached, so nothing was looked up"),
        (None, 2, "pip-audit is not installed, so nothing was looked up"),
    ],
    ids=["nothing known", "a weakness", "no network", "no program"],
)
def test_that_nothing_is_known_is_said_only_when_it_was_looked_up(tmp_path, program, code, said):
    done = audit(tmp_path, program)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert code == 0 or "no known weakness" not in done.stdout
