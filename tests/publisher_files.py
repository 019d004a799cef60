"""Files in their publishers' form, written by the tests that read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from connected_place.gis_data.catalogue import Source, source
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import InputFile, read_input
from connected_place.gis_data.layers import Layer, SourceFile

Reader = Callable[[Source, InputFile, SourceFile], Layer]


def read(
    reader: Reader,
    kind: str,
    path: Path,
    content: str | bytes | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    release: str = "",
) -> Layer:
    """The layer of a file, which is written first where its content is given."""
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    asked = SourceFile(kind=kind, path=path.name, columns=columns or {}, release=release)
    layer = reader(source(kind), read_input(path.name, folder=path.parent), asked)
    record = layer.provenance
    assert record.rows_read == record.rows_used + sum(record.set_aside.values())
    return layer


def codes(refusal: pytest.ExceptionInfo[DataError]) -> list[str]:
    """Codes of all faults of a refusal, in order."""
    return [fault.code for fault in refusal.value.faults]


def warned(layer: Layer) -> list[str]:
    """Codes of the warnings of a layer."""
    assert not any(fault.blocks for fault in layer.warnings)
    return [fault.code for fault in layer.warnings]
