"""Raw frames of text in, tidy tables out. Every rule is named and counts what it removes."""
