"""What stands on the invented borough's ground: a river and the sea, roads, a railway, parks and names.

Drawn from the settlements and the outline, so that roads lead from town to town and the river runs along its bank.
"""

import itertools

import numpy as np
import pandas as pd
import shapely

from connected_place.scripts.sample.areas import to_degrees
from connected_place.scripts.sample.place import EAST_M, SOUTH_M, WEST_M, Borough, Settlement, outline

_STREETS = ("High Street", "Station Road", "Church Street", "Mill Lane", "Market Street", "Quay Road", "School Lane",
            "Victoria Road", "Chapel Lane", "Bridge Street", "Albert Road", "Orchard Way", "Ferry Road", "Park Road",
            "Windmill Lane", "Tanners Row", "Northgate", "Southgate", "Kings Road", "Queens Road", "Meadow Way",
            "Heron Drive", "Samphire Way", "Sluice Road")  # fmt: skip
_MAIN_ROADS = (
    ("Salter Way", "A9991", "A Road", ("Kilnbridge", "Ropers Quay", "Dockhaven", "Osierham")),
    ("Thistle Road", "A9992", "A Road", ("Ropers Quay", "Thistlecombe", "Furrowfield")),
    ("Larkmere Lane", "B9993", "B Road", ("Kilnbridge", "Larkmere", "Furrowfield")),
    ("Marsh Road", "B9994", "B Road", ("Furrowfield", "Alderwick Green", "Plover End", "Osierham")),
    ("Sedge Lane", "B9995", "B Road", ("Millrace", "Sedgeholme", "Kilnbridge")),
    ("Barley Lane", "", "Minor Road", ("Thistlecombe", "Barley Cross", "Alderwick Green")),
    ("Staithe Road", "", "Minor Road", ("Osierham", "Curlew Staithe")),
    ("Millrace Lane", "", "Minor Road", ("Millrace", "Ropers Quay")),
    ("Drovers Road", "", "Minor Road", ("Barley Cross", "Osierham")),
)
_RAILWAY = ("Kilnbridge", "Ropers Quay", "Dockhaven", "Osierham")
_BEHIND_STATION_M = (260, -340)
"""The railway passes each town's centre this far east and north of it."""

_PARKS = (("Ropewalk Park", "Ropers Quay", (0.55, 0.5), 300), ("Kiln Common", "Kilnbridge", (-0.6, 0.4), 340),
          ("Harbour Gardens", "Dockhaven", (-0.4, -0.2), 170), ("Osier Meadows", "Osierham", (0.3, 0.7), 330),
          ("Furrow Recreation Ground", "Furrowfield", (0.5, -0.4), 240),
          ("Larkmere Wood", "Larkmere", (1.9, -0.6), 420))  # fmt: skip
_COAST_KM, _ESTUARY_M = 14.9, 1_100
"""Where the coast ends in the north-east, east of the box's corner; and how wide the river is."""


def roads(borough: Borough) -> tuple[dict[str, shapely.Geometry], pd.DataFrame]:
    """Main roads between settlements, and streets within them.

    Returns
    -------
    shapes : dict of LineString by id, EPSG:4326
    attributes : DataFrame indexed by id
        Columns of OS OpenMap Local.
    """
    draws = borough.draws(40)
    places = {place.name: place for place in borough.settlements}
    rows = [
        (name, number, kind, _winding([places[stop].centre_m for stop in stops], draws))
        for name, number, kind, stops in _MAIN_ROADS
    ]
    for place in borough.settlements:
        if place.radius_m:
            rows += [(name, "", "Local Road", line) for name, line in _streets(place, draws)]
    frame = pd.DataFrame(rows, columns=["distname", "roadnumber", "classifica", "shape"])
    frame.index = pd.Index([f"r{number:03d}" for number in range(len(frame))])
    land = outline(borough)
    shapes = {str(key): _in_degrees(shapely.intersection(shape, land)) for key, shape in frame["shape"].items()}
    return shapes, frame.drop(columns="shape")


def railway(borough: Borough) -> tuple[dict[str, shapely.Geometry], pd.DataFrame]:
    """One line through the towns to the west, and a station in each: as `roads`."""
    draws = borough.draws(41)
    places = {place.name: place for place in borough.settlements}
    stations = [tuple(np.add(places[name].centre_m, _BEHIND_STATION_M)) for name in _RAILWAY]
    track = _winding([(WEST_M - 500, stations[0][1] + 900), *stations], draws)
    shapes = {"track": _in_degrees(track)}
    shapes |= {f"station{at}": _in_degrees(shapely.Point(spot)) for at, spot in enumerate(stations)}
    names = ["", *_RAILWAY]
    kinds = ["Multi Track", *["Railway Station"] * len(_RAILWAY)]
    return shapes, pd.DataFrame({"distname": names, "classifica": kinds}, index=pd.Index(list(shapes)))


def water(borough: Borough) -> tuple[dict[str, shapely.Geometry], pd.DataFrame]:
    """The estuary and the sea along the outline, and a stream: as `roads`."""
    land = outline(borough)
    draws = borough.draws(42)
    ring = shapely.get_coordinates(land.exterior)
    first = int(np.argmin(np.hypot(*(ring - (WEST_M + 1_200, SOUTH_M + 3_500)).T)))
    ring = np.roll(ring[:-1], -first, axis=0)
    is_coast = np.cumsum((ring[:, 1] > SOUTH_M + 9_300) & (ring[:, 0] > WEST_M + 1_000 * _COAST_KM - 400)) == 0
    bank = ring[: int(np.argmin(is_coast))]
    far_bank = bank[bank[:, 0] < WEST_M + 14_000][::6] - (0, _ESTUARY_M) + draws.normal(0, 60, (1, 2))
    far_shore = _rounded(np.array([far_bank[-1], (WEST_M + 15_500, SOUTH_M - 300), (EAST_M + 4_000, SOUTH_M - 2_600)]))
    sea = [(EAST_M + 4_000, bank[-1][1] + 1_200), *far_shore[:0:-1]]
    west = [(WEST_M - 3_000, far_bank[0][1] - 300), (WEST_M - 3_000, bank[0][1] + 200)]
    estuary = shapely.make_valid(shapely.Polygon([*bank[::3], *sea, *far_bank[::-1], *west])).difference(land)
    middle = np.add((WEST_M, SOUTH_M), 1_000 * np.array([(8.2, 9.2), (8.8, 7.6), (8.4, 5.6), (8.9, 3.6), (8.8, 1.9)]))
    stream = shapely.intersection(_winding([tuple(spot) for spot in middle], draws), land)
    shapes = {"estuary": _in_degrees(shapely.simplify(estuary, 15)), "stream": _in_degrees(stream)}
    return shapes, pd.DataFrame({"distname": ["River Salter", "Osier Brook"]}, index=pd.Index(list(shapes)))


def greenspace(borough: Borough) -> tuple[dict[str, shapely.Geometry], pd.DataFrame]:
    """Parks and a wood: as `roads`."""
    draws, land = borough.draws(43), outline(borough)
    places = {place.name: place for place in borough.settlements}
    angles = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    shapes = {}
    for at, (_, town, offset, size_m) in enumerate(_PARKS):
        centre = np.add(places[town].centre_m, np.array(offset) * places[town].radius_m)
        radius_m = size_m * draws.uniform(0.75, 1.1, (len(angles), 1))
        corners = centre + radius_m * np.column_stack([np.cos(angles), np.sin(angles)])
        shapes[f"park{at}"] = _in_degrees(shapely.intersection(shapely.Polygon(corners), land))
    return shapes, pd.DataFrame({"distname1": [name for name, *_ in _PARKS]}, index=pd.Index(list(shapes)))


def names(borough: Borough) -> pd.DataFrame:
    """Settlements with positions: `name`, `type`, `easting`, `northing`."""
    rows = [
        (place.name, "Town" if place.is_town else "Village", *map(int, place.centre_m))
        for place in borough.settlements
        if place.radius_m
    ]
    rows.append(("River Salter", "Hydrography", WEST_M + 4_200, SOUTH_M + 1_750))
    return pd.DataFrame(rows, columns=["name", "type", "easting", "northing"])


def _winding(stops: list[tuple[float, float]], draws: np.random.Generator) -> shapely.LineString:
    """A line through all stops that bends a little between them."""
    points = [np.array(stops[0], dtype=float)]
    for start, end in itertools.pairwise(map(np.array, stops)):
        along = end - start
        across = np.array([-along[1], along[0]])
        bend = draws.uniform(-0.12, 0.12, 2)
        points += [start + part * along + shift * across for part, shift in zip((0.33, 0.67), bend, strict=True)]
        points.append(end.astype(float))
    return shapely.LineString(_rounded(np.array(points)))


def _rounded(points: np.ndarray) -> np.ndarray:
    """A line without sharp corners, its ends where they were (Chaikin 1974)."""
    for _ in range(2):
        cut = np.stack([0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]], axis=1)
        points = np.vstack([points[:1], cut.reshape(-1, 2), points[-1:]])
    return points


def _streets(place: Settlement, draws: np.random.Generator) -> list[tuple[str, shapely.LineString]]:
    """Streets out of the centre, and streets that cross them; a village has a few."""
    spokes, rings = (9, (0.22, 0.42, 0.62, 0.82)) if place.is_town else (4, (0.55,))
    centre, turn = np.array(place.centre_m), draws.uniform(0, 2 * np.pi)
    angles = turn + 2 * np.pi * (np.arange(spokes) + draws.uniform(-0.12, 0.12, spokes)) / spokes
    out_m = place.radius_m * np.array([0.05, 0.3, 0.6, 0.98])
    lines = [_curve(centre, out_m, angle + draws.normal(0, 0.05, 4)) for angle in angles]
    for ring in rings:
        parts = 4 if place.is_town else 2
        for part in range(parts):
            swept = turn + 2 * np.pi * (part + np.linspace(0.03, 0.97, 7)) / parts
            lines.append(_curve(centre, place.radius_m * ring * draws.uniform(0.93, 1.07, 7), swept))
    called = draws.permutation(len(_STREETS))
    return [
        (_STREETS[called[at % len(called)]] + (" East" if at >= len(called) else ""), line)
        for at, line in enumerate(lines)
    ]


def _curve(centre: np.ndarray, radius_m: np.ndarray, angles: np.ndarray) -> shapely.LineString:
    return shapely.LineString(
        centre + np.asarray(radius_m)[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    )


def _in_degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """In EPSG:4326 to 5 decimals, about a metre: finer than any of it is drawn."""
    return shapely.transform(shape, lambda places: np.round(to_degrees(places), 5))
