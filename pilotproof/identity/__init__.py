"""Who is who stays outside: keys, keyed pseudonyms, and the identifiers that nothing made from a pilot may hold."""
