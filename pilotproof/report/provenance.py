"""Files, code and versions: enough to make the same report again, and to see that it is the same."""

from __future__ import annotations

from pilotproof.findings import Findings
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table

DIGITS_OF_HASH = 12


def files_and_versions(findings: Findings) -> Block:
    """The files received with their hashes, and whatever else decided a digit."""
    return Block(f"{_files(findings)}\n\n{_changed_notebooks(findings.provenance.own_notebooks)}{_versions(findings)}")


def again(findings: Findings) -> Block:
    """How to make the report again, step by step."""
    name, seen = findings.pilot.name, findings.provenance
    steps = (
        f"Take Pilotproof {seen.pilotproof} with the code `{seen.code[:DIGITS_OF_HASH]}`. Another version may give other "
        "numbers, and says so by another code in its own report.",
        f"Put the files of @tbl-files into `data/raw/{name}/` as they were received, and the parameters into "
        f"`params/{name}.yaml`. A file with another SHA-256 is refused.",
        f"Run `make check PILOT={name}`, which reads everything and writes nothing, then `make report PILOT={name}`. The "
        "packages are installed in the versions that the project’s lock file names; random numbers start at the same place, so "
        "that every number comes out the same, to the last digit.",
        f"Or run `make verify PILOT={name}`, which makes the report in another folder and compares every byte. `manifest.json` "
        "beside this report holds the full SHA-256 of every file that went in and every page that came out.",
    )
    return Block("\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)))


def _files(findings: Findings) -> str:
    rows = [
        [
            fmt.text(file.file),
            fmt.day(file.received),
            fmt.text(file.one_row_is),
            f"{file.rows:,}",
            f"`{file.sha256[:DIGITS_OF_HASH]}`",
        ]
        for file in findings.provenance.inputs
    ]
    return table(
        ["File", "Received", "One row is", "Rows", "SHA-256"],
        rows,
        align="lllrl",
        widths=[23, 17, 34, 8, 18],
        name="files",
        caption=f"Files received, with the first {DIGITS_OF_HASH} digits of their SHA-256",
    )


def _versions(findings: Findings) -> str:
    seen = findings.provenance
    rows = [
        ["Pilotproof", seen.pilotproof],
        ["Code (SHA-256 of package and notebooks)", f"`{seen.code[:DIGITS_OF_HASH]}`"],
        ["Parameters (SHA-256 of the params file)", f"`{seen.params_sha256[:DIGITS_OF_HASH]}`"],
        *([["Analysis plan (SHA-256)", f"`{findings.plan.sha256[:DIGITS_OF_HASH]}`"]] if findings.plan else []),
        ["Random numbers start at", f"{seen.seed}"],
        ["Renderer", "{{< meta renderer >}}"],
        *[[fmt.text(name), fmt.text(version)] for name, version in seen.packages.items()],
    ]
    caption = "Versions that numbers and pages depend on"
    return table(["What", "Version"], rows, align="ll", widths=[55, 45], name="versions", caption=caption)


def _changed_notebooks(paths: tuple[str, ...]) -> str:
    """What a reader must know before all else: the numbers were made by a program that was changed."""
    if not paths:
        return ""
    return (
        f"**Changed notebooks.** This report was made with {fmt.listed([f'`{path}`' for path in paths])} changed from how "
        "Pilotproof brings them. Ask who made it what was changed, and why.\n\n"
    )
