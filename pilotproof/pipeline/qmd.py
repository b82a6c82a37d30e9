"""From the executed report notebook to report.qmd: a plain Quarto document without code cells."""

from __future__ import annotations

import re
from pathlib import Path

from pilotproof.errors import NotebookError
from pilotproof.pipeline.mentions import with_mentions

REFERENCES = "# References\n"
LIST_OF_REFERENCES = "::: {#refs}\n:::"
CITATION = re.compile(r"(?<![\w.\\])@(?!(?:fig|tbl|sec|eq|lst)-)[A-Za-z]\w*")  # neither a figure's number nor an address
OPERATOR_TAGS = {"operator", "parameters", "injected-parameters"}


def export_qmd(executed: Path) -> str:
    """The Markdown of an executed notebook: its text cells and displayed Markdown, no code.

    Cells tagged `operator` speak to the person who runs the notebook and are left out.
    Raises NotebookError when a cell displayed something that is not Markdown.
    """
    import nbformat
    from nbconvert import MarkdownExporter
    from traitlets.config import Config

    notebook = nbformat.read(executed, as_version=4)
    for cell in notebook.cells:  # warnings of libraries stay in the notebook and stay out of the report
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    _require_markdown(notebook, executed.name)
    settings = Config()
    settings.MarkdownExporter.exclude_input = True
    settings.NbConvertBase.display_data_priority = ["text/markdown"]
    settings.TagRemovePreprocessor.enabled = True
    settings.TagRemovePreprocessor.remove_cell_tags = OPERATOR_TAGS
    settings.MarkdownExporter.preprocessors = ["nbconvert.preprocessors.TagRemovePreprocessor"]
    text, _ = MarkdownExporter(config=settings).from_notebook_node(notebook)
    return with_mentions(re.sub(r"\n{3,}", "\n\n", _without_empty_references(text)).strip() + "\n")


def _without_empty_references(text: str) -> str:
    """Where nothing is cited no list follows, and its heading would stand alone."""
    body, _, rest = text.partition(REFERENCES)
    return text if CITATION.search(body) else body + rest.replace(LIST_OF_REFERENCES, "")


def _require_markdown(notebook: object, name: str) -> None:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "text/markdown" not in output.get("data", {}):
                shown = output.get("text") or output.get("data", {}).get("text/plain", output.output_type)
                raise NotebookError(
                    f"notebooks/{name}: a cell printed {str(shown)[:80]!r}, which would stand in the report.\n"
                    "End the cell with a value from pilotproof.report, or with a semicolon."
                )
