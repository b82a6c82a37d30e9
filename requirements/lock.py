"""Write requirements.lock and requirements/*.lock from pyproject.toml with uv. Run by `make lock`."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = (
    "# Exact versions with hashes for Python 3.11 and later on Linux, macOS and Windows.\n# Made by `make lock`; do not edit.\n"
)
COMMAND = (
    "uv pip compile --quiet pyproject.toml --universal --generate-hashes --python-version 3.11 --no-header "
    "--no-annotate --no-emit-index-url --extra build"
).split()


def lock(extra: str | None, constraint: Path | None) -> str:
    """The lock for one extra, held to the versions of `constraint`."""
    command = [*COMMAND, *(["--extra", extra] if extra else []), *(["-c", str(constraint)] if constraint else [])]
    return HEAD + subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """All locks; the extras keep the versions of the main one."""
    main_lock = ROOT / "requirements.lock"
    main_lock.write_text(lock(None, None), encoding="utf-8")
    for extra in ("cluster", "lab", "studies", "test"):
        (ROOT / "requirements" / f"{extra}.lock").write_text(lock(extra, main_lock), encoding="utf-8")


if __name__ == "__main__":
    main()
