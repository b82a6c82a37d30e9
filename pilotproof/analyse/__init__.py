"""Tidy tables in, findings out: the only place where the pilot's design meets the statistics."""
