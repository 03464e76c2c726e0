"""Connectors: they fetch what a source has and change nothing of it. They know only the core."""
