"""Runs the notebooks, renders the pages and keeps account of what was made from what."""
