"""A document as tagged PDF (PDF/UA-1), set by typst in the same typeface as the maps."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

from connected_place.maps.document import Document, clean, laid_out

TEMPLATE = Path(__file__).with_name("pack.typ")
TIMESTAMP = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""The document's date, fixed so that the same plan gives the same bytes; the manifest records what it was made from."""


def pdf_bytes(document: Document, *, folder: Path) -> bytes:
    """The document as PDF.

    Parameters
    ----------
    document : Document
    folder : Path
        Where its pictures lie; nothing outside it is read.

    Notes
    -----
    The document goes in as JSON and is set as text: what looks like typst's code in a name stays what it looks like.
    """
    import matplotlib
    import typst

    content = {
        "title": clean(document.title),
        "subject": clean(document.subject),
        "author": clean(document.author),
        "running": clean(document.running),
        "mark": clean(document.mark),
        "blocks": laid_out(document),
    }
    # Its type stub wants one type for both the text and the folders; the code accepts either.
    result = typst.compile(  # type: ignore[call-overload]
        TEMPLATE.read_bytes(),
        root=str(folder),
        font_paths=[str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(content, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=TIMESTAMP,
    )
    return bytes(result)
