"""From what a source sends to facts: land, map, validate or quarantine, upsert."""
