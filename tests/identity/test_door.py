"""The door of a reading: what an unforeseen error says, and what stood behind it."""

from __future__ import annotations

import secrets
import traceback
from types import SimpleNamespace

import pytest

from pilotproof.identity.door import private
from pilotproof.identity.known import KnownIdentifiers
from pilotproof.identity.people import People
from pilotproof.identity.pseudonyms import Pseudonyms


@private
def reading(reader: SimpleNamespace, said: str, behind: str) -> None:
    """Fails as nobody foresaw."""
    try:
        raise KeyError(behind)
    except KeyError as error:
        raise ValueError(said) from error


@pytest.fixture
def reader() -> SimpleNamespace:
    known = KnownIdentifiers()
    known.add(["S-20417", "Quillfeather"])
    return SimpleNamespace(people=People(Pseudonyms(secrets.token_bytes(32)), {}, known))


@pytest.mark.parametrize(("said", "behind"), [("no S-20417", ""), ("broken", "S-20417"), ("broken", "quillfeather's")])
def test_no_traceback_names_anybody(reader, said, behind):
    with pytest.raises(RuntimeError, match="ValueError") as caught:
        reading(reader, said, behind)
    whole = "".join(traceback.format_exception(caught.value))
    assert "20417" not in whole and "quill" not in whole.casefold()


def test_an_error_that_names_nobody_keeps_what_stood_behind_it(reader):
    with pytest.raises(ValueError, match="broken") as caught:
        reading(reader, "broken", "a column")
    assert isinstance(caught.value.__cause__, KeyError)
