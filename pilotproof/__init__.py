"""Pilotproof: from the raw exports of a classroom technology pilot to a checked, reproducible report."""

__version__ = "0.1.0"
