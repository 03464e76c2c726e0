"""Who may see what. Today: the scope every query must name."""
