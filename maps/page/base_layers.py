"""The base map of a page: lines and outlines as short text, names with their places, within a limit of bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.coverage.base_map import BaseMap, cut_features
from connected_place.gis_data.crs import DEGREES, METRES
from connected_place.maps.numerals import shown

BOROUGH_BYTES, WARD_BYTES = 300_000, 60_000
"""The most that the base map takes of a page."""

FINEST_M = 1.5
"""Detail that is kept at best: a few pixels at the closest zoom."""

COARSER = 2.0
MOST_COARSENINGS = 6
"""Each time that the lines do not fit, detail is halved; after these steps the least roads are left out."""

UNITS_PER_DEGREE = 1e5
"""A degree in the whole numbers of a page: about a metre."""

LABEL_CHARACTERS = 40
NAME_BYTES = 32
"""About what the place of a name takes beside its text."""

NAMES_SHARE = 0.35
"""Of the bytes of a base map, those that names may take; the rest is for shapes."""

KINDS_BY_WEIGHT = ("place", "ref", "station", "water", "beyond", "green", "road", "street", "other")
"""Which names a page can do without last."""

LEAST_GREEN_M2 = 10_000.0
"""Greenspace is named on the map from this size on."""

BADGE_EVERY_M = 2_500.0
"""A road's number is written at most so often along it."""

DRAWN = ("water", "green", "rail", "road")


def merged_base(base: BaseMap | None) -> gpd.GeoDataFrame | None:
    """The features of a base map with the lines of one road joined, for `base_json`; None where there are none."""
    if base is None or not len(base.features):
        return None
    features = base.features
    is_line = (shapely.get_dimensions(features.geometry.to_numpy()) == 1) & features["feature"].isin(DRAWN)
    lines = features[is_line]
    rest = features[~is_line]
    if not len(lines):
        return features
    keys = ["feature", "rank", "name", "ref"]
    parts = shapely.get_parts(lines.geometry.to_numpy(), return_index=True)
    flat = lines[keys].iloc[parts[1]].reset_index(drop=True)
    groups = flat.groupby(keys, sort=True).ngroup().to_numpy()
    order = np.argsort(groups, kind="stable")
    joined = shapely.line_merge(shapely.multilinestrings(parts[0][order], indices=groups[order]))
    heads = flat.assign(group=groups).drop_duplicates("group").sort_values("group").drop(columns="group")
    roads = gpd.GeoDataFrame(heads, geometry=joined, crs=METRES)
    return gpd.GeoDataFrame(pd.concat([rest, roads], ignore_index=True), crs=METRES)


def base_json(
    features: gpd.GeoDataFrame | None, wards: gpd.GeoDataFrame, *, box_m: Sequence[float], most_bytes: int
) -> dict[str, Any]:
    """What the page's script draws below the data.

    Parameters
    ----------
    features : GeoDataFrame, EPSG:27700, or None
        As `merged_base` gives them.
    wards : GeoDataFrame, EPSG:27700
        All of the place, with `area_name`: those in the box are named.
    box_m : sequence of 4
        West, south, east, north of what the page shows, metres.
    most_bytes : int
        Of shapes and names; the names of wards are always there.

    Returns
    -------
    dict
        `origin` (x, y in 1e-5 degrees), `shapes`: [feature, rank, is outline, lines as text] and `names`: [kind, rank,
        text, x, y, angle in degrees, metres that the text may be long].
    """
    west, south, east, north = box_m
    around_m = 0.12 * max(east - west, north - south)
    box = (west - around_m, south - around_m, east + around_m, north + around_m)
    here = cut_features(features, box) if features is not None else None
    origin = _whole(gpd.GeoSeries([shapely.Point(west, south)], crs=METRES))[0][0]
    names = _ward_names(wards, box)
    if here is None or not len(here):
        return {"origin": origin.tolist(), "shapes": [], "names": _placed(names, origin)}
    place = shapely.union_all(wards.geometry.to_numpy())
    found = _once_each([*_point_names(here, place), *_outline_names(here), *_line_names(here)])
    names = [*names, *_most_important(found, int(NAMES_SHARE * most_bytes))]
    shapes = _fitting(here, origin, most_bytes - len(json.dumps(names)))
    return {"origin": origin.tolist(), "shapes": shapes, "names": _placed(names, origin)}


def _fitting(here: gpd.GeoDataFrame, origin: np.ndarray, most_bytes: int) -> list[list[object]]:
    """Shapes with as much detail as there is room for; where that is too little, without the least of them."""
    drawn = here[here["feature"].isin(DRAWN)]
    found: list[list[object]] = []
    for last_rank in (4, 3, 2, 1):
        detail_m = FINEST_M
        for _ in range(MOST_COARSENINGS):
            found = _shapes(drawn[drawn["rank"] <= last_rank], origin, detail_m)
            if sum(len(str(item[3])) for item in found) <= most_bytes:
                return found
            detail_m *= COARSER
    return []


def _shapes(drawn: gpd.GeoDataFrame, origin: np.ndarray, detail_m: float) -> list[list[object]]:
    """For each feature and rank, its outlines and its lines, each group as one text of lines parted by spaces."""
    simple = shapely.simplify(drawn.geometry.to_numpy(), detail_m, preserve_topology=False)
    features, ranks = drawn["feature"].to_numpy(dtype=object), drawn["rank"].to_numpy()
    found: list[list[object]] = []
    for feature in DRAWN:
        for rank in (4, 3, 2, 1):
            parts = shapely.get_parts(simple[(features == feature) & (ranks == rank)])
            is_outline = shapely.get_dimensions(parts) == 2
            outlines = parts[is_outline & (shapely.area(parts) > 20 * detail_m**2)]
            # A hole runs the other way, so that it is not filled.
            rings = shapely.get_rings(shapely.orient_polygons(outlines))
            for outlined, lines in ((1, rings), (0, parts[shapely.get_dimensions(parts) == 1])):
                text = " ".join(line_texts(lines, origin))
                if text:
                    found.append([feature, rank, outlined, text])
    return found


def line_texts(lines: np.ndarray, origin: np.ndarray) -> list[str]:
    r"""Lines as text: steps between their points, two to four characters each; `unpackLine` in base.js reverses it.

    Each number is written in groups of five bits, the lowest first, a group that others follow with 32 added, each
    as the character 63 further on (Google's encoded polylines). None is a quotation mark, a space or markup; only the
    backslash needs an escape.

    Parameters
    ----------
    lines : array of lines or rings, EPSG:27700
    origin : array of 2
        x, y of what the first points count from, in 1e-5 degrees.

    Examples
    --------
    >>> line = gpd.GeoSeries([shapely.LineString([(0, 51), (0.00001, 51.00016)])], crs=DEGREES).to_crs(METRES)
    >>> line_texts(line.to_numpy(), np.array([0, 5_100_000]))
    ['??A_@']
    """
    if not len(lines):
        return []
    at, owner = _whole(lines)
    is_same = np.concatenate([[True], (np.diff(at, axis=0) == 0).all(axis=1) & (np.diff(owner) == 0)])
    is_same[0] = False
    at, owner = at[~is_same], owner[~is_same]
    starts = np.concatenate([[True], np.diff(owner) > 0])
    steps = np.diff(at, axis=0, prepend=0)
    steps[starts] = at[starts] - origin
    text, lengths = characters(steps.ravel())
    ends = np.cumsum(lengths.reshape(-1, 2).sum(axis=1))
    last = ends[np.concatenate([np.diff(owner) > 0, [True]])]
    first = np.concatenate([[0], last[:-1]])
    counts = np.bincount(owner)[np.unique(owner)]
    return [text[start:end] for start, end, count in zip(first, last, counts, strict=True) if count > 1]


def characters(numbers: np.ndarray) -> tuple[str, np.ndarray]:
    """All numbers as one text, and how many characters each takes."""
    folded = np.where(numbers < 0, ~(numbers.astype(np.int64) << 1), numbers.astype(np.int64) << 1)
    groups = (folded[:, None] >> (5 * np.arange(7))) & 31
    lengths = np.maximum(1, 7 - np.argmax(groups[:, ::-1] > 0, axis=1))
    lengths = np.where(folded == 0, 1, lengths)
    place = np.arange(7)
    codes = groups + 63 + 32 * (place < lengths[:, None] - 1)
    return codes[place < lengths[:, None]].astype(np.uint8).tobytes().decode("ascii"), lengths


def in_whole_degrees(points: gpd.GeoSeries) -> np.ndarray:
    """Both coordinates of points in 1e-5 degrees."""
    return _whole(points.to_numpy())[0]


def _whole(shapes: Any) -> tuple[np.ndarray, np.ndarray]:
    """Points in 1e-5 degrees, and the shape that each belongs to."""
    degrees = gpd.GeoSeries(shapes, crs=METRES).to_crs(DEGREES).to_numpy()
    at, owner = shapely.get_coordinates(degrees, return_index=True)
    return np.rint(at * UNITS_PER_DEGREE).astype(np.int64), owner


# --- names ---------------------------------------------------------------------------------------------------------

Name = tuple[str, int, str, float, float, float, float]
"""Kind, rank, text, easting, northing, angle (degrees), room (metres; 0: any)."""


def _placed(names: Sequence[Name], origin: np.ndarray) -> list[list[object]]:
    """Names with their places as on the page."""
    if not names:
        return []
    at, _ = _whole(shapely.points([item[3] for item in names], [item[4] for item in names]))
    return [
        [kind, rank, text, *(place - origin).tolist(), round(angle), round(room_m)]
        for (kind, rank, text, _, _, angle, room_m), place in zip(names, at, strict=True)
    ]


def _most_important(names: Sequence[Name], most_bytes: int) -> list[Name]:
    """As many names as there is room for: places first, streets last, of each kind the longest first."""
    ordered = sorted(names, key=lambda name: (KINDS_BY_WEIGHT.index(name[0]), name[1], -name[6], name[2]))
    lengths = np.cumsum([len(name[2].encode()) + NAME_BYTES for name in ordered])
    return ordered[: int(np.searchsorted(lengths, most_bytes, side="right"))]


def _once_each(names: Sequence[Name]) -> list[Name]:
    """Names without those that are there already: one place, lake or park may be in several files.

    The first of the best rank counts.
    """
    kinds = ("place", "beyond", "water", "green")
    best: dict[tuple[str, str], Name] = {}
    for item in sorted(names, key=lambda name: name[1]):
        best.setdefault((item[0], item[2]), item)
    return [item for item in names if item[0] not in kinds or best[item[0], item[2]] is item]


def _ward_names(wards: gpd.GeoDataFrame, box: tuple[float, float, float, float]) -> list[Name]:
    """Each ward in the widest place of its part of the box."""
    parts = shapely.clip_by_rect(wards.geometry.to_numpy(), *box)
    kept = np.flatnonzero(shapely.area(parts) > 0)
    inner = shapely.maximum_inscribed_circle(shapely.make_valid(parts[kept]), tolerance=20.0)
    at, room_m = shapely.get_coordinates(shapely.get_point(inner, 0)), 2.0 * shapely.length(inner)
    texts = [shown(name, LABEL_CHARACTERS) for name in wards["area_name"].iloc[kept]]
    found = zip(texts, at.tolist(), room_m.tolist(), strict=True)
    return [("ward", 1, text, *spot, 0.0, room) for text, spot, room in found]


def _point_names(here: gpd.GeoDataFrame, place: shapely.Geometry) -> list[Name]:
    """Places, stations and streets; a place outside the council is "beyond"."""
    spots = here[(here["name"] != "") & (shapely.get_dimensions(here.geometry.to_numpy()) == 0)]
    has_roads = ((here["feature"] == "road") & (here["name"] != "")).any()
    if has_roads:
        spots = spots[spots["feature"] != "street"]
    at = shapely.get_coordinates(shapely.centroid(spots.geometry.to_numpy())).tolist()
    is_beyond = (spots["feature"] == "place") & ~shapely.contains_xy(place, np.asarray(at).reshape(-1, 2))
    kinds = spots["feature"].mask(is_beyond, "beyond")
    is_plain = (spots["feature"] == "station") & ~spots["name"].str.contains("station|stop|halt", case=False)
    names = spots["name"].where(~is_plain, spots["name"] + " station")
    rows = zip(kinds, spots["rank"], names, at, strict=True)
    return [(feature, int(rank), shown(name, LABEL_CHARACTERS), *spot, 0.0, 0.0) for feature, rank, name, spot in rows]


def _outline_names(here: gpd.GeoDataFrame) -> list[Name]:
    """Parks and lakes large enough to be named; one of several parts once."""
    is_named = (here["name"] != "") & (here.geometry.area >= LEAST_GREEN_M2)
    rows = here[is_named & here["feature"].isin(("green", "water"))]
    rows = rows.assign(size=-rows.geometry.area).sort_values(["size", "name"], kind="stable")
    rows = rows.drop_duplicates(["feature", "name"])
    at = shapely.get_coordinates(shapely.point_on_surface(shapely.make_valid(rows.geometry.to_numpy()))).tolist()
    found = zip(rows["feature"], rows["name"], np.sqrt(-rows["size"].astype(float)), at, strict=True)
    return [(kind, 4, shown(name, LABEL_CHARACTERS), *spot, 0.0, float(side)) for kind, name, side, spot in found]


def _line_names(here: gpd.GeoDataFrame) -> list[Name]:
    """Names along roads and rivers, at the middle of their longest part; numbers of main roads every few kilometres."""
    rows = here[here["feature"].isin(("road", "water")) & (shapely.get_dimensions(here.geometry.to_numpy()) == 1)]
    parts, owner = shapely.get_parts(rows.geometry.to_numpy(), return_index=True)
    frame = rows.drop(columns="geometry").iloc[owner].assign(length=shapely.length(parts), line=np.arange(len(parts)))
    named = frame[frame["name"] != ""].sort_values(["length", "line"], ascending=[False, True], kind="stable")
    longest = named.drop_duplicates(["feature", "name"])
    lines = parts[longest["line"]]
    ends = [shapely.line_interpolate_point(lines, share, normalized=True) for share in (0.35, 0.5, 0.65)]
    first, middle, last = (shapely.get_coordinates(points) for points in ends)
    angles = np.degrees(np.arctan2(*(last - first).T[::-1]))
    angles = (angles + 90) % 180 - 90
    texts = [shown(name, LABEL_CHARACTERS) for name in longest["name"]]
    columns = (longest["feature"], longest["rank"], texts, middle.tolist(), angles, longest["length"])
    found: list[Name] = [
        (kind, int(rank), text, *spot, float(angle), float(length))
        for kind, rank, text, spot, angle, length in zip(*columns, strict=True)
    ]
    return [*found, *_road_numbers(frame, parts)]


def _road_numbers(frame: pd.DataFrame, parts: np.ndarray) -> list[Name]:
    numbered = frame[(frame["ref"] != "") & (frame["feature"] == "road") & (frame["length"] > 300)]
    numbered = numbered.sort_values(["length", "line"], ascending=[False, True], kind="stable").groupby("ref").head(4)
    found: list[Name] = []
    for ref, rank, line, length in zip(
        numbered["ref"], numbered["rank"], numbered["line"], numbered["length"], strict=True
    ):
        count = max(1, int(length // BADGE_EVERY_M))
        at = shapely.line_interpolate_point(parts[line], (np.arange(count) + 0.5) / count, normalized=True)
        spots = shapely.get_coordinates(at).tolist()
        found += [("ref", int(rank), shown(ref, 12), *spot, 0.0, 0.0) for spot in spots]
    return found
