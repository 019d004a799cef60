"""A document before it is Word or PDF: headings, paragraphs, lists, tables and pictures, with figures in their text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from connected_place.maps.figures import Figure
from connected_place.maps.numerals import JOINERS

Part = str | Figure
Text = str | Figure | tuple[Part, ...]
Row = tuple[Text, ...]

ESTIMATE_MARK = "(e)"
"""Follows an estimated number, or the header of a column of nothing but estimates."""

UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Categories of characters that no document shows: controls, overrides of direction, halves, private and unassigned."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a chapter."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; `style` is "body", "lead" (the finding), "note" (small) or "mark" (a warning in a box)."""

    text: Text
    style: str = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with one header row.

    Attributes
    ----------
    caption : str
        Without its number.
    header : tuple of str
    rows : tuple of tuple of Text
    widths : tuple of float
        Of the columns, in any unit.
    right : tuple of int
        Columns of numbers, set to the right.
    note : Text
        Below the table; empty for none.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    right: tuple[int, ...] = ()
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureBlock:
    """A picture: `file` lies below the pack's folder; `alt` says what it shows to who cannot see it.

    `caption` begins with the number that is drawn in the picture. A wide one gets a page of its own, laid across.
    """

    file: str
    caption: str
    alt: str
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """The chapters, each a link."""


Block = Contents | Heading | Paragraph | Bullets | Table | PictureBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole document.

    Attributes
    ----------
    title, subject : str
    author : str
    running : str
        At the head of every page.
    mark : str
        Printed on every page, for example that the data are invented; empty for none.
    blocks : tuple of Block
    """

    title: str
    subject: str
    author: str
    running: str
    mark: str = ""
    blocks: tuple[Block, ...] = field(default_factory=tuple)


def say(template: str, *parts: Text) -> tuple[Part, ...]:
    """A sentence with figures and names at its braces.

    Examples
    --------
    >>> say("{} of {}", "3", "4")
    ('3', ' of ', '4')
    """
    pieces = template.split("{}")
    if len(pieces) != len(parts) + 1:
        raise ValueError(f"{len(parts)} parts do not fit {template!r}.")
    joined = [pieces[0], *(part for pair in zip(parts, pieces[1:], strict=True) for part in pair)]
    return tuple(part for text in joined for part in parts_of(text))


def marked(sentence: str, *figures: Figure) -> tuple[Part, ...]:
    """A sentence whose numbers are these figures, in their order.

    So a document says what a page says, and a figure prints what the sentence prints.

    Raises
    ------
    ValueError
        The sentence does not print one of them.
    """
    parts: list[Part] = []
    rest = sentence
    for figure in figures:
        before, found, rest = rest.partition(figure.text)
        if not found:
            raise ValueError(f"{figure.id} ({figure.text}) is not in {sentence!r}.")
        parts += [before, figure]
    return tuple(part for part in (*parts, rest) if part != "")


def marked_where(sentence: str, figures: Iterable[Figure]) -> tuple[Part, ...]:
    """A sentence with those of these figures that it prints, each once, wherever they are; the longest first.

    Examples
    --------
    >>> one, two = (Figure(id=text, value=1.0, text=text, words="", formula="") for text in ("5 %", "15 %"))
    >>> [str(part) for part in marked_where("15 % and 5 % of 25", [one, two])]
    ['15 %', ' and ', '5 %', ' of 25']
    """
    parts: list[Part] = [sentence]
    for figure in sorted(figures, key=lambda figure: -len(figure.text)):
        pattern = re.compile(rf"(?<![\w£.,]){re.escape(figure.text)}(?![\w]|[.,]\d)")
        for at, part in enumerate(parts):
            found = pattern.search(part) if isinstance(part, str) and re.search(r"\d", figure.text) else None
            if found and isinstance(part, str):
                parts[at : at + 1] = [part[: found.start()], figure, part[found.end() :]]
                break
    return tuple(part for part in parts if part != "")


def parts_of(text: Text) -> tuple[Part, ...]:
    """The parts of a text, none of them empty."""
    return tuple(part for part in (text if isinstance(text, tuple) else (text,)) if part != "")


def clean(text: str) -> str:
    r"""Text without characters that cannot be seen, in one line.

    Examples
    --------
    >>> clean("Quay\u202e hall\x00\n2")
    'Quay hall 2'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_seen, text))


def _seen(character: str) -> str:
    if character in JOINERS:
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in UNSEEN else character


def _plain(text: Text) -> str:
    """A text as the reader sees it."""
    return clean("".join(str(part) for part in parts_of(text)))


def figures_in(document: Document) -> Iterator[tuple[Figure, str]]:
    """Every figure that a document prints, with the place where it is printed."""
    chapter = ""
    for block in document.blocks:
        if isinstance(block, Heading):
            chapter = clean(block.text)
        for text, place in _texts(block):
            for part in parts_of(text):
                if isinstance(part, Figure):
                    yield part, f"{chapter}: {place}" if place else chapter


def _texts(block: Block) -> Iterator[tuple[Text, str]]:
    """The texts of a block, with what says where they are in it."""
    if isinstance(block, Paragraph):
        yield block.text, ""
    elif isinstance(block, Bullets):
        yield from ((item, "") for item in block.items)
    elif isinstance(block, Table):
        for row in block.rows:
            yield from ((cell, f"{block.caption}, {head}") for head, cell in zip(block.header, row, strict=True))
        yield block.note, block.caption


def laid_out(document: Document) -> list[dict[str, object]]:
    """The blocks as plain values that both renderers print alike: numbered, cleaned, estimates marked.

    Returns
    -------
    list of dict
        `kind` and, by it: heading `level, text, anchor`; paragraph `style, runs`; list `items` (of runs); table
        `caption, header, rows` (of cells with `runs`), `widths, right, note`; picture `file, caption, alt, wide`;
        contents `items` of `text, anchor`. A run is [text, id of its figure or ""].
    """
    tables, numbers = [0], [0, 0, 0]
    blocks = [_laid_out(block, tables, numbers) for block in document.blocks]
    chapters = [block for block in blocks if block["kind"] == "heading" and block["level"] == 1]
    for block in blocks:
        if block["kind"] == "contents":
            block["items"] = [{"text": item["text"], "anchor": item["anchor"]} for item in chapters]
    return blocks


def _laid_out(block: Block, tables: list[int], numbers: list[int]) -> dict[str, object]:
    if isinstance(block, Heading):
        numbers[block.level - 1] += 1
        numbers[block.level :] = [0] * (3 - block.level)
        number = ".".join(map(str, numbers[: block.level]))
        text = f"{number} {clean(block.text)}"
        return {"kind": "heading", "level": block.level, "text": text, "anchor": f"s{number.replace('.', '_')}"}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "style": block.style, "runs": runs(block.text)}
    if isinstance(block, Bullets):
        return {"kind": "list", "items": [runs(item) for item in block.items]}
    if isinstance(block, Contents):
        return {"kind": "contents"}
    if isinstance(block, Table):
        tables[0] += 1
        return _table(block, tables[0])
    return {
        "kind": "picture",
        "file": block.file,
        "caption": clean(block.caption),
        "alt": clean(block.alt),
        "wide": block.is_wide,
    }


def _table(block: Table, number: int) -> dict[str, object]:
    estimated = [_all_estimates(column) for column in zip(*block.rows, strict=True)] or [False] * len(block.header)
    header = [
        f"{clean(head)} {ESTIMATE_MARK}" if is_estimate else clean(head)
        for head, is_estimate in zip(block.header, estimated, strict=True)
    ]
    return {
        "kind": "table",
        "caption": f"Table {number}: {clean(block.caption)}",
        "header": header,
        "rows": [
            [{"runs": runs(cell, marks=not is_estimate)} for cell, is_estimate in zip(row, estimated, strict=True)]
            for row in block.rows
        ],
        "widths": list(block.widths),
        "right": list(block.right),
        "note": runs(block.note),
    }


def _all_estimates(column: Sequence[Text]) -> bool:
    """Whether every known figure of a column is an estimate, and there is one."""
    figures = [part for cell in column for part in parts_of(cell) if isinstance(part, Figure) and part.is_known]
    return bool(figures) and all(figure.is_estimate for figure in figures)


def runs(text: Text, *, marks: bool = True) -> list[list[str]]:
    """The parts of a text as [text, id]; estimated figures carry their mark."""
    found = []
    for part in parts_of(text):
        if isinstance(part, Figure):
            mark = f" {ESTIMATE_MARK}" if marks and part.is_estimate and part.is_known else ""
            found.append([clean(part.text) + mark, part.id])
        else:
            found.append([clean(part), ""])
    return found
