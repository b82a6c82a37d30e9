"""A piece of the report: Markdown for the page, and a picture of it when the notebook is open in JupyterLab."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pilotproof.report.plain_text import as_attribute, as_read, visible

PADDING = 2  # letters between one column and the next: a narrow one would lose its share of the page to a wide one


@dataclass(frozen=True, slots=True)
class Block:
    """Markdown that a notebook cell displays. `preview` is shown instead of it in JupyterLab."""

    markdown: str
    preview: str | None = None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        bundle = {"text/markdown": self.markdown, "text/plain": self.markdown}
        return bundle if self.preview is None else bundle | {"text/html": self.preview}


def figure_block(path: Path, *, name: str, message: str, spoken: str, note: str = "") -> Block:
    """A figure in figures/ under its message.

    message : what the figure says, in one sentence; it heads the caption and the text for those who cannot see the figure
    spoken : the values, for that text; note : how the figure is to be read, for the caption
    """
    caption = f"**{message}** {note}".strip()
    alt = visible(as_read(f"{message} {spoken}")).replace('"', "”")
    markdown = f'![{caption}](figures/{path.name}){{#fig-{name} fig-alt="{as_attribute(alt)}" width=100%}}'
    encoded = base64.b64encode(path.read_bytes()).decode("ascii")
    preview = f'<img alt="{escape(alt)}" style="max-width:46em" src="data:image/svg+xml;base64,{encoded}">'
    return Block(markdown, preview)


def stacked(blocks: Iterable[Block | None]) -> Block | None:
    """Blocks one below another as one; None when there is none."""
    shown = [block for block in blocks if block is not None]
    if not shown:
        return None
    previews = [block.preview for block in shown if block.preview is not None]
    return Block("\n\n".join(block.markdown for block in shown), "".join(previews) or None)


def table(
    header: list[str],
    rows: list[list[str]],
    *,
    align: str,
    widths: list[int] | None = None,
    name: str | None = None,
    caption: str | None = None,
) -> str:
    """A pipe table as wide as the page.

    align : one of l, r or c for each column
    widths : share of each column in percent; without it columns follow their longest cell
    """
    widest = [max(3, min(60, max(len(row[i]) for row in [header, *rows]))) for i in range(len(header))]
    padded = [width + PADDING for width in widest]
    shares = widths or [round(100 * width / sum(padded)) for width in padded]
    dashes = [max(3, share) for share in shares]  # a line of over 72 signs makes Pandoc take the shares from the dashes
    rule = "".join(
        f"|{':' if side in 'lc' else ''}{'-' * width}{':' if side in 'rc' else ''}"
        for side, width in zip(align, dashes, strict=True)
    )
    lines = ["| " + " | ".join(header) + " |", rule + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    if caption:
        lines += ["", f": {caption}" + (f" {{#tbl-{name}}}" if name else "")]
    return "\n".join(lines)
