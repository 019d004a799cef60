"""Text in the pictures' font: its width, where lines break, and letters that the font lacks."""

from __future__ import annotations

import functools

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from connected_place.maps.numerals import shown

LACKING = "\ufffd"
"""Replaces a letter that the font lacks; the tables beside the pictures give the name in full."""

MEASURED_AT_PT = 72


def printable(text: object, length: int = 60) -> str:
    r"""A name for a picture: one line, without control characters or letters that the font lacks.

    Examples
    --------
    >>> printable("Tŷ Newydd\u202e"), printable("図書館 hall").count(LACKING)
    ('Tŷ Newydd', 3)
    """
    known = _letters()
    return "".join(letter if ord(letter) in known else LACKING for letter in shown(text, length))


def wrapped(text: str, *, width_pt: float, size_pt: float) -> list[str]:
    """A text in lines up to a given width; a longer word has a line to itself.

    Examples
    --------
    >>> wrapped("Chafford and North Stifford", width_pt=100, size_pt=9)
    ['Chafford and North', 'Stifford']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width_pt(longer, size_pt) <= width_pt:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def text_width_pt(text: str, size_pt: float) -> float:
    """Width of a line of text, points."""
    return size_pt * sum(map(_width, text))


@functools.cache
def _width(letter: str) -> float:
    """How far a letter of size 1 advances."""
    return float(_font().load_char(ord(letter)).linearHoriAdvance) / 65_536 / MEASURED_AT_PT


@functools.cache
def _letters() -> frozenset[int]:
    return frozenset(_font().get_charmap())


@functools.cache
def _font() -> FT2Font:
    font = FT2Font(findfont(FontProperties(family="DejaVu Sans")))
    font.set_size(MEASURED_AT_PT, 72)
    return font
