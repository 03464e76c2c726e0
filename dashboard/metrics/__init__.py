"""Numbers have one exit: definitions (what), facts (how), compiler, engine, cache."""
