"""Pictures as files: drawn once as SVG, from which PDF and PNG are made, with the same bytes each time."""

from __future__ import annotations

import contextlib
import functools
import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
import matplotlib.style
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from typst import Fonts

DPI = 300
"""Resolution of the PNG: enough for small print."""

INCH_M = 0.0254

SETTINGS = {
    "figure.dpi": 72,
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "connected-place",
    "text.hinting": "no_hinting",
    "text.parse_math": False,
}
"""Settings of the user's machine have no effect. DejaVu Sans comes with matplotlib; text stays text; a dollar sign in
a name is a dollar sign; marks have the same ids each time. Hinting is for screens, and took half of the time."""

_PAGE = b"""\
#set document(title: sys.inputs.title, date: none)
#set text(lang: "en", region: "GB")
#set page(width: float(sys.inputs.width) * 1pt, height: float(sys.inputs.height) * 1pt, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, alt: sys.inputs.alt)
"""
"""A page as large as the figure. A plan's own texts are passed in as values, never as part of the template."""

PNG_START = 8 + 4 + 4 + 13 + 4
"""Bytes of a PNG before its second chunk: signature, then length, name, content and checksum of the header."""


@contextlib.contextmanager
def drawing_settings() -> Iterator[None]:
    """Matplotlib's settings while pictures are drawn."""
    with matplotlib.style.context(["default", SETTINGS]):
        yield


def svg(figure: Figure, *, title: str, description: str) -> bytes:
    """A figure as SVG, with text as text; a screen reader reads the title and description."""
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Title": title, "Description": description})
    return out.getvalue()


def pdf(drawing: bytes, *, size_in: tuple[float, float], title: str, alt: str) -> bytes:
    """A drawing as PDF/UA-1, with embedded fonts and the alternative text in its tags."""
    import typst

    inputs = _typst_inputs(drawing, size_in, title=title, alt=alt)
    return typst.compile(_PAGE, font_paths=_fonts(), sys_inputs=inputs, timestamp=0, format="pdf", pdf_standards="ua-1")


def png(drawing: bytes, *, size_in: tuple[float, float]) -> bytes:
    """A drawing as PNG that records its size on paper."""
    import typst

    inputs = _typst_inputs(drawing, size_in, title="", alt="")
    pixels = typst.compile(_PAGE, font_paths=_fonts(), sys_inputs=inputs, timestamp=0, format="png", ppi=DPI)
    return pixels[:PNG_START] + _density() + pixels[PNG_START:]


def _typst_inputs(drawing: bytes, size_in: tuple[float, float], *, title: str, alt: str) -> dict[str, str]:
    width, height = (f"{72 * side:.4f}" for side in size_in)
    return {"svg": drawing.decode(), "title": title, "alt": alt, "width": width, "height": height}


@functools.cache
def _fonts() -> Fonts:
    """The fonts that matplotlib drew with; the machine's other fonts are ignored."""
    import typst

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _density() -> bytes:
    """The chunk of a PNG that gives its dots per metre (W3C, Portable Network Graphics, 11.3.4.3)."""
    per_metre = round(DPI / INCH_M)
    chunk = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    return struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
