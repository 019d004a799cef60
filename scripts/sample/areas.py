"""How the invented borough's output areas, LSOAs and wards are cut from its postcodes.

Each postcode owns the land nearest to it. Wards, LSOAs and output areas are unions of such cells, so they nest
and leave no gap, and a postcode lies in its output area by construction.
"""

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra

from connected_place.scripts.sample.place import Borough

_DEGREE_DECIMALS = 6
_VILLAGE_WARD_SHARE = 0.4
_MIXED_WARD_SHARE = 0.1
_WARD_WORDS = ("Central", "Foundry", "Orchard", "Ropewalk", "Millfield", "Windmill", "Tannery", "Boatyard", "Meadow")

# The seven-parameter shift is spelt out: pyproj would otherwise take the best one the machine happens to have a
# grid for, and the file's bytes would differ by machine (EPSG transformation 1314, accuracy 2 m).
_GRID_TO_DEGREES = Transformer.from_pipeline(
    "+proj=pipeline +step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
    " +step +proj=push +v_3 +step +proj=cart +ellps=airy"
    " +step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489"
    " +convention=position_vector +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3"
    " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


def to_degrees(easting_northing: np.ndarray) -> np.ndarray:
    """Longitude and latitude (EPSG:4326, 6 decimals), shape (n, 2), of positions in EPSG:27700."""
    longitude, latitude = _GRID_TO_DEGREES.transform(easting_northing[:, 0], easting_northing[:, 1])
    return np.round(np.column_stack([longitude, latitude]), _DEGREE_DECIMALS)


def postcode_cells(postcodes: pd.DataFrame, *, land: shapely.Polygon) -> np.ndarray:
    """The land nearest to each postcode.

    Parameters
    ----------
    postcodes : DataFrame
        `easting`, `northing`, EPSG:27700.
    land : Polygon, EPSG:27700

    Returns
    -------
    Array of polygons in the order of the rows, EPSG:4326
        Neighbours share every corner along their border, also after rounding to 6 decimals.
    """
    points = shapely.MultiPoint(postcodes[["easting", "northing"]].to_numpy())
    around = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=land, ordered=True))
    cells = shapely.intersection(around, land, grid_size=0.001)
    in_degrees = shapely.transform(cells, to_degrees)
    tidy: np.ndarray = shapely.orient_polygons(shapely.remove_repeated_points(in_degrees))
    return tidy


def nest(postcodes: pd.DataFrame, *, cells: np.ndarray, borough: Borough) -> pd.DataFrame:
    """Give each postcode its output area, LSOA and ward.

    Parameters
    ----------
    postcodes : DataFrame
        `easting`, `northing`, `premises`.
    cells : array of polygons
        From `postcode_cells`.

    Returns
    -------
    DataFrame with the index of `postcodes`
        `ward`, `lsoa`, `area`: numbers from 0, each a connected set of cells, neighbours numbered in sequence.
    """
    draws = borough.draws(3)
    graph = _neighbours(cells, postcodes[["easting", "northing"]].to_numpy(float))
    ward_sizes = _uneven_sizes(borough.lsoas, parts=borough.wards, spread=2, draws=draws)
    lsoa_sizes = _uneven_sizes(borough.output_areas, parts=borough.lsoas, spread=1, draws=draws)
    premises = postcodes["premises"].to_numpy(float)
    area_share = draws.uniform(0.8, 1.25, borough.output_areas)

    lsoa_of_area = np.repeat(np.arange(borough.lsoas), lsoa_sizes)
    ward_of_lsoa = np.repeat(np.arange(borough.wards), ward_sizes)
    area = _partition(graph, premises=premises, share=area_share, groups=(ward_of_lsoa[lsoa_of_area], lsoa_of_area))
    lsoa = lsoa_of_area[area]
    return pd.DataFrame({"ward": ward_of_lsoa[lsoa], "lsoa": lsoa, "area": area}, index=postcodes.index)


def codes(numbers: pd.Series, *, prefix: str) -> pd.Series:
    """Codes such as "E00990001" for number 0 with the prefix "E0099"."""
    return prefix + (numbers + 1).astype(str).str.zfill(4)


def merge_cells(cells: np.ndarray, group: pd.Series) -> dict[str, shapely.Geometry]:
    """The union of the cells of each group, by group, in the order of the names."""
    rows = group.reset_index(drop=True).groupby(group.to_numpy().astype(str)).indices
    return {
        name: shapely.orient_polygons(shapely.coverage_union_all(cells[rows[name]])) for name in sorted(map(str, rows))
    }


def name_wards(postcodes: pd.DataFrame, *, borough: Borough) -> dict[int, str]:
    """Ward names: two villages, a town and a village, or a town and a word.

    Parameters
    ----------
    postcodes : DataFrame
        `ward` (number), `settlement`, `premises`, `easting`, `northing`.
    """
    by_place = postcodes.pivot_table(index="ward", columns="settlement", values="premises", aggfunc="sum", fill_value=0)
    towns = by_place[[town.name for town in borough.towns]]
    villages = by_place[[place.name for place in borough.settlements if place.is_village]]
    share = villages.sum(axis=1) / by_place.sum(axis=1)
    town = towns.idxmax(axis=1).astype(str)
    names = town + " and " + villages.idxmax(axis=1).astype(str)
    both = pd.Series([" and ".join(row.nlargest(2).index) for _, row in villages.iterrows()], index=villages.index)
    names = names.mask(share >= _VILLAGE_WARD_SHARE, both)
    centre_m = np.array(town.map({place.name: place.centre_m for place in borough.towns}).to_list())
    offset_m = postcodes.groupby("ward")[["easting", "northing"]].mean() - centre_m
    nearest_first = offset_m.index[np.hypot(*offset_m.to_numpy().T).argsort()]
    inner = town[[ward for ward in nearest_first if share[ward] < _MIXED_WARD_SHARE]]
    in_town = inner + [f" {_WARD_WORDS[place]}" for place in inner.groupby(inner).cumcount()]
    return dict(zip(map(int, names.index), in_town.reindex(names.index).fillna(names), strict=True))


def _neighbours(cells: np.ndarray, points_m: np.ndarray) -> csr_matrix:
    """Distances in metres between the postcodes whose cells share a border."""
    coordinates, owner = shapely.get_coordinates(cells, return_index=True)
    _, corner = np.unique(coordinates, axis=0, return_inverse=True)
    same_cell = owner[:-1] == owner[1:]
    edges = np.sort(np.column_stack([corner[:-1], corner[1:]])[same_cell], axis=1)
    table = pd.DataFrame({"start": edges[:, 0], "end": edges[:, 1], "cell": owner[:-1][same_cell]})
    pairs = table.merge(table, on=["start", "end"]).query("cell_x < cell_y").drop_duplicates(["cell_x", "cell_y"])
    one, other = pairs["cell_x"].to_numpy(), pairs["cell_y"].to_numpy()
    distance_m = np.hypot(*(points_m[one] - points_m[other]).T)
    half = coo_matrix((distance_m, (one, other)), shape=(len(cells), len(cells)))
    return (half + half.T).tocsr()


def _uneven_sizes(total: int, *, parts: int, spread: int, draws: np.random.Generator) -> np.ndarray:
    """Whole numbers around total / parts that sum to `total`: as many made larger as smaller."""
    change = draws.integers(1, spread + 1, parts // 2)
    return total // parts + draws.permutation(np.concatenate([change, -change]))


def _partition(
    graph: csr_matrix,
    *,
    premises: np.ndarray,
    share: np.ndarray,
    groups: tuple[np.ndarray, ...],
) -> np.ndarray:
    """Cut a connected graph into connected parts with about the given shares of the premises.

    Parts of the same group (outer groups first) are cut off together, so that groups are connected too.
    """
    part = np.zeros(graph.shape[0], dtype=int)
    todo = [(np.arange(graph.shape[0]), np.arange(len(share)))]
    while todo:
        nodes, parts = todo.pop()
        if len(parts) == 1:
            part[nodes] = parts[0]
            continue
        cut = _middle(parts, groups)
        target = share[parts[:cut]].sum() / share[parts].sum()
        left = _bisect(graph[nodes][:, nodes], premises[nodes], target, spare=(cut, len(parts) - cut))
        todo += [(nodes[left], parts[:cut]), (nodes[~left], parts[cut:])]
    return part


def _middle(parts: np.ndarray, groups: tuple[np.ndarray, ...]) -> int:
    """Where to cut a run of parts: between two outer groups where there are several, as near the middle as can be."""
    for group in groups:
        borders = np.flatnonzero(np.diff(group[parts])) + 1
        if len(borders):
            return int(borders[np.argmin(np.abs(borders - len(parts) / 2))])
    return len(parts) // 2


def _bisect(graph: csr_matrix, premises: np.ndarray, target: float, *, spare: tuple[int, int]) -> np.ndarray:
    """Mark the nodes on one side of a cut across a graph's longest extent; both sides stay connected.

    Nodes are ordered by how much nearer they are to one far end than to the other. A prefix of that order holds,
    with each node, the shortest path to its end, so it is connected, and so is the rest. Equal differences (a dead
    end behind a single node) must stay on one side.
    """
    one_end = int(np.argmax(dijkstra(graph, indices=0)))
    from_one = dijkstra(graph, indices=one_end)
    from_other = dijkstra(graph, indices=int(np.argmax(from_one)))
    lead_m = np.round(from_one - from_other, 3)
    order = np.argsort(lead_m, kind="stable")
    places = np.flatnonzero(np.diff(lead_m[order])) + 1
    places = places[(places >= spare[0]) & (len(order) - places >= spare[1])]
    reached = np.cumsum(premises[order])[places - 1] / premises.sum()
    cut = places[np.argmin(np.abs(reached - target))]
    left = np.zeros(len(order), dtype=bool)
    left[order[:cut]] = True
    return left
