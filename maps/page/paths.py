"""Paths of a plan's pages, whatever a file calls its wards."""

from __future__ import annotations

import hashlib
import re


def ward_path(ward_code: str) -> str:
    """Path of a ward's page, relative to the page of the place.

    A code that is not a plain word (it comes from a file) is replaced by its hash, so no path can leave the folder.

    Examples
    --------
    >>> ward_path("E05000123"), ward_path("../../x")
    ('wards/E05000123.html', 'wards/ward-9cdf6a50100a.html')
    """
    plain = re.fullmatch(r"[A-Za-z0-9_-]{1,40}", ward_code)
    digest = hashlib.sha256(ward_code.encode("utf-8", "surrogatepass")).hexdigest()
    return f"wards/{ward_code if plain else f'ward-{digest[:12]}'}.html"
