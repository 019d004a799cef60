"""What the name of an Ofcom file says: month, premises, revision and area; and which edition supersedes which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile

_MONTH = re.compile(r"(?<!\d)(20[12]\d)(0[1-9]|1[0-2])?(?!\d)")
REVISION = re.compile(r"_r0*(\d+)(?:_([a-z]{1,2}))?(?:_|\.|$)", re.IGNORECASE)
RESIDENTIAL = re.compile(r"_res(?:_|\.|$)", re.IGNORECASE)
PERFORMANCE = re.compile(r"performance|take-?up", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """What the name of an Ofcom file says; it is the only record of it.

    Attributes
    ----------
    month : str
        "YYYY-MM"; files that name only a year are of its middle.
    premises : str
        "all" or "residential".
    revision : int
        0 where the name has none.
    area : str
        Postcode area of a file with only one, else "".
    """

    month: str
    premises: str
    revision: int
    area: str


def file_name(name: str) -> FileName | None:
    """Read the name of an Ofcom fixed coverage file; None where it names no year.

    Examples
    --------
    >>> file_name("202601_fixed_oa_coverage_r2.csv")
    FileName(month='2026-01', premises='all', revision=2, area='')
    >>> file_name("data/202601_fixed_pc_coverage_res_r1_RM.csv")
    FileName(month='2026-01', premises='residential', revision=1, area='RM')
    >>> file_name("2016_fixed_pc_r01_SS.csv").month, file_name("Fixed_Postcode_2015.zip").month, file_name("ofcom.csv")
    ('2016-06', '2015-06', None)
    """
    stem = name.rsplit("/", 1)[-1]
    month = _MONTH.search(stem)
    if not month:
        return None
    revision = REVISION.search(stem)
    return FileName(
        month=f"{month[1]}-{month[2] or '06'}",
        premises="residential" if RESIDENTIAL.search(stem) else "all",
        revision=int(revision[1]) if revision else 0,
        area=(revision[2] or "").upper() if revision else "",
    )


def named(file: InputFile, asked: SourceFile) -> FileName:
    """Month, premises and revision, by the file's name and by what plan.toml says."""
    named = file_name(file.name)
    if PERFORMANCE.search(file.name.rsplit("/", 1)[-1]):
        raise DataError(file.fault("PERFORMANCE_FILE"))
    if asked.release:
        return (
            replace(named, month=asked.release)
            if named
            else FileName(month=asked.release, premises="all", revision=0, area="")
        )
    if named is None:
        raise DataError(file.fault("RELEASE_UNKNOWN.name"))
    return named


def supersede(layers: Sequence[Layer]) -> list[Layer]:
    """Leave out the coverage files that a later revision of the same release, level and area replaces.

    Returns
    -------
    list of Layer
        The others unchanged; a replaced one without rows, its provenance naming what replaced it.
    """
    newest: dict[tuple[str, ...], int] = {}
    for layer in layers:
        key, revision = _edition(layer)
        newest[key] = max(revision, newest.get(key, 0))
    return [
        _replaced(layer, newest[key]) if newest[key] > revision else layer
        for layer, (key, revision) in ((layer, _edition(layer)) for layer in layers)
    ]


def _edition(layer: Layer) -> tuple[tuple[str, ...], int]:
    """What a file is an edition of, and its revision; other kinds of file are their own edition.

    An earlier edition that is to be compared with a later one is not replaced by it.
    """
    record = layer.provenance
    named = file_name(record.file)
    if record.source != "ofcom-fixed-coverage" or named is None:
        return (record.file,), 0
    return (layer.role, layer.level, named.month, named.premises, named.area), named.revision


def _replaced(layer: Layer, by_revision: int) -> Layer:
    record = layer.provenance
    aside = {**record.set_aside, f"replaced by revision {by_revision}": record.rows_used}
    return replace(layer, frame=layer.frame.iloc[:0], provenance=replace(record, rows_used=0, set_aside=aside))
