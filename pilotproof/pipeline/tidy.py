"""Delete what can be made again."""

from __future__ import annotations

import shutil
from collections.abc import Iterable

from pilotproof.purge import PURGE_FILE
from pilotproof.workspace import PARTIAL, Workspace


def delete_outputs(names: Iterable[str], workspace: Workspace) -> list[str]:
    """Delete processed data and reports of the pilots `names`; return the folders deleted, as a user would type them.

    A report whose data were purged cannot be made again, and stays.
    """
    deleted = []
    for name in names:
        is_purged = (workspace.report(name) / PURGE_FILE).is_file()
        for final in (workspace.processed(name), *([] if is_purged else [workspace.report(name)])):
            for folder in (final, final.with_name(f"{name}{PARTIAL}"), final.with_name(f"{name}.outgoing{PARTIAL}")):
                if folder.is_dir():
                    shutil.rmtree(folder)
                    deleted.append(workspace.show(folder))
        (workspace.root / "reports" / f".{name}.lock").unlink(missing_ok=True)
    return deleted
