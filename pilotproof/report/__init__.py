"""Findings in, pages out: the only place where numbers become text. Computes nothing."""
