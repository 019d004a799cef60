"""Indices of deprivation of England, Scotland and Wales: the income score where there is one, else ranks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from connected_place.gis_data.catalogue import Column, Source
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile
from connected_place.gis_data.readers.people import CODE_HEADERS, area_layer
from connected_place.gis_data.tabular import (
    TextTable,
    as_numbers,
    check_columns,
    header_key,
    plain,
    raise_if_blocked,
    read_asked,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of an index.

    Attributes
    ----------
    name : str
        With its year, for example "IMD 2019".
    nation : str
        First letter of its area codes.
    ranks : int
        Areas ranked; rank 1 is the most deprived.
    header, file : str
        Regular expressions for a header that only this edition has, and for its file's name.
    holds_broadband : bool
        Broadband is one of the indicators of the overall index.
    """

    name: str
    nation: str
    ranks: int
    header: str
    file: str
    holds_broadband: bool


EDITIONS = (
    Edition(
        name="IMD 2015",
        nation="E",
        ranks=32_844,
        header=r"local authority district code \(2013\)",
        file=r"i[mo]d.?2015",
        holds_broadband=False,
    ),
    Edition(
        name="IMD 2019",
        nation="E",
        ranks=32_844,
        header=r"local authority district code \(2019\)",
        file=r"i[mo]d.?2019",
        holds_broadband=False,
    ),
    Edition(
        name="IoD 2025",
        nation="E",
        ranks=33_755,
        header=r"lsoa code \(2021\)",
        file=r"i[mo]d.?2025",
        holds_broadband=True,
    ),
    Edition(
        name="SIMD 2020v2",
        nation="S",
        ranks=6_976,
        header=r"simd ?2020.*rank",
        file=r"simd.?2020",
        holds_broadband=True,
    ),
    Edition(
        name="WIMD 2019",
        nation="W",
        ranks=1_909,
        header=r"wimd 2019",
        file=r"wimd.?2019",
        holds_broadband=True,
    ),
)
"""Ranks: MHCLG 2015 and 2019 (32,844 LSOAs of 2011) and 2025 (33,755 LSOAs of 2021); Scottish Government (6,976 data
zones of 2011); Welsh Government (1,909 LSOAs of 2011). Broadband: IoD 2025, living environment; SIMD 2020, geographic
access (premises without 30 Mbit/s); WIMD 2019, access to services (30 Mbit/s not available)."""

MEASURES = {"deprivation": "income score", "income_rank": "income rank", "overall_rank": "overall rank"}
"""Columns of the catalogue in the order in which one is used."""

_SHARES = ("deprivation", "deprivation_employment", "deprivation_children")
"""Columns of the catalogue that are rates: shares of people, of those of working age and of children."""

RANKS_2011 = 32_844
"""Ranked LSOAs of 2011 in England, the same in 2015 and 2019."""


def read_deprivation(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read File 7 of the English indices, or the Scottish or Welsh index, or a table of their ranks.

    Returns
    -------
    Layer
        Indexed by `code`: `deprivation` (income score: share of people in income deprivation, 0 to 1),
        `deprivation_employment` (employment score: share of those of working age), `deprivation_children` (income
        deprivation affecting children: share of children), each NaN where the file has none; `deprivation_rank` (1 is
        the most deprived; in the income domain where the file has it, else overall; NaN where there is none),
        `deprivation_ranks` (areas ranked by this edition). The vintage names the edition, what was used and the areas.

    Raises
    ------
    DataError
        NO_DEPRIVATION, EDITION_UNKNOWN, NOT_A_RANK and those of `people.area_layer`, `text_tables` and `schema`.

    Notes
    -----
    Where only an overall index that includes broadband is used, the layer warns with DOUBLE_COUNT.
    """
    known = [*CODE_HEADERS, *entry.headers(asked.columns)]
    table = read_asked(file, asked, known_headers=known)
    mapping = {name: header for name, header in asked.columns.items() if name != "code"}
    checked = check_columns(_percent_as_share(table, entry.columns, mapping), entry.columns, mapping=mapping)
    raise_if_blocked(checked.faults)
    if not any(name in checked.frame for name in MEASURES):
        raise DataError(_nothing_known(table))
    used = _used(list(checked.frame.columns), mapping)
    values = _values(checked.frame, used)
    draft = area_layer(entry, file, asked, table=table, values=values, by_nation=True)
    edition = _edition(table, asked, draft)
    raise_if_blocked(_faulty_ranks(values["deprivation_rank"], edition, file.name))
    record = replace(draft.provenance, vintage=f"{edition.name}, {MEASURES[used]}, {_areas(draft, edition)}")
    double = used == "overall_rank" and edition.holds_broadband
    return replace(
        draft,
        frame=draft.frame.assign(deprivation_ranks=float(edition.ranks)),
        provenance=record,
        warnings=(*draft.warnings, *([_double_count(edition, file.name)] if double else [])),
    )


def _used(found: Sequence[str], mapping: Mapping[str, str]) -> str:
    """The measure used for deprivation: the planner's choice first, then income before the overall index."""
    order = [name for name in mapping if name in MEASURES] + list(MEASURES)
    return next(name for name in order if name in found)


def _values(frame: pd.DataFrame, used: str) -> pd.DataFrame:
    nothing = pd.Series(float("nan"), index=frame.index)
    ranks = "overall_rank" if used == "overall_rank" else "income_rank"
    score = frame["deprivation"] if used == "deprivation" else nothing
    others = {name: frame.get(name, nothing) for name in _SHARES[1:]}
    return pd.DataFrame({"deprivation": score, **others, "deprivation_rank": frame.get(ranks, nothing)})


def _percent_as_share(table: TextTable, columns: Sequence[Column], mapping: Mapping[str, str]) -> TextTable:
    """The table with a rate of "8%" (Scotland) written as 0.08, as the others have it."""
    rates = [column for column in columns if column.name in _SHARES]
    wanted = {header_key(word) for rate in rates for word in (mapping.get(rate.name, ""), *rate.spellings)}
    written = {name: _share_text(table.frame[name]) for name in table.frame.columns if header_key(name) in wanted}
    return replace(table, frame=table.frame.assign(**written))


def _share_text(cells: pd.Series) -> pd.Series:
    text = plain(cells)
    shares = (as_numbers(text).values / 100).round(6).astype(str)
    return text.where(~text.str.endswith("%"), shares)


def _edition(table: TextTable, asked: SourceFile, layer: Layer) -> Edition:
    """The edition by the headers, plan.toml, the file's name or the year of the codes.

    Raises
    ------
    DataError
        EDITION_UNKNOWN.
    """
    nation = str(layer.frame.index[0])[:1]
    possible = [edition for edition in EDITIONS if edition.nation == nation]
    headers = "\n".join(map(str, table.frame.columns)).replace("_", " ")
    year = re.search(r"20\d\d", asked.release)
    by_word = [edition for edition in possible if year and year[0] in edition.name]
    by_header = [edition for edition in possible if re.search(edition.header, headers, re.IGNORECASE)]
    by_name = [edition for edition in possible if re.search(edition.file, table.file, re.IGNORECASE)]
    by_year = [edition for edition in possible if layer.year == "2021" and edition.ranks != RANKS_2011]
    found = by_header or by_word or by_name or by_year
    if found:
        return found[0]
    if nation == "E" and layer.year == "2011":
        return replace(EDITIONS[1], name="IMD of 2015 or 2019")
    raise DataError(_unknown_edition(table.file))


def _areas(layer: Layer, edition: Edition) -> str:
    words = "data zones" if edition.nation == "S" else "LSOAs"
    year = layer.year or ("2021" if edition.name == "IoD 2025" else "2011")
    return f"on {words} {year}"


def _faulty_ranks(ranks: pd.Series, edition: Edition, file: str) -> list[Fault]:
    in_halves = 2 * ranks % 1 == 0  # areas that tie share the mean of their ranks
    wrong = ranks.notna() & ~(ranks.between(1, edition.ranks) & in_halves)
    rows = tuple(ranks.index[wrong])
    if not rows:
        return []
    return [
        fault(
            "NOT_A_RANK",
            file=file,
            column="deprivation_rank",
            rows=rows,
            value=f"{ranks.loc[rows[0]]:g}",
            count=len(rows),
            ranks=edition.ranks,
            edition=edition.name,
        )
    ]


def _double_count(edition: Edition, file: str) -> Fault:
    return fault("DOUBLE_COUNT", file=file, blocks=False, edition=edition.name)


def _nothing_known(table: TextTable) -> Fault:
    return fault("NO_DEPRIVATION", file=table.file, value=", ".join(map(str, table.frame.columns[:6])))


def _unknown_edition(file: str) -> Fault:
    return fault("EDITION_UNKNOWN", file=file, known=", ".join(item.name for item in EDITIONS))
