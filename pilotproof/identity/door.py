"""The door of a reading: what goes out of it has pseudonyms, and its errors name nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Protocol

from pilotproof.clean.cleaned import Cleaned
from pilotproof.errors import DataError, PilotproofError
from pilotproof.identity.people import People


class Reader(Protocol):
    """What reads the exports of a pilot."""

    people: People


def private(read: Callable[..., Cleaned | None]) -> Callable[..., Cleaned | None]:
    """Make a reading give pseudonyms. A reading that another one makes on its way gives the ids as received.

    Errors show the form of an identifier, never itself; what stood behind them is not carried along.
    """

    @wraps(read)
    def reading(self: Reader, *given: Any) -> Cleaned | None:
        people = self.people
        people.depth += 1
        try:
            cleaned = read(self, *given)
        except DataError as error:
            raise (error if people.depth > 1 else DataError(people.masked(error.problems))) from None
        except PilotproofError:
            raise
        except Exception as error:
            said = str(error)
            if all(_without_people(text, people) == text for text in (said, *_behind(error))):
                raise
            raise RuntimeError(f"{type(error).__name__}: {_without_people(said, people)}") from None
        finally:
            people.depth -= 1
        return cleaned if cleaned is None or people.depth else people.hidden(cleaned)

    return reading


def _without_people(text: str, people: People) -> str:
    return people.known.without(text, stand_in=None, any_case=True)


def _behind(error: BaseException) -> Iterator[str]:
    """What the errors say that `error` was raised from or during: a traceback prints them, too."""
    behind, seen = error.__cause__ or error.__context__, {id(error)}
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        yield str(behind)
        behind = behind.__cause__ or behind.__context__
