"""Which notebooks are the project's own: they run code, so one that came with somebody's files is not run unasked."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pilotproof.errors import NotebookError
from pilotproof.files import write_text
from pilotproof.pipeline.steps import STEPS
from pilotproof.workspace import Workspace

KNOWN = Path(__file__).with_name("known_notebooks.json")  # in the package, so that it works from a download without git
FLAG = "--own-notebooks"


def own_notebooks(workspace: Workspace) -> tuple[str, ...]:
    """The notebooks, by their path from the project's folder, that are not as this version of Pilotproof brings them."""
    known = json.loads(KNOWN.read_text(encoding="utf-8"))
    notebooks = {stem: workspace.notebook(stem) for stem in STEPS}
    return tuple(workspace.show(path) for stem, path in notebooks.items() if known.get(stem) != digest_of(path))


def require_known(workspace: Workspace, *, is_own_allowed: bool) -> tuple[str, ...]:
    """The notebooks that are not as they came. Raises NotebookError when there are some and nobody said that they may run."""
    own = own_notebooks(workspace)
    if own and not is_own_allowed:
        raise NotebookError(_refusal(own))
    return own


def digest_of(path: Path) -> str | None:
    """SHA-256 over what a notebook runs and prints: kind, source and tags of each cell. None for what is no notebook.

    Outputs and numbers of execution do not count: opening a notebook and saving it does not make it another.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        said = [(cell["cell_type"], _source(cell), sorted(cell["metadata"].get("tags", []))) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def write_known(workspace: Workspace) -> None:
    """Take the notebooks as they are for the project's own."""
    digests = {stem: digest_of(workspace.notebook(stem)) for stem in STEPS}
    write_text(KNOWN, json.dumps(digests, indent=2) + "\n")


def _source(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _refusal(own: tuple[str, ...]) -> str:
    which = " and ".join(own)
    is_are, it_them = ("is", "it") if len(own) == 1 else ("are", "them")
    return (
        f"{which} {is_are} not as this version of Pilotproof brings {it_them}. A notebook is a program: who wrote it can do "
        f"whatever you can do on this computer.\n"
        f"If you changed {it_them} yourself, or have read every cell, run the report with {FLAG}; the report then says so. "
        f"If not, take {it_them} from the download or the repository again."
    )
