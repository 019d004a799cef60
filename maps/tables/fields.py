"""What a column of a table is: its name, its type and its meaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of a table: its name, its type in Frictionless' words, and its meaning with the unit."""

    name: str
    type: str
    description: str
