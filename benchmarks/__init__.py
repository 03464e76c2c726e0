"""Measures the whole program on millions of incidents; nothing here is imported by it."""
