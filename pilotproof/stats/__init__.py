"""Pure functions on arrays. They know nothing of pilots, files or pages, and import nothing else of this package."""
