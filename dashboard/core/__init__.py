"""Values, errors, clock and working calendar. Knows nothing of the rest of the house."""
