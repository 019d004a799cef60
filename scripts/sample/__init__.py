"""Builds the embedded borough: the same bytes from the same code."""
