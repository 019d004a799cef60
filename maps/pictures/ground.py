"""What all maps of a pack share: outlines as paths, simplified once for paper, the extent, and ward labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.path import Path

from connected_place.coverage.plan import Plan
from connected_place.maps.choropleth import COLOURS, NOT_REPORTED_COLOUR
from connected_place.maps.pictures.base_ground import PaperBase, draw_base, paper_base, settlement_labels
from connected_place.maps.pictures.label_places import label_places
from connected_place.maps.pictures.letters import printable, text_width_pt, wrapped
from connected_place.maps.pictures.map_sheet import FRAME_IN, GREY, INK, scale_and_north

DETAIL_PT = 0.25
"""Points on paper, under a tenth of a millimetre: smaller details are left out."""

MOST_LABELS = 60
"""The most wards that are named on a map; hundreds of names would hide it."""

ORDERS_TRIED = 6
"""In how many orders ward names choose their places; nearly all maps have room for all names in the first."""

HATCH = "/////"
_LABEL_PT = 7.0
STRIP = 0.075
"""Share of the frame's height left free below the map for the scale bar and arrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Outlines on paper.

    Attributes
    ----------
    extent_m : tuple of float
        West, south, east, north of the frame, EPSG:27700.
    areas, wards : list of Path
        Rows as in the plan.
    shapes : array of polygons
        Of the wards, EPSG:27700.
    names : list of str
        Of the wards, as the font can show them.
    centres : array of shape (wards, 2)
        The middle of the widest place in each ward, EPSG:27700.
    room_m : array of shape (wards,)
        How far that is from the ward's edge.
    base : PaperBase or None
        What stands on the ground.
    """

    extent_m: tuple[float, float, float, float]
    areas: list[Path]
    wards: list[Path]
    shapes: np.ndarray
    names: list[str]
    centres: np.ndarray
    room_m: np.ndarray
    base: PaperBase | None = None

    @property
    def width_m(self) -> float:
        """Width of the frame on the ground."""
        return self.extent_m[2] - self.extent_m[0]

    @property
    def points_per_m(self) -> float:
        """Points on paper per metre on the ground."""
        return 72 * FRAME_IN[2] / self.width_m

    def on_paper(self, places_m: np.ndarray) -> np.ndarray:
        """Places in metres as points from the frame's lower left corner."""
        return (np.asarray(places_m, dtype=float).reshape(-1, 2) - self.extent_m[:2]) * self.points_per_m

    def on_ground(self, places_pt: np.ndarray) -> np.ndarray:
        """Points on paper as places in metres."""
        return np.asarray(places_pt) / self.points_per_m + self.extent_m[:2]


def ground(plan: Plan) -> Ground:
    """The shared part of all maps of a plan."""
    extent = _extent(np.array(plan.wards.total_bounds))
    detail_m = DETAIL_PT * (extent[2] - extent[0]) / (72 * FRAME_IN[2])
    wards = shapely.coverage_simplify(plan.wards.geometry.to_numpy(), detail_m)
    areas = shapely.coverage_simplify(plan.areas.geometry.to_numpy(), detail_m)
    inner = shapely.maximum_inscribed_circle(wards, tolerance=4 * detail_m)
    return Ground(
        extent_m=extent,
        areas=outlines(areas),
        wards=outlines(wards),
        shapes=wards,
        names=[printable(name, 48) for name in plan.wards["area_name"]],
        centres=shapely.get_coordinates(shapely.get_point(inner, 0)),
        room_m=shapely.length(inner),
        base=paper_base(plan.base, plan.wards, extent_m=extent, detail_m=detail_m, as_paths=outlines),
    )


def outlines(shapes: Iterable[shapely.Geometry]) -> list[Path]:
    """Shapes as paths, each including its holes and parts; an empty shape is a path of one point."""
    return [_outline(shape) for shape in shapes]


def lay_ground(axes: Axes, land: Ground) -> None:
    """Extent, wards in one colour, scale bar and arrow."""
    west, south, east, north = land.extent_m
    axes.set(xlim=(west, east), ylim=(south, north))
    axes.add_collection(PathCollection(land.wards, facecolors="#f4f4f2", edgecolors="none", zorder=1), autolim=False)
    draw_base(axes, land.base)
    scale_and_north(axes)


def ward_lines(axes: Axes, land: Ground) -> None:
    """Outlines of the wards, above filled shapes."""
    lines = PathCollection(land.wards, facecolors="none", edgecolors=INK, linewidths=0.7, zorder=10)
    axes.add_collection(lines, autolim=False)


def fill_classes(axes: Axes, paths: list[Path], classes: np.ndarray) -> None:
    """Areas by their class; those not reported hatched."""
    for klass, colour in [*enumerate(COLOURS), (NOT_REPORTED_COLOUR, "white")]:
        of_class = [paths[row] for row in np.flatnonzero(classes == klass)]
        if not of_class:
            continue
        hatched = {"hatch": HATCH, "hatchcolor": GREY} if klass == NOT_REPORTED_COLOUR else {}
        axes.add_collection(
            PathCollection(of_class, facecolors=colour, edgecolors="#8c8c8c", linewidths=0.2, zorder=2, **hatched),
            autolim=False,
        )


def ward_labels(
    axes: Axes, land: Ground, *, notes: list[str] | None = None, taken_pt: np.ndarray | None = None
) -> None:
    """Names of wards in white boxes that do not overlap, each centred in its own ward or led to it from outside.

    Small wards choose first: their names have the least room. A name is never put into another ward; one without
    room is left out.

    Parameters
    ----------
    axes : Axes
    land : Ground
    notes : list of str or None
        A second line for each ward.
    taken_pt : array of shape (m, 4) or None
        Boxes that no name should cover.
    """
    if len(land.names) > MOST_LABELS:
        return
    lines = [wrapped(name, width_pt=82, size_pt=_LABEL_PT) for name in land.names]
    if notes:
        lines = [[*names, note] for names, note in zip(lines, notes, strict=True)]
    sizes = np.array(
        [[max(text_width_pt(line, _LABEL_PT) for line in each) + 4, 1.2 * _LABEL_PT * len(each) + 3] for each in lines]
    )
    anchors = land.on_paper(land.centres)
    placed = land.on_ground(_label_centres(land, anchors, sizes, taken_pt))
    for text, at, anchor, ward in zip(lines, placed, land.centres, land.shapes, strict=True):
        if np.isnan(at).any():
            continue
        if not shapely.contains_xy(ward, *at):
            axes.plot(
                *np.column_stack([anchor, at]),
                color=INK,
                linewidth=0.5,
                marker="o",
                markersize=2,
                markevery=[0],
                zorder=19,
            )
        axes.text(
            at[0], at[1], "\n".join(text), fontsize=_LABEL_PT, ha="center", va="center", linespacing=1.1, color=INK,
            zorder=20, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.82, "pad": 1.2},
        )  # fmt: skip
    _settlements(axes, land, placed, sizes, taken_pt)


def _settlements(axes: Axes, land: Ground, placed: np.ndarray, sizes: np.ndarray, taken_pt: np.ndarray | None) -> None:
    """Names of settlements in the room that those of the wards leave."""
    is_there = ~np.isnan(placed).any(axis=1)
    at, half = land.on_paper(placed[is_there]), sizes[is_there] / 2
    others = np.empty((0, 4)) if taken_pt is None else np.asarray(taken_pt, dtype=float)
    settlement_labels(
        axes,
        land.base,
        wards=land.shapes,
        taken_pt=np.vstack([np.hstack([at - half, at + half]), others]),
        on_paper=land.on_paper,
        on_ground=land.on_ground,
    )


def _label_centres(land: Ground, anchors: np.ndarray, sizes: np.ndarray, taken_pt: np.ndarray | None) -> np.ndarray:
    """Centres of labels on paper: of several orders of choosing, the one with the fewest names left out, then the
    shortest lines to names outside.

    Each further order lets the name that was left out, or led farthest, choose first.
    """
    order = np.argsort(land.room_m, kind="stable").tolist()
    best, least = anchors, (np.inf, np.inf)
    for _ in range(ORDERS_TRIED):
        found = label_places(anchors, sizes, taken=taken_pt, order=order, may_stand=_own_ward(land))
        at = land.on_ground(found)
        own = np.array([shapely.contains_xy(ward, *place) for ward, place in zip(land.shapes, at, strict=True)])
        led_pt = np.where(own, 0.0, np.hypot(*(found - anchors).T))
        cost = (float(np.isnan(led_pt).sum()), float(np.nansum(led_pt)))
        if cost < least:
            best, least = found, cost
        worst = int(np.argmax(np.nan_to_num(led_pt, nan=np.inf)))
        if cost == (0.0, 0.0) or order[0] == worst:
            break
        order = [worst, *(row for row in order if row != worst)]
    return best


def _own_ward(land: Ground) -> Callable[[int, np.ndarray], np.ndarray]:
    """Whether a ward's name may be centred at places on paper: in the ward, or outside all of them and in the frame."""
    everywhere = shapely.union_all(land.shapes)
    west, south, east, north = land.extent_m

    def may_stand(row: int, places_pt: np.ndarray) -> np.ndarray:
        x, y = land.on_ground(places_pt).T
        framed = (x > west) & (x < east) & (y > south) & (y < north)
        return np.asarray(
            shapely.contains_xy(land.shapes[row], x, y) | (framed & ~shapely.contains_xy(everywhere, x, y))
        )

    return may_stand


def boxes_around(places_pt: np.ndarray, size_pt: float) -> np.ndarray:
    """A square around each place on paper."""
    return np.hstack([places_pt - size_pt / 2, places_pt + size_pt / 2])


def shapes_of(frame: gpd.GeoDataFrame, land: Ground) -> list[Path]:
    """Outlines of other layers, simplified like the ground."""
    return outlines(shapely.simplify(frame.geometry.to_numpy(), DETAIL_PT / land.points_per_m))


def _extent(bounds: np.ndarray) -> tuple[float, float, float, float]:
    """Bounds with a margin, widened to the frame's shape, with a free strip below."""
    west, south, east, north = bounds
    margin = 0.025 * max(east - west, north - south, 1.0)
    west, south, east, north = west - margin, south - margin, east + margin, north + margin
    south -= STRIP / (1 - STRIP) * (north - south)
    ratio = FRAME_IN[2] / FRAME_IN[3]
    width, height = max(east - west, ratio * (north - south)), max(north - south, (east - west) / ratio)
    middle = (west + east) / 2
    return middle - width / 2, (south + north - height) / 2, middle + width / 2, (south + north + height) / 2


def _outline(shape: shapely.Geometry) -> Path:
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape)).ravel()]
    if not rings:
        return Path(np.zeros((1, 2)), [Path.MOVETO])
    codes = np.concatenate([_ring_codes(len(ring)) for ring in rings])
    return Path(np.concatenate(rings), codes)


def _ring_codes(length: int) -> np.ndarray:
    codes = np.full(length, Path.LINETO, dtype=Path.code_type)
    codes[0], codes[-1] = Path.MOVETO, Path.CLOSEPOLY
    return codes
