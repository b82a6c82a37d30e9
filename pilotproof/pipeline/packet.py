"""Write the Tier 4 packet of a pilot as Markdown, and as a Word document to send on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from pilotproof.errors import RenderError
from pilotproof.files import write_text, write_whole
from pilotproof.packet import packet_of
from pilotproof.pilot import load_pilot
from pilotproof.workspace import Workspace

STEM = "tier4-packet"


def write_packet(name: str, workspace: Workspace) -> tuple[Path, Path]:
    """reports/<pilot>/tier4-packet.md and .docx. Raises ParamsError with every empty field; then nothing is written."""
    text = packet_of(load_pilot(name, workspace), file=workspace.show(workspace.params(name)))
    markdown, word = (workspace.report(name) / f"{STEM}.{kind}" for kind in ("md", "docx"))
    write_text(markdown, text)
    write_whole(word, lambda beside: _to_word(markdown, beside))
    return markdown, word


def _to_word(markdown: Path, target: Path) -> None:
    import pypandoc

    command = [
        pypandoc.get_pandoc_path(),
        str(markdown),
        "--sandbox",
        "--from",
        "markdown-raw_html-raw_tex-raw_attribute",
        "--to",
        "docx",
    ]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "0"}  # the same bytes on every run
    done = subprocess.run(
        [*command, "--output", str(target)], capture_output=True, text=True, encoding="utf-8", env=environment, check=False
    )
    if done.returncode != 0:
        raise RenderError(f"pandoc could not make {target.name}:\n{done.stderr.strip()}")
