"""Where the invented borough's postcodes lie, what they are called and how many premises each has."""

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from connected_place.scripts.sample.place import EAST_M, NORTH_M, SOUTH_M, WEST_M, Borough, Settlement

UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
"""Letters of the last part of a postcode; C, I, K, M, O and V are not used."""

_SEPARATION_M = 34
_SHORE_M = 45
_UNITS_IN_SECTOR = 120


def live_postcodes(borough: Borough, *, land: shapely.Polygon) -> pd.DataFrame:
    """Place the live postcodes and share the premises among them.

    Parameters
    ----------
    land : Polygon, EPSG:27700
        The borough's outline.

    Returns
    -------
    DataFrame, one row a postcode
        `easting`, `northing` (whole metres, EPSG:27700, at least 34 m apart), `settlement` (name), `district`,
        `premises` (count, at least 1, sums to `borough.premises`).

    Raises
    ------
    ValueError
        If a settlement is too small for its postcodes.
    """
    draws = borough.draws(1)
    inner = land.buffer(-_SHORE_M)
    candidates = pd.concat([_candidates(settlement, draws) for settlement in borough.settlements], ignore_index=True)
    inside = shapely.contains_xy(inner, candidates["easting"], candidates["northing"])
    postcodes = _first_of_each(_thin(candidates[inside].reset_index(drop=True)), borough)
    weight = postcodes.pop("premises_weight") * draws.gamma(5.0, 1.0, len(postcodes))
    return postcodes.assign(premises=_share_out(borough.premises, weight, draws))


def name_postcodes(postcodes: pd.DataFrame) -> pd.Series:
    """Names such as "QX1 2AB", counted up in the order of the rows within each district.

    Parameters
    ----------
    postcodes : DataFrame
        `district`, for example "QX1"; neighbours stand next to each other.
    """
    number = postcodes.groupby("district").cumcount()
    sector = 1 + number // _UNITS_IN_SECTOR
    unit = number % _UNITS_IN_SECTOR
    letters = len(UNIT_LETTERS)
    first = (unit // letters).map(UNIT_LETTERS.__getitem__)
    second = (unit % letters).map(UNIT_LETTERS.__getitem__)
    return (postcodes["district"] + " " + sector.astype(str) + first + second).rename("postcode")


def terminated_postcodes(live: pd.DataFrame, *, borough: Borough) -> pd.DataFrame:
    """Postcodes no longer in use, each within 14 m of a live one and so in the same output area.

    Parameters
    ----------
    live : DataFrame
        `postcode`, `easting`, `northing` and the area columns of the live ones.

    Returns
    -------
    DataFrame
        The columns of `live`; the last two letters of the names start with Z, which no live one has.
    """
    draws = borough.draws(2)
    rows = np.sort(draws.choice(len(live), borough.terminated_postcodes, replace=False))
    gone = live.iloc[rows].reset_index(drop=True)
    number = gone.groupby("district").cumcount()
    units = number.map(lambda count: "Z" + UNIT_LETTERS[-1 - count % len(UNIT_LETTERS)])
    sectors = (1 + number // len(UNIT_LETTERS)).astype(str)
    shift_m = draws.integers(-9, 10, (len(gone), 2))
    return gone.assign(
        postcode=gone["district"] + " " + sectors + units,
        easting=gone["easting"] + shift_m[:, 0],
        northing=gone["northing"] + shift_m[:, 1],
        premises=0,
    )


def _candidates(settlement: Settlement, draws: np.random.Generator) -> pd.DataFrame:
    """More positions than are needed; thinning and the shore take some of them away."""
    count = 4 * settlement.postcodes
    positions_m = _blob(settlement, draws, count) if settlement.radius_m else _anywhere(draws, count)
    return pd.DataFrame(np.rint(positions_m).astype(int), columns=["easting", "northing"]).assign(
        settlement=settlement.name,
        district=settlement.district,
        premises_weight=settlement.premises_weight,
    )


def _anywhere(draws: np.random.Generator, count: int) -> np.ndarray:
    return draws.uniform((WEST_M, SOUTH_M), (EAST_M, NORTH_M), (count, 2))


def _blob(settlement: Settlement, draws: np.random.Generator, count: int) -> np.ndarray:
    """Positions in a built-up area with lobes, denser towards its centre."""
    angle = draws.uniform(0, 2 * np.pi, count)
    phase = draws.uniform(0, 2 * np.pi, 3)
    lobes = 1 + 0.22 * np.sin(2 * angle + phase[0]) + 0.16 * np.sin(3 * angle + phase[1])
    lobes += 0.10 * np.sin(5 * angle + phase[2])
    radius_m = settlement.radius_m * lobes * draws.uniform(0, 1, count) ** 0.6
    offset_m: np.ndarray = radius_m[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return offset_m + settlement.centre_m


def _thin(candidates: pd.DataFrame) -> pd.DataFrame:
    """Drop the later one of every two positions that are too close."""
    order = candidates.groupby("settlement", sort=False).cumcount().argsort(kind="stable")
    mixed = candidates.iloc[order].reset_index(drop=True)
    pairs = cKDTree(mixed[["easting", "northing"]]).query_pairs(_SEPARATION_M, output_type="ndarray")
    return mixed[~mixed.index.isin(pairs.max(axis=1))]


def _first_of_each(candidates: pd.DataFrame, borough: Borough) -> pd.DataFrame:
    wanted = candidates["settlement"].map({place.name: place.postcodes for place in borough.settlements})
    kept = candidates[candidates.groupby("settlement").cumcount() < wanted]
    expected = sum(place.postcodes for place in borough.settlements)
    if len(kept) != expected:
        raise ValueError(f"There is room for {len(kept)} of {expected} postcodes. Enlarge the settlements.")
    return kept.reset_index(drop=True)


def _share_out(total: int, weight: pd.Series, draws: np.random.Generator) -> np.ndarray:
    """Whole numbers of at least 1 that sum to `total`, by weight."""
    return 1 + draws.multinomial(total - len(weight), weight / weight.sum())
