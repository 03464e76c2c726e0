"""A city is a folder: load and check a city pack (format 1, docs/city-pack.md)."""
