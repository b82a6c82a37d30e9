"""A raw file may be a folder of partitions: here it is one file to all that hash, compare, pack or delete it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import Field

from pilotproof.strict_yaml import Closed

MOST_NAMED = 10  # partitions that a message names
CONTROLLED = ("_delta_log", ".hoodie")  # folders that say which of the files beside them count


class Part(Closed):
    """One partition as it was received.

    name : path within the folder, with / between folders
    mark : what the store itself says of this version: its ETag, version or time of change; None where it says nothing
    """

    name: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a log where it lies now. where : its path or address, as DuckDB opens it"""

    name: str
    bytes: int
    where: str
    mark: str | None = None


def sha256_of(path: Path) -> str:
    """SHA-256 of a raw file, as 64 hexadecimal digits; of a folder of partitions see `sha256_of_parts`."""
    if path.is_dir():
        return sha256_of_parts(parts_of(path))
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_of_parts(parts: Iterable[Part]) -> str:
    """SHA-256 over name, bytes and SHA-256 of each partition, in the order of the names; marks of a store do not count."""
    lines = (f"{part.name}\0{part.bytes}\0{part.sha256}\n" for part in sorted(parts, key=lambda part: part.name))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def parts_of(folder: Path) -> tuple[Part, ...]:
    """The partitions in `folder`, in the order of their names."""
    return tuple(Part(name=entry.name, bytes=entry.bytes, sha256=sha256_of(Path(entry.where))) for entry in entries_of(folder))


def entries_of(path: Path) -> list[Entry]:
    """The file at `path`, or the data files of the folder there, in the order of their names."""
    if path.is_file():
        return [Entry(path.name, path.stat().st_size, str(path))]
    found = {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}
    return [Entry(name, found[name].stat().st_size, str(found[name])) for name in sorted(found) if is_data(name)]


def is_data(name: str) -> bool:
    """Whether a file of a folder holds records: names that begin with . or _ are notes of the program that wrote it."""
    return not any(part.startswith(".") or (part.startswith("_") and "=" not in part) for part in PurePosixPath(name).parts)


def controlled_by(names: Iterable[str]) -> str | None:
    """The name of a folder that says which files count, if there is one: to read all of them would count rows twice."""
    return next((part for name in names for part in PurePosixPath(name).parts if part in CONTROLLED), None)


def changes(recorded: Sequence[Part], found: Sequence[Entry], sha256: Callable[[Entry], str]) -> list[str]:
    """What is no longer as it was recorded, a sentence for each partition: first what is gone or new, then what was changed.

    sha256 : of a partition that lies there now; asked only where neither its size nor an equal mark of the store decides:
        what was put back from a copy has another mark and the same contents
    """
    before, now = {part.name: part for part in recorded}, {entry.name: entry for entry in found}
    gone, new = sorted(before.keys() - now.keys()), sorted(now.keys() - before.keys())
    said = [f"{name} is gone" for name in gone]
    if 1 < len(gone) == len(before):
        said = [f"all {len(gone):,} partitions are gone"]
    said += [f"{name} is new" for name in new]
    for name in sorted(before.keys() & now.keys()):
        if now[name].bytes != before[name].bytes:
            said.append(f"{name} has {now[name].bytes:,} bytes and had {before[name].bytes:,}")
        elif not _is_same(before[name], now[name], sha256):
            said.append(f"{name} was changed")
    return said


def in_few_words(said: Sequence[str]) -> str:
    """The first changes, and how many more there are."""
    more = f", and {len(said) - MOST_NAMED:,} more" if len(said) > MOST_NAMED else ""
    return "; ".join(said[:MOST_NAMED]) + more


def _is_same(before: Part, now: Entry, sha256: Callable[[Entry], str]) -> bool:
    if before.mark is not None and before.mark == now.mark:
        return True
    return sha256(now) == before.sha256
