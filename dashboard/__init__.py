"""Yiping 一屏: one engine behind the wall, the overview and the workbench of a city."""

__version__ = "0.1.0"
