"""Packs that tests share: made once from real plans, and read back as a reader's programs would."""

from __future__ import annotations

import dataclasses
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf

from connected_place.coverage.plan import Plan
from connected_place.maps.document import Document, PictureBlock
from connected_place.maps.figures.of_plan import plan_figures
from connected_place.maps.pack.bid import Bid
from connected_place.maps.pack.content import pack_document
from connected_place.maps.pack.funds import fund
from connected_place.maps.pack.writing import write_pack

from .processes import demo_folder

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
INVISIBLE = re.compile(r"[\u200b\u00ad]")


def bid_of(plan: Plan, *, fund_name: str = "generic") -> Bid:
    """A plan as a bid, without pictures."""
    return Bid(plan=plan, fund=fund(fund_name), figures=plan_figures(plan))


def document_of(plan: Plan, *, fund_name: str = "generic") -> Document:
    """The document of a plan, without pictures."""
    return pack_document(bid_of(plan, fund_name=fund_name))


def without_pictures(document: Document) -> Document:
    """The same document without its pictures."""
    kept = tuple(block for block in document.blocks if not isinstance(block, PictureBlock))
    return dataclasses.replace(document, blocks=kept)


def sample_pack() -> Path:
    """The pack of the embedded borough, pictures and all; not to be changed."""
    return demo_folder() / "pack"


def pack_of(plan: Plan, *, plan_file: Path | None = None, fund_name: str = "generic") -> Path:
    """Write a pack into a new folder."""
    import hashlib

    folder = Path(tempfile.mkdtemp(prefix="connected-place-test-pack-"))
    digest = hashlib.sha256(plan_file.read_bytes()).hexdigest() if plan_file else "0" * 64
    write_pack(plan, folder, fund=fund(fund_name), plan_file_sha256=digest, record="{}\n")
    return folder


def register(folder: Path) -> dict[str, Any]:
    """The figures of a pack."""
    return dict(json.loads((folder / "figures.json").read_text(encoding="utf-8")))


# --- Word ----------------------------------------------------------------------------------------------------


def word_xml(content: bytes, part: str = "word/document.xml") -> ET.Element:
    """One part of a .docx file."""
    import io

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return ET.fromstring(package.read(part))


def text_of(element: ET.Element) -> str:
    """All text inside an element."""
    return "".join(node.text or "" for node in element.iter(f"{W}t"))


def word_paragraphs(root: ET.Element) -> Iterator[tuple[str, str]]:
    """Style and text of each paragraph in reading order, cells of tables too."""
    for paragraph in root.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        yield (style.get(f"{W}val", "") if style is not None else ""), text_of(paragraph)


def word_bookmarks(root: ET.Element) -> dict[str, str]:
    """Text between the ends of each bookmark."""
    found = {}
    for paragraph in root.iter(f"{W}p"):
        open_marks: dict[str, str] = {}
        texts: dict[str, list[str]] = {}
        for node in paragraph:
            if node.tag == f"{W}bookmarkStart":
                open_marks[node.get(f"{W}id", "")] = node.get(f"{W}name", "")
                texts[node.get(f"{W}name", "")] = []
            elif node.tag == f"{W}bookmarkEnd":
                name = open_marks.pop(node.get(f"{W}id", ""))
                found[name] = "".join(texts[name])
            else:
                for name in open_marks.values():
                    texts[name].append(text_of(node))
    return found


# --- PDF -----------------------------------------------------------------------------------------------------


def tags(content: bytes) -> Iterator[tuple[str, pikepdf.Object, tuple[str, ...]]]:
    """Every tag of a PDF in reading order, with the tags around it."""
    import io

    with pikepdf.open(io.BytesIO(content)) as pdf:
        yield from _tags(pdf.Root.StructTreeRoot.K, ())


def _tags(node: Any, around: tuple[str, ...]) -> Iterator[tuple[str, pikepdf.Object, tuple[str, ...]]]:
    if isinstance(node, pikepdf.Array):
        for item in node:
            yield from _tags(item, around)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        name = str(node.S)
        yield name, node, around
        yield from _tags(node.get("/K", pikepdf.Array()), (*around, name))


def pdf_text(content: bytes) -> str:
    """The text of a PDF in the order of its pages, as its fonts say what each glyph means.

    What is marked as an artifact (heads and feet of pages) and what is inside a picture is left out.
    """
    import io

    with pikepdf.open(io.BytesIO(content)) as pdf:
        return "".join(_page_text(page) for page in pdf.pages)


def _page_text(page: pikepdf.Page) -> str:
    fonts = {name: _letters(font) for name, font in page.obj.Resources.get("/Font", pikepdf.Dictionary()).items()}
    found: list[str] = []
    marks: list[tuple[str, str | None]] = []
    letters: dict[bytes, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            about = operands[1] if len(operands) > 1 else {}
            actual = about.get("/ActualText") if isinstance(about, pikepdf.Dictionary) else None
            marks.append((str(operands[0]), None if actual is None else str(actual)))
            if actual is not None:
                found.append(str(actual))
        elif name == "EMC":
            marks.pop()
        elif name == "Tf":
            letters = fonts[str(operands[0])]
        elif name in ("Tj", "TJ") and not any(tag == "/Artifact" or actual is not None for tag, actual in marks):
            parts = operands[0] if name == "TJ" else [operands[0]]
            found.extend(_read(bytes(part), letters) for part in parts if isinstance(part, pikepdf.String))
    return "".join(found)


def _read(codes: bytes, letters: dict[bytes, str]) -> str:
    return "".join(letters.get(codes[at : at + 2], "") for at in range(0, len(codes), 2))


def _letters(font: pikepdf.Object) -> dict[bytes, str]:
    """What each two-byte code of a font means, by its ToUnicode table."""
    table = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
    pairs = re.findall(r"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>$", table, re.MULTILINE)
    return {bytes.fromhex(code): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def squeezed(text: str) -> str:
    """Text without blanks: lines break elsewhere in every format."""
    return re.sub(r"\s+", "", INVISIBLE.sub("", text))
