"""Reads what was made of a pilot as a stranger would, and finds what must not stand there."""

from pilotproof.audit.run import Audit, Breach, audit_pilot

__all__ = ["Audit", "Breach", "audit_pilot"]
