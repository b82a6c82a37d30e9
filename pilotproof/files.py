"""Write files so that they appear whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a file or folder beside `path`, then move it into place, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(beside)
        os.replace(beside, path)
    finally:
        if beside.is_dir():
            shutil.rmtree(beside)
        beside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """UTF-8 text with \\n line ends, whatever the platform."""
    write_whole(path, lambda beside: beside.write_bytes(text.encode("utf-8")))
