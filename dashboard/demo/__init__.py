"""Makes the demonstration city: a fictional pack with two years of data and a week of live feed."""

from dashboard.demo.pack import write_demo

__all__ = ["VERSION", "write_demo"]

VERSION = 2
"""Raised when the same arguments come to give other bytes."""
