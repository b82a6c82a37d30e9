"""Logs that stay in a store (S3 and whatever else fsspec reads): listed, hashed and read there, never copied here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pilotproof.errors import DataError, PilotproofError, Problem
from pilotproof.pilot.fields import OF_THIS_COMPUTER
from pilotproof.sources.parts import Entry, Part, changes, controlled_by, is_data

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

MARKS = ("ETag", "etag", "VersionId", "version_id", "generation", "mtime", "LastModified", "last_modified")  # the best first
PIECE = 2**20
INSTALL = "Install it: pip install fsspec s3fs for s3://; for another store the package that fsspec names. See docs/cluster.md."


def store_of(url: str) -> AbstractFileSystem:
    """The store that `url` names. Raises DataError when a package for it is not installed, or nobody knows it."""
    protocol = url.partition("://")[0]
    try:
        import fsspec

        return fsspec.filesystem(protocol)
    except ImportError as error:
        found, action = f"no package that reads {protocol}:// ({error})", INSTALL
    except ValueError:
        found, action = f"an address that begins with {protocol}://, which nothing here knows", "Correct the address."
    expected = "s3://, file://, or another store that fsspec has a package for"
    raise DataError([Problem(file=url, found=found, expected=expected, action=action)])


def is_local(url: str) -> bool:
    """Whether an address leads to a disk of this computer, which DuckDB reads without help."""
    return url.partition("://")[0] in OF_THIS_COMPUTER


def shown_file(file: str) -> str:
    """A raw file as pages may show it: of an address neither bucket nor path, which tell where a district keeps its data."""
    protocol, mark, place = file.partition("://")
    return f"{protocol}://…/{place.rsplit('/', 1)[-1]}" if mark else file


def entries_at(url: str) -> list[Entry]:
    """The data files at `url`, in the order of their names. Raises DataError when the store does not give them."""
    store = store_of(url)
    with _answering(url):
        store.invalidate_cache()
        root = store._strip_protocol(url).rstrip("/")
        found = {path: info for path, info in store.find(root, detail=True).items() if info.get("type") == "file"}
    names = {path: path.removeprefix(root).strip("/") or root.rsplit("/", 1)[-1] for path in found}
    if (folder := controlled_by(names.values())) is not None:
        raise DataError([controlled(url, folder)])
    kept = sorted((name, path) for path, name in names.items() if is_data(name))
    where = (lambda path: path) if is_local(url) else store.unstrip_protocol
    return [Entry(name, int(found[path]["size"]), where(path), _mark(found[path])) for name, path in kept]


def parts_at(url: str) -> tuple[Part, ...]:
    """The listing of the log at `url`, each partition read once for its hash."""
    entries = entries_at(url)
    return tuple(Part(name=entry.name, bytes=entry.bytes, sha256=sha256_at(url, entry), mark=entry.mark) for entry in entries)


def sha256_at(url: str, entry: Entry) -> str:
    """SHA-256 of one partition in the store."""
    digest = hashlib.sha256()
    with _answering(url), store_of(url).open(entry.where, "rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def changes_at(url: str, recorded: tuple[Part, ...]) -> list[str]:
    """What is not as its passport's listing says, in words; empty when nothing has changed."""
    return changes(recorded, entries_at(url), lambda entry: sha256_at(url, entry))


def controlled(file: str, folder: str) -> Problem:
    """What to say of a folder whose own notes tell which of its files count."""
    return Problem(
        file=file,
        found=f"a table with a log of its own versions ({folder}), some of whose files no longer count",
        expected="Parquet files that all count",
        action="Ask for the table as it is now, written anew as plain Parquet files.",
    )


def _mark(info: dict[str, Any]) -> str | None:
    value = next((info[key] for key in MARKS if info.get(key) is not None), None)
    return None if value is None else str(value).strip('"')


@contextmanager
def _answering(url: str) -> Iterator[None]:
    """Each store has errors of its own, of no common kind; to the reader they are all one: it did not give the files."""
    try:
        yield
    except PilotproofError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        problem = Problem(
            file=url,
            found=f"nothing that can be read ({type(error).__name__}: {reason})",
            expected="a store that answers, and the right to list and read there",
            action="Check the address and this computer's access to the store.",
        )
        raise DataError([problem]) from error
