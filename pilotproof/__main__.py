"""Lets `python -m pilotproof` do what the command `pilotproof` does."""

from pilotproof.cli import app

app()
