"""Write raw exports with their passports: all to a temporary folder, then moved into place."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml

BYTE_ORDER_MARK = "\ufeff"
KEPT_FOR = timedelta(days=365)
AGREEMENT = "Data sharing agreement MV-2026-07 (invented)"


class _Dumper(yaml.SafeDumper):
    """Writes a repeated date again: an alias such as *id001 tells a reader nothing."""

    def ignore_aliases(self, data: object) -> bool:
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One raw file before it is written.

    file : path within the raw folder, with / between folders
    header : header rows; most exports have one
    rows : records, every cell as text
    has_mark : starts with a UTF-8 byte order mark
    """

    file: str
    header: Sequence[Sequence[str]]
    rows: Sequence[Sequence[str]]
    sent_by: str
    one_row_is: str
    has_mark: bool = False

    def encoded(self) -> bytes:
        """The file's bytes: comma-separated UTF-8, lines end with a line feed on every platform."""
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([*self.header, *self.rows])
        return ((BYTE_ORDER_MARK if self.has_mark else "") + text.getvalue()).encode("utf-8")


def write_exports(
    folder: Path,
    exports: Sequence[Export],
    *,
    received: date,
    truth: Mapping[str, object] | None = None,
    agreement: str = AGREEMENT,
    kept_for: timedelta = KEPT_FOR,
) -> None:
    """Write the exports, source.yaml and (when given) truth.json into `folder`.

    An interrupted run leaves no half-written file. source.yaml moves last but for truth.json, so that a
    folder that was left half exchanged is refused by its passports.
    """
    contents = {export.file: export.encoded() for export in exports}
    passports = [
        {
            "file": export.file,
            "received": received,
            "sent_by": export.sent_by,
            "one_row_is": export.one_row_is,
            "rows": len(export.rows),
            "sha256": hashlib.sha256(contents[export.file]).hexdigest(),
            "agreement": agreement,
            "delete_by": received + kept_for,
        }
        for export in exports
    ]
    contents["source.yaml"] = yaml.dump({"files": passports}, Dumper=_Dumper, sort_keys=False, width=200).encode()
    if truth is not None:
        contents["truth.json"] = (json.dumps(truth, indent=2) + "\n").encode("utf-8")
    _move_whole(folder, contents)


def _move_whole(folder: Path, contents: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".partial-") as partial:
        for file, content in contents.items():
            path = Path(partial, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for file in contents:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            os.replace(Path(partial, file), folder / file)
