"""One file a change of the state schema, in the order of their numbers."""
