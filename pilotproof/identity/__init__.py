"""Who is who stays outside: keys, keyed pseudonyms, and the identifiers that nothing made from a pilot may hold."""

from pilotproof.identity.door import private
from pilotproof.identity.known import KnownIdentifiers, shape_of
from pilotproof.identity.people import People

__all__ = ["KnownIdentifiers", "People", "private", "shape_of"]
