"""Ask a public database whether a locked package has a known weakness. Run by `make audit-packages`.

Needs the program pip-audit (`pip install pip-audit`) and the network. Exits with 1 when a weakness is known, with 2 when nobody
could be asked: that nothing was found is said only when it was looked for.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = (ROOT / "requirements.lock", *sorted((ROOT / "requirements").glob("*.lock")))
WEAKNESS, NOT_ASKED = 1, 2
ABSENT = "pip-audit is not installed, so nothing was looked up. Install it (pip install pip-audit), then run this again."
UNREACHABLE = "The database of weaknesses could not be reached, so nothing was looked up. Try again where there is a network."
NETWORK = ("ConnectionError", "ServiceError", "Max retries", "Could not connect", "timed out", "NameResolution", "ConnectTimeout")


def main() -> int:
    """Audit every lock file; 0 when all were looked up and nothing is known."""
    program = shutil.which("pip-audit")
    if program is None:
        print(ABSENT, file=sys.stderr)
        return NOT_ASKED
    return max(audit(program, lock) for lock in LOCKS)


def audit(program: str, lock: Path) -> int:
    """What pip-audit says of one lock file; it reads the file and installs nothing."""
    command = [program, "--requirement", str(lock), "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    said = f"{done.stdout}\n{done.stderr}".strip()
    if done.returncode == 0:
        print(f"{lock.relative_to(ROOT)}: no known weakness")
        return 0
    if any(sign in said for sign in NETWORK):
        print(f"{lock.relative_to(ROOT)}: {UNREACHABLE}", file=sys.stderr)
        return NOT_ASKED
    print(f"{lock.relative_to(ROOT)}:\n{said}")
    return WEAKNESS


if __name__ == "__main__":
    sys.exit(main())
