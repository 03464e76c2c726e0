"""Boards: which metrics stand on which page, asked in one batch and returned as plain data."""
