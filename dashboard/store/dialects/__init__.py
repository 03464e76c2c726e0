"""What only one fact engine can do or says in its own words: one module an engine."""
