"""In which encoding the text of a shapefile is: what its bytes are, before what its parts say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping, Sequence

from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.files import InputFile

WINDOWS = "cp1252"
LANGUAGE_DRIVERS = {0x01: "cp437", 0x02: "cp850", 0x03: WINDOWS}
"""dBase's byte 29, of the encodings that a British office writes. 0x57 says only "as on this computer"."""

_DRIVER_AT = 29
_FIELDS_AT, _FIELD_BYTES, _LENGTH_AT = 32, 32, 16
_MOJIBAKE = ("\u00c2\u00a3", "\u00e2\u20ac\u2122", "\u00e2\u20ac\u201c", "\u00c3\u00a9", "\u00c3\u00b4", "\u00c5\u00b7")
"""What a pound sign, an apostrophe, a dash and letters with accents look like once they were saved wrongly."""


def encoding_of(source: InputFile, parts: Mapping[str, bytes], values: Sequence[bytes]) -> tuple[str, list[Fault]]:
    """The encoding of a shapefile's text, and warnings where it is not the one stated.

    Text that is UTF-8 throughout is UTF-8 whatever is stated: other text hardly ever is. Else the stated
    encoding counts, and Windows-1252 where none is stated or the stated one cannot be.

    Parameters
    ----------
    source : InputFile
    parts : mapping of ending to bytes
        The .dbf file, and the .cpg file where there is one.
    values : sequence of bytes
        Names and values that are not ASCII, as stored.

    Raises
    ------
    DataError
        ENC_UNKNOWN.
    """
    stated = _stated(parts)
    if not values:
        return "utf-8", []
    longest = _longest_field(parts[".dbf"])
    if _is_utf8(values, longest, is_stated=stated == "utf-8"):
        text = "\n".join(decoded(value, "utf-8") for value in values)
        is_mojibake = any(mark in text for mark in _MOJIBAKE)
        return "utf-8", [source.warning("ENC_MOJIBAKE.shapefile")] if is_mojibake else []
    for encoding in dict.fromkeys((stated, WINDOWS)):
        if encoding not in ("", "utf-8") and _all_decode(values, encoding):
            return encoding, [] if encoding == stated else [source.warning("ENC_DETECTED.shapefile")]
    raise DataError(source.fault("ENC_UNKNOWN.shapefile"))


def decoded(value: bytes, encoding: str) -> str:
    r"""Text of a value; a letter of UTF-8 that was cut at the end of its field is left out.

    Examples
    --------
    >>> decoded(b"Ll\xc5\xb7n", "utf-8"), decoded(b"Ll\xc5", "utf-8"), decoded(b"M\xf4n", "cp1252")
    ('Llŷn', 'Ll', 'Môn')
    """
    return codecs.getincrementaldecoder(encoding)().decode(value)


def _stated(parts: Mapping[str, bytes]) -> str:
    """Python's name of the encoding that the .cpg file or the table's language driver states; empty for none."""
    label = parts.get(".cpg", b"")[:40].decode("ascii", "replace").strip().casefold()
    label = re.sub(r"^(?:ansi|oem|windows|cp|ibm)?[ _-]*(\d{3,4})$", r"cp\1", label)
    label = re.sub(r"^(?:iso[ _-]*)?8859[ _-]?(\d{1,2})$", r"iso8859-\1", label)
    label = {"system": "", "ansi": WINDOWS, "oem": "cp850", "latin1": WINDOWS, "cp65001": "utf-8"}.get(label, label)
    try:
        name = codecs.lookup(label).name if label else LANGUAGE_DRIVERS.get(parts[".dbf"][_DRIVER_AT], "")
    except (LookupError, ValueError):
        return ""
    if name == "iso8859-1":
        return WINDOWS  # the same letters, and those that Latin-1 has not
    return name if re.fullmatch(r"utf-8|cp125\d|cp437|cp8[56]\d|iso8859-\d+|mac-roman", name) else ""


def _is_utf8(values: Sequence[bytes], longest: int, *, is_stated: bool) -> bool:
    """True where all is UTF-8; a value that fills its field may end within a letter if others are whole."""
    whole = [value for value in values if _decodes_whole(value)]
    if len(whole) == len(values):
        return True
    rest = (value for value in values if not _decodes_whole(value))
    return bool(whole or is_stated) and all(len(value) >= longest and _all_decode([value], "utf-8") for value in rest)


def _decodes_whole(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _all_decode(values: Iterable[bytes], encoding: str) -> bool:
    try:
        for value in values:
            decoded(value, encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _longest_field(table: bytes) -> int:
    """Bytes of the shortest text field that could cut a name; tables state the length of each field."""
    lengths = [
        table[at + _LENGTH_AT]
        for at in range(_FIELDS_AT, min(len(table), 65_536) - _FIELD_BYTES, _FIELD_BYTES)
        if table[at + 11 : at + 12] == b"C"
    ]
    return min(lengths, default=254)
