"""JSON for a terminal or a program: valid, and without a character that a terminal would obey."""

from __future__ import annotations

import json
from typing import Any


def printable_json(content: Any) -> str:
    r"""JSON in which letters of any language are themselves and all that cannot be printed is escaped.

    Examples
    --------
    >>> print(printable_json({"name": "Café \x9b31m"}))
    {
      "name": "Café \u009b31m"
    }
    """
    text = json.dumps(content, indent=2, ensure_ascii=False)
    return "".join(char if char.isprintable() or char == "\n" else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if ord(char) > 127 else f"\\u{ord(char):04x}"
