"""What is wrong with XML that cannot be an input, judged by its text alone; it never reaches an XML parser."""

from __future__ import annotations

import re

from connected_place.gis_data.errors import Fault
from connected_place.gis_data.files.input_files import InputFile

ROOTS = {".kml": "kml", ".gml": "FeatureCollection", ".svg": "svg", ".gpx": "gpx"}
"""Endings of the XML family that people send as maps, and the root element that each has."""

LOOKED_AT_BYTES = 200_000
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
REMOTE = re.compile(rb"(?:schemaLocation|xlink:href|systemId)\s*=\s*[\"'][^\"']*?(?:https?|ftp|file)://", re.IGNORECASE)
ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]+)")
PLAIN_ENCODINGS = frozenset({b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252", b"utf-16"})


def is_markup(file: InputFile) -> bool:
    """True where the ending or the first letter says XML or HTML.

    Examples
    --------
    >>> from pathlib import Path
    >>> [is_markup(InputFile(Path("a.json"), "a.json", content)) for content in (b" <kml/>", b"{}")]
    [True, False]
    """
    return file.ending in ROOTS or _single_bytes(file.content[:64]).lstrip().startswith(b"<")


def markup_fault(file: InputFile) -> Fault:
    """Why an XML file is not read: XML_ENTITY, FORMAT_MISMATCH, XML_REMOTE or FORMAT_UNKNOWN, the gravest first."""
    text = _single_bytes(file.content[:LOOKED_AT_BYTES])
    if declares_entities(text):
        return file.fault("XML_ENTITY.file")
    root = ROOT.search(text)
    if root is None or ROOTS.get(file.ending, "").encode() != root[1]:
        return file.fault("FORMAT_MISMATCH.markup", format=file.ending or "no format")
    if REMOTE.search(text):
        return file.fault("XML_REMOTE")
    return file.fault("FORMAT_UNKNOWN.markup")


def declares_entities(text: bytes) -> bool:
    """True where XML declares a document type or entities, or hides its text in an unusual encoding.

    Examples
    --------
    >>> declares_entities(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'), declares_entities(b"<a/>")
    (True, False)
    >>> declares_entities('<!DOCTYPE a><a/>'.encode("utf-16")), declares_entities(b'<?xml encoding="cp037"?>')
    (True, True)
    """
    plain = _single_bytes(text)
    encoding = ENCODING.match(plain)
    is_hidden = encoding is not None and encoding[1].lower() not in PLAIN_ENCODINGS
    return is_hidden or DECLARATION.search(plain) is not None


def _single_bytes(text: bytes) -> bytes:
    """Text with the zero bytes of UTF-16 and UTF-32 and any byte-order mark taken away."""
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        text = text.removeprefix(mark)
    return text.replace(b"\0", b"") if b"\0" in text else text
