"""Wiring: addresses in, drawn parts out. Each page has one callback; none sees a store."""
