"""How a figure becomes files: PNG to print, SVG and PDF to scale, the same bytes each time."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import matplotlib.style
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

DPI = 300
"""Of the PNG: what a printer's small letters need."""

COMPRESS_LEVEL = 3
"""Of the PNG, 1 to 9: more makes it a tenth smaller and takes twice as long."""

SETTINGS = {
    "figure.dpi": DPI,
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "hatch.linewidth": 0.6,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "connected-place",
    "text.parse_math": False,
}
"""No setting of the user's machine counts. DejaVu Sans comes with matplotlib; text stays text in SVG and PDF; a dollar
sign in a name is a dollar sign; marks in an SVG have the same ids each time."""


@contextlib.contextmanager
def drawing_settings() -> Iterator[None]:
    """Matplotlib as every picture expects it, for as long as pictures are drawn."""
    with matplotlib.style.context(["default", SETTINGS]):
        yield


class Printer:
    """Makes files of figures; the PNG is packed beside the drawing of the next figure.

    Notes
    -----
    Packing takes about as long as drawing and leaves Python's lock to others; the bytes do not depend on it.
    """

    def __init__(self) -> None:
        self._beside = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Printer:
        return self

    def __exit__(self, *_: object) -> None:
        self._beside.shutdown()

    def png(self, figure: Figure) -> Future[bytes]:
        """A figure at 300 dots an inch."""
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        pixels = np.array(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        return self._beside.submit(_packed, pixels)


def svg(figure: Figure, *, title: str, description: str) -> bytes:
    """A figure as SVG, its text as text; title and description are what a screen reader says."""
    return _saved(figure, "svg", {"Date": None, "Title": title, "Description": description})


def pdf(figure: Figure, *, title: str, description: str) -> bytes:
    """A figure as PDF, its fonts embedded."""
    return _saved(figure, "pdf", {"CreationDate": None, "Title": title, "Subject": description})


def _saved(figure: Figure, kind: str, metadata: dict[str, str | None]) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format=kind, metadata=metadata)
    return out.getvalue()


def _packed(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).convert("RGB").save(out, "png", dpi=(DPI, DPI), compress_level=COMPRESS_LEVEL)
    return out.getvalue()
