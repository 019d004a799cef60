"""Who lives in the invented borough: residents, households, deprivation, and residents on a 100 m grid."""

import numpy as np
import pandas as pd
from scipy.special import ndtr

from connected_place.scripts.sample.place import EAST_M, NORTH_M, SOUTH_M, WEST_M, Borough

CELL_M = 100
POPULATION_NODATA = -9999.0
GRID_CORNER_M = (WEST_M, NORTH_M)
"""North-west corner of the grid, easting and northing, EPSG:27700."""
LSOAS_IN_ENGLAND = 33_755
"""LSOA 2021 in England: the ranks of IoD 2025 run from 1 to this."""

_HOUSEHOLDS_PER_PREMISES = 0.905
_PEOPLE_PER_HOUSEHOLD = 2.45
_COMMUNAL_SHARE = 0.006
_SPREAD_M = 40

# Label, whether the score is a rate, the score of the least and of the most deprived place, and how closely the
# domain follows the overall index (a correlation).
_DOMAINS = (
    ("Index of Multiple Deprivation (IMD)", False, 2.0, 70.0, 1.0),
    ("Income", True, 0.02, 0.55, 0.95),
    ("Employment", True, 0.02, 0.40, 0.93),
    ("Education, Skills and Training", False, 0.5, 85.0, 0.85),
    ("Health Deprivation and Disability", False, -2.5, 2.8, 0.85),
    ("Crime", False, -2.6, 2.6, 0.6),
    ("Barriers to Housing and Services", False, 3.0, 60.0, 0.1),
    ("Living Environment", False, 0.5, 70.0, 0.2),
    ("Income Deprivation Affecting Children Index (IDACI)", True, 0.02, 0.75, 0.93),
    ("Income Deprivation Affecting Older People (IDAOPI)", True, 0.02, 0.70, 0.88),
)


def households_and_residents(premises: pd.Series, *, borough: Borough) -> pd.DataFrame:
    """Census counts of each output area.

    Parameters
    ----------
    premises : Series indexed by area code
        Counts, residential and commercial together.

    Returns
    -------
    DataFrame indexed like `premises`
        `households`, `residents`, `in_communal` (part of `residents`), counts.
    """
    draws = borough.draws(6)
    households = draws.binomial(premises, _HOUSEHOLDS_PER_PREMISES)
    per_household = draws.normal(_PEOPLE_PER_HOUSEHOLD, 0.25, len(premises)).clip(1.7, 3.3)
    residents = np.rint(households * per_household).astype(int)
    in_communal = draws.binomial(residents, _COMMUNAL_SHARE)
    return pd.DataFrame(
        {"households": households, "residents": residents, "in_communal": in_communal}, index=premises.index
    )


def deprivation(lsoas: pd.DataFrame, *, borough: Borough) -> pd.DataFrame:
    """Scores, ranks and deciles in the columns of IoD 2025, file 7.

    Parameters
    ----------
    lsoas : DataFrame indexed by LSOA code
        `deprivation`: standard deviations above the country's mean; above 0 is more deprived.

    Returns
    -------
    DataFrame indexed like `lsoas`
        Rank 1 and decile 1 are the most deprived.
    """
    draws = borough.draws(7)
    overall = 0.75 * lsoas["deprivation"].to_numpy() + draws.normal(0, 0.6, len(lsoas))
    columns: dict[str, np.ndarray] = {}
    for label, is_rate, least, most, likeness in _DOMAINS:
        own = draws.normal(0, 1, len(lsoas))
        rank = _ranks(likeness * overall + (1 - likeness**2) ** 0.5 * own)
        columns[f"{label} Score{' (rate)' * is_rate}"] = _score(rank, least=least, most=most)
        columns[f"{label} Rank (where 1 is most deprived)"] = rank
        columns[f"{label} Decile (where 1 is most deprived 10% of LSOAs)"] = -(-rank * 10 // LSOAS_IN_ENGLAND)
    return pd.DataFrame(columns, index=lsoas.index)


def population_grid(postcodes: pd.DataFrame, *, residents: pd.Series, borough: Borough) -> np.ndarray:
    """Residents on a 100 m grid over the borough's box: each resident stands within 40 m of a postcode.

    Parameters
    ----------
    postcodes : DataFrame
        `oa21cd`, `premises`, `easting`, `northing` (EPSG:27700).
    residents : Series indexed by area code
        Counts.

    Returns
    -------
    Array of float32, shape (120, 180), north up
        Residents per cell; their sum is the sum of `residents`. Cells without anyone hold `POPULATION_NODATA`.
    """
    draws = borough.draws(8)
    homes = np.repeat(np.arange(len(postcodes)), _residents_by_postcode(postcodes, residents, draws))
    places_m = postcodes[["easting", "northing"]].to_numpy(float)[homes]
    places_m += draws.uniform(-_SPREAD_M, _SPREAD_M, places_m.shape)
    column = ((places_m[:, 0] - WEST_M) // CELL_M).astype(int)
    row = ((NORTH_M - places_m[:, 1]) // CELL_M).astype(int)
    grid = np.zeros(((NORTH_M - SOUTH_M) // CELL_M, (EAST_M - WEST_M) // CELL_M), dtype=np.float32)
    np.add.at(grid, (row, column), 1)
    return np.where(grid > 0, grid, np.float32(POPULATION_NODATA))


def _residents_by_postcode(postcodes: pd.DataFrame, residents: pd.Series, draws: np.random.Generator) -> np.ndarray:
    """Share the residents of each area among its postcodes by premises."""
    shared = np.zeros(len(postcodes), dtype=int)
    for area, rows in sorted(postcodes.groupby("oa21cd").indices.items()):
        premises = postcodes["premises"].to_numpy()[rows]
        shared[rows] = draws.multinomial(residents[str(area)], premises / premises.sum())
    return shared


def _ranks(index: np.ndarray) -> np.ndarray:
    """Ranks in the whole country, no two the same, of values on the standard normal scale (high: deprived)."""
    spaced: np.ndarray = 1 + np.floor((1 - ndtr(index)) * (LSOAS_IN_ENGLAND - 1)).astype(int)
    order = np.argsort(spaced, kind="stable")
    step = np.arange(len(order))
    spaced[order] = np.maximum.accumulate(spaced[order] - step) + step
    return spaced


def _score(rank: np.ndarray, *, least: float, most: float) -> np.ndarray:
    """A score that falls with the rank, steeply among the most deprived, 3 decimals."""
    deprived = 1 - (rank - 1) / (LSOAS_IN_ENGLAND - 1)
    return np.round(least + (most - least) * deprived**2, 3)
