"""Bulletins 通报: from a template of the pack and the engine's figures to a sealed document."""
