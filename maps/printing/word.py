"""A document as Word: real styles, repeated header rows, alternative texts, and a bookmark at every figure."""

from __future__ import annotations

import datetime
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from connected_place.maps.document import Document, clean, laid_out

LANGUAGE = "en-GB"
_FONT = "Arial"
_DARK = RGBColor(0x08, 0x1D, 0x58)
PALE = "EEF3F8"
RULE = "8A94A6"
DATE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
ZIP_DATE = (2000, 1, 1, 0, 0, 0)
"""Fixed, so that the same plan gives the same bytes; the manifest records what it was made from."""

WIDTH_CM, ACROSS_CM = 17.0, 21.0
"""Width of the text on a portrait page, and of a picture on a landscape page."""

LONGEST_BOOKMARK = 40
"""Characters that Word allows."""


def bookmark_of(figure_id: str) -> str:
    """The name of a figure's bookmark: unique, with only characters that Word allows.

    Examples
    --------
    >>> bookmark_of("gap.borough.ufbb_300")
    'fig_gap_borough_ufbb_300_6af75f'
    """
    digest = hashlib.sha256(figure_id.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    name = re.sub(r"[^A-Za-z0-9]+", "_", figure_id).strip("_")
    return f"fig_{name[: LONGEST_BOOKMARK - 13]}_{digest}"


def word_bytes(document: Document, *, folder: Path) -> bytes:
    """The document as a .docx file.

    Parameters
    ----------
    document : Document
    folder : Path
        Where its pictures lie.
    """
    writer = _Writer(folder)
    writer.begin(document)
    for block in laid_out(document):
        writer.add(block)
    return _settled(writer.saved())


class _Writer:
    """Adds blocks to a Word file; numbers its bookmarks and pictures."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.word = docx.Document()
        self.marks = 0
        self.pictures = 0
        self.marked: dict[str, int] = {}
        self.is_across = False

    def begin(self, document: Document) -> None:
        """Title, language, styles, header and footer."""
        _style(self.word)
        about = self.word.core_properties
        about.title, about.subject, about.author = map(clean, (document.title, document.subject, document.author))
        about.language = LANGUAGE
        about.comments, about.keywords, about.last_modified_by = "", "", clean(document.author)
        about.created = about.modified = DATE
        about.revision = 1
        section = self.word.sections[0]
        _page(section, is_across=False)
        head = section.header.paragraphs[0]
        head.style = self.word.styles["Header"]
        head.add_run(clean(document.running))
        if document.mark:
            head.add_run().add_break()
            head.add_run(clean(document.mark)).bold = True
        _page_numbers(section.footer.paragraphs[0])
        self.word.add_paragraph(clean(document.title), style="Title")

    def add(self, block: Mapping[str, Any]) -> None:
        """One block, on a landscape page if it is a wide picture."""
        self._turn(is_across=bool(block.get("wide")))
        getattr(self, f"_{block['kind']}")(block)

    def _turn(self, *, is_across: bool) -> None:
        if is_across != self.is_across:
            _page(self.word.add_section(WD_SECTION.NEW_PAGE), is_across=is_across)
            self.is_across = is_across

    def saved(self) -> bytes:
        """The file as python-docx writes it."""
        out = io.BytesIO()
        self.word.save(out)
        return out.getvalue()

    def _heading(self, block: Mapping[str, Any]) -> None:
        paragraph = self.word.add_paragraph(block["text"], style=f"Heading {block['level']}")
        self._bookmark(paragraph._p, block["anchor"], list(paragraph._p.r_lst))

    def _paragraph(self, block: Mapping[str, Any]) -> None:
        style = {"lead": "Finding", "note": "Note", "mark": "Mark"}.get(block["style"], "Normal")
        self._runs(self.word.add_paragraph(style=style)._p, block["runs"])

    def _list(self, block: Mapping[str, Any]) -> None:
        for runs in block["items"]:
            self._runs(self.word.add_paragraph(style="List Bullet")._p, runs)

    def _contents(self, block: Mapping[str, Any]) -> None:
        for item in block["items"]:
            paragraph = self.word.add_paragraph(style="List Bullet")
            paragraph.paragraph_format.space_after = Pt(0)
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), item["anchor"])
            link.append(_run(item["text"], half_points=16))
            paragraph._p.append(link)

    def _picture(self, block: Mapping[str, Any]) -> None:
        self.word.add_paragraph(block["caption"], style="Caption")
        paragraph = self.word.add_paragraph()
        width = Cm(ACROSS_CM if block["wide"] else WIDTH_CM)
        paragraph.add_run().add_picture(str(self.folder / block["file"]), width=width)
        self.pictures += 1
        about = paragraph._p.find(f".//{qn('wp:docPr')}")
        about.set("id", str(self.pictures))
        about.set("name", f"Picture {self.pictures}")
        about.set("descr", block["alt"])
        inner = paragraph._p.find(f".//{qn('pic:cNvPr')}")
        inner.set("name", f"Picture {self.pictures}")
        inner.set("descr", block["alt"])

    def _table(self, block: Mapping[str, Any]) -> None:
        self.word.add_paragraph(block["caption"], style="Caption")
        self.word.element.body.insert(len(self.word.element.body) - 1, self._table_xml(block))
        note = self.word.add_paragraph(style="Note")
        self._runs(note._p, block["note"])

    def _table_xml(self, block: Mapping[str, Any]) -> Any:
        """A table built directly as XML: python-docx searches for every cell again, which takes seconds."""
        total = sum(block["widths"])
        widths = [round(Cm(WIDTH_CM).twips * width / total) for width in block["widths"]]
        table = OxmlElement("w:tbl")
        table.append(_table_properties(block["caption"], sum(widths)))
        grid = _child(table, "w:tblGrid")
        for width in widths:
            _child(grid, "w:gridCol", w=width)
        head = [{"runs": [[text, ""]]} for text in block["header"]]
        for number, row in enumerate([head, *block["rows"]]):
            table.append(self._row(row, widths, right=block["right"], is_header=number == 0))
        return table

    def _row(self, cells: Sequence[Any], widths: Sequence[int], *, right: Sequence[int], is_header: bool) -> Any:
        row = OxmlElement("w:tr")
        about = _child(row, "w:trPr")
        _child(about, "w:cantSplit")
        if is_header:
            _child(about, "w:tblHeader")
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            box = _child(row, "w:tc")
            properties = _child(box, "w:tcPr")
            _child(properties, "w:tcW", w=width, type="dxa")
            if is_header:
                _child(properties, "w:shd", val="clear", color="auto", fill=PALE)
            paragraph = _child(box, "w:p")
            style = _child(paragraph, "w:pPr")
            _child(style, "w:pStyle", val="TableHead" if is_header else "TableText")
            if column in right:
                _child(style, "w:jc", val="right")
            self._runs(paragraph, cell["runs"])
        return row

    def _runs(self, paragraph: Any, runs: Sequence[Sequence[str]]) -> None:
        """Text; each figure is in a bookmark, which screen readers ignore and Word's Go To finds."""
        for text, figure_id in runs:
            if figure_id:
                name = bookmark_of(figure_id)
                self.marked[name] = self.marked.get(name, 0) + 1
                again = f"_{self.marked[name]}" if self.marked[name] > 1 else ""
                run = _run(text)
                paragraph.append(run)
                self._bookmark(paragraph, f"{name[: LONGEST_BOOKMARK - len(again)]}{again}", [run])
            else:
                paragraph.append(_run(text))

    def _bookmark(self, paragraph: Any, name: str, runs: Sequence[Any]) -> None:
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(self.marks))
        start.set(qn("w:name"), name)
        self.marks += 1
        runs[0].addprevious(start)
        runs[-1].addnext(end)


def _page(section: Any, *, is_across: bool) -> None:
    """A4, portrait or landscape."""
    sides = (Cm(29.7), Cm(21.0)) if is_across else (Cm(21.0), Cm(29.7))
    section.page_width, section.page_height = sides
    section.orientation = WD_ORIENT.LANDSCAPE if is_across else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.0)


def _run(text: str, *, half_points: int = 0) -> Any:
    run = OxmlElement("w:r")
    if half_points:
        _child(_child(run, "w:rPr"), "w:sz", val=half_points)
    inside = _child(run, "w:t")
    inside.text = text
    inside.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return run


def _child(parent: Any, tag: str, **attributes: object) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    parent.append(element)
    return element


def _table_properties(caption: str, width: int) -> Any:
    about = OxmlElement("w:tblPr")
    _child(about, "w:tblW", w=width, type="dxa")
    borders = _child(about, "w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        _child(borders, f"w:{side}", val="single", sz=4, space=0, color=RULE)
    _child(about, "w:tblLayout", type="fixed")
    margins = _child(about, "w:tblCellMar")
    for side in ("left", "right"):
        _child(margins, f"w:{side}", w=60, type="dxa")
    _child(about, "w:tblLook", val="0020", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1)
    _child(about, "w:tblCaption", val=caption)
    return about


def _style(word: Any) -> None:
    """Fonts, sizes and colours of the styles in use, and the language of all text."""
    styles = word.styles
    language = styles.element.find(f".//{qn('w:rPrDefault')}").find(f".//{qn('w:lang')}")
    for kind in ("val", "eastAsia"):
        language.set(qn(f"w:{kind}"), LANGUAGE)
    _font(styles["Normal"], 10)
    _spaced(styles["Normal"], 0, 6)
    for name, size, before in (("Title", 20, 0), ("Heading 1", 15, 18), ("Heading 2", 12, 12), ("Heading 3", 10.5, 8)):
        _font(styles[name], size, is_bold=True, colour=_DARK)
        _spaced(styles[name], before, 6, keep=True)
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    _font(styles["Caption"], 9, is_bold=True, colour=RGBColor(0, 0, 0))
    _spaced(styles["Caption"], 8, 3, keep=True)
    _font(styles["Header"], 8)
    _font(styles["Footer"], 8)
    _font(styles["List Bullet"], 10)
    for name, size, bold in (
        ("Finding", 12, True),
        ("Note", 8, False),
        ("Mark", 10, True),
        ("TableText", 8, False),
        ("TableHead", 8, True),
    ):
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        _font(style, size, is_bold=bold)
        _spaced(style, 1 if name.startswith("Table") else 0, 1 if name.startswith("Table") else 6)
    frame = OxmlElement("w:pBdr")
    styles["Mark"].element.get_or_add_pPr().insert_element_before(frame, "w:shd", "w:spacing", "w:ind", "w:jc")
    for side in ("top", "left", "bottom", "right"):
        _child(frame, f"w:{side}", val="single", sz=8, space=4, color="081D58")


def _font(style: Any, points: float, *, is_bold: bool = False, colour: RGBColor | None = None) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = _FONT, Pt(points), is_bold, False
    if colour is not None:
        font.color.rgb = colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), _FONT)


def _spaced(style: Any, before_pt: float, after_pt: float, *, keep: bool = False) -> None:
    form = style.paragraph_format
    form.space_before, form.space_after, form.keep_with_next = Pt(before_pt), Pt(after_pt), keep


def _page_numbers(paragraph: Any) -> None:
    """Page X of Y, as fields that Word updates."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for before, code in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph._p.append(_run(before))
        field = _child(paragraph._p, "w:fldSimple", instr=code)
        field.append(_run("1"))


def _settled(content: bytes) -> bytes:
    """The same package with its parts sorted and without time stamps."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as read,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as written,
    ):
        names = sorted(read.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            about = zipfile.ZipInfo(name, ZIP_DATE)
            about.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            about.external_attr = 0o600 << 16
            written.writestr(about, read.read(name))
    return out.getvalue()
