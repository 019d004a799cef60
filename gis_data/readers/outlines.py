"""Outlines of output areas, LSOAs and wards: each code one area, each area one code, all of one level."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES
from connected_place.gis_data.errors import Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.code_columns import (
    LEVEL_WORDS,
    CodeColumn,
    area_names,
    code_column,
    code_columns,
    code_faults,
    plain_codes,
    refuse_other_keys,
    stated_header,
)
from connected_place.gis_data.shapes import read_shapes
from connected_place.gis_data.tabular import plain, raise_if_blocked, unique_by

AREAL = ("Polygon", "MultiPolygon")

MOST_SHARED = 1e-3
"""Share of the smaller part that two parts of one area may have in common: lines drawn twice, never quite alike."""

SAME_AREA_SHARE = 0.5
"""Two areas that share more of the smaller one are drawn twice; neighbours share slivers."""


def read_boundaries(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read the outlines of one level.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700 indexed by `code`
        `name` (the code where the file has no names), `authority` (code; "" where the file does not say), geometry.
        Features of one code and name that do not overlap are parts of one area.

    Raises
    ------
    DataError
        LEVEL_UNKNOWN, UNKNOWN_COLUMN, COLUMN_MISSING, KEY_MISSING, CODE_FORM, CODE_LEVEL, KEY_DUPLICATE, GEOM_TYPE,
        OUTLINE_MISSING, OUTLINE_TWICE and those of `vector_files`.
    """
    refuse_other_keys(asked, ("code", "name", "authority"), file=file.name)
    shapes = read_shapes(file)
    column = code_column(file, shapes.frame, asked)
    frame = gpd.GeoDataFrame(_columns(shapes.frame, column, file, asked), geometry=shapes.frame.geometry, crs=METRES)
    raise_if_blocked(
        [
            *code_faults(frame["code"], column, file=file.name),
            *_not_areas(frame, file.name),
            *_without_shape(frame["code"], plain_codes(shapes.shapeless.get(column.header)), file.name),
        ]
    )
    one_each, repeats = unique_by(_comparable(frame), "code", file=file.name)
    kept, joined = _joined(gpd.GeoDataFrame(one_each), file.name)
    _, clashes = unique_by(kept, "code", file=file.name)
    raise_if_blocked([*clashes, *_drawn_twice(kept, file.name)])
    found = (*shapes.faults, *(repeat for repeat in repeats if not repeat.blocks), *joined)
    return Layer(
        frame=gpd.GeoDataFrame(kept, crs=METRES).set_index("code").sort_index(),
        level=column.level,
        year=(asked.release or column.year)[:4],
        warnings=found,
        provenance=provenance(
            entry,
            file,
            vintage=f"{LEVEL_WORDS[column.level]} {asked.release or column.year or 'of a year not stated'}",
            rows_used=len(kept),
            set_aside={
                "repeats another feature": len(frame) - len(one_each),
                "joined to another part of its area": len(one_each) - len(kept),
                "no shape": len(shapes.shapeless),
            },
            crs=shapes.crs,
        ),
    )


def _columns(frame: pd.DataFrame, column: CodeColumn, file: InputFile, asked: SourceFile) -> dict[str, pd.Series]:
    """Code, name and authority of each feature."""
    named, authority = (stated_header(file, frame, asked, key) for key in ("name", "authority"))
    return {
        "code": plain_codes(frame[column.header]),
        "name": plain(frame[named].astype("str")) if named else area_names(frame, column),
        "authority": plain_codes(frame[authority]) if authority else _authority(frame),
    }


def _authority(frame: pd.DataFrame) -> pd.Series:
    """Code of the authority that each area lies in; "" where the file does not say."""
    found = [column for column in code_columns([str(name) for name in frame.columns]) if column.level == "authority"]
    return plain_codes(frame[found[0].header]) if found else pd.Series("", index=frame.index)


def _not_areas(frame: gpd.GeoDataFrame, file: str) -> list[Fault]:
    """A fault on points and lines, in which nothing can lie."""
    kinds = frame.geometry.geom_type
    wrong = ~kinds.isin(AREAL)
    if not wrong.any():
        return []
    rows, kind = tuple(frame.index[wrong]), str(kinds[wrong].iloc[0])
    return [fault("GEOM_TYPE.outlines", file=file, rows=rows, value=kind, count=len(rows))]


def _without_shape(codes: pd.Series, shapeless: pd.Series, file: str) -> list[Fault]:
    """A fault on areas that the file names and does not draw; a row without code or shape is nothing."""
    missing = shapeless[(shapeless != "") & ~shapeless.isin(codes)]
    if not len(missing):
        return []
    rows, value = tuple(missing.index), str(missing.iloc[0])
    return [fault("OUTLINE_MISSING.shape", file=file, rows=rows, value=value, count=len(rows))]


def _comparable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame with features of one code drawn from the same corner on, so that repeats are alike."""
    shared = frame["code"].duplicated(keep=False).to_numpy()
    if not shared.any():
        return frame
    shapes = frame.geometry.to_numpy().copy()
    shapes[shared] = shapely.normalize(shapes[shared])
    return frame.set_geometry(np.asarray(shapes), crs=frame.crs)


def _joined(frame: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    """Features of one code, name and authority that do not overlap as one area; the others unchanged."""
    shared = frame[frame["code"].duplicated(keep=False)]
    groups = shared.groupby("code")
    alike = groups[["name", "authority"]].nunique().max(axis=1) == 1
    whole = groups["geometry"].agg(lambda shapes: shapely.union_all(shapes.to_numpy()))
    area_m2 = shared.area.groupby(shared["code"])
    excess_m2 = area_m2.sum() - gpd.GeoSeries(whole).area
    apart = alike.index[alike & (excess_m2 <= MOST_SHARED * area_m2.min())]
    if not len(apart):
        return frame, []
    is_part = frame["code"].isin(apart)
    rows = tuple(frame.index[is_part])
    kept = frame[~(is_part & frame["code"].duplicated())].copy()
    at = kept["code"].isin(apart)
    kept.loc[at, "geometry"] = gpd.GeoSeries(whole[kept.loc[at, "code"]].to_numpy(), index=kept.index[at], crs=METRES)
    return kept, [fault("AREA_IN_PARTS", file=file, rows=rows, value=str(apart[0]), blocks=False, count=len(apart))]


def _drawn_twice(frame: gpd.GeoDataFrame, file: str) -> list[Fault]:
    """A fault on areas that overlap completely, found by a point inside each.

    One outline under two codes would give whatever lies in it to the lower code, and leave the other empty.
    """
    shapes = frame.geometry.to_numpy()
    inner, outer = shapely.STRtree(shapes).query(shapely.point_on_surface(shapes), predicate="within")
    codes = frame["code"].to_numpy()
    pairs = codes[inner] != codes[outer]
    inner, outer = inner[pairs], outer[pairs]
    shared_m2 = shapely.area(shapely.intersection(shapes[inner], shapes[outer]))
    smaller_m2 = np.minimum(shapely.area(shapes[inner]), shapely.area(shapes[outer]))
    twice = np.unique(np.concatenate([part[shared_m2 > SAME_AREA_SHARE * smaller_m2] for part in (inner, outer)]))
    if not len(twice):
        return []
    rows = tuple(frame.index[twice])
    return [fault("OUTLINE_TWICE", file=file, rows=rows, value=", ".join(codes[twice][:2]), count=len(rows))]
