"""Subsidy control status of the invented premises without a gigabit network, in the columns of BDUK's release."""

import numpy as np
import pandas as pd

from connected_place.scripts.sample.place import Borough

_STATUSES = ("Gigabit White", "Gigabit Under Review", "Gigabit Grey/Black")
_SHARES = {
    "Kilnbridge fringe estate": (0.20, 0.65, 0.15),
    "Dockhaven harbour streets": (0.60, 0.15, 0.25),
    "Eastern villages": (0.65, 0.20, 0.15),
}
_ELSEWHERE = (0.45, 0.15, 0.40)
_CONTRACTED = "Eastern villages"
"""The cluster whose premises under review are in a contract, and where some were taken out of it again."""

_FIRST_UPRN = 9_900_000_001
_AS_ITS_POSTCODE = 0.9
"""Share of premises with the status that most of their postcode has."""

_WITHOUT_POSITION = 0.02
_SPREAD_M = 4.0


def status_rows(postcodes: pd.DataFrame, counts: pd.DataFrame, *, borough: Borough) -> pd.DataFrame:
    """One row for each premises without a gigabit network today.

    Parameters
    ----------
    postcodes : DataFrame
        `postcode`, `easting`, `northing`, `cluster` (missing outside the planted clusters).
    counts : DataFrame indexed as `postcodes`
        The coverage file's count columns.

    Returns
    -------
    DataFrame
        The columns that BDUK publishes, and `easting`, `northing`, `is_placed` for the file of positions.
    """
    draws = borough.draws(16)
    without = counts["All Premises"] - counts["Number of premises with Gigabit availability"]
    rows = postcodes.loc[postcodes.index.repeat(without), ["postcode", "easting", "northing", "cluster"]]
    of_postcode = _drawn(postcodes["cluster"], draws).reindex(rows.index)
    own = _drawn(rows["cluster"], draws)
    keeps = draws.random(len(rows)) < _AS_ITS_POSTCODE
    status = np.where(keeps, of_postcode, own)
    in_contract = (status == 1) & (rows["cluster"] == _CONTRACTED).to_numpy()
    is_descoped = (status == 0) & (rows["cluster"] == _CONTRACTED).to_numpy() & (draws.random(len(rows)) < 0.15)
    offsets_m = draws.uniform(-_SPREAD_M, _SPREAD_M, (len(rows), 2))
    return pd.DataFrame(
        {
            "uprn": np.arange(_FIRST_UPRN, _FIRST_UPRN + len(rows)),
            "postcode": rows["postcode"].to_numpy(),
            "subsidy_control_status": np.array(_STATUSES)[status],
            "current_gigabit": "false",
            "future_gigabit": np.where(status == 2, "true", "false"),
            "bduk_gis": np.where(in_contract, "true", "false"),
            "bduk_gis_final_coverage_date": np.where(in_contract, "2029-03-31", ""),
            "bduk_gis_contract_name": np.where(in_contract, "Lot 99", ""),
            "bduk_gis_supplier": np.where(in_contract, "Invented Networks Ltd", ""),
            "descoped_reason_code": np.where(is_descoped, "R3", ""),
            "easting": np.rint(rows["easting"].to_numpy() + offsets_m[:, 0]).astype(int),
            "northing": np.rint(rows["northing"].to_numpy() + offsets_m[:, 1]).astype(int),
            "is_placed": draws.random(len(rows)) >= _WITHOUT_POSITION,
        }
    )


def _drawn(cluster: pd.Series, draws: np.random.Generator) -> pd.Series:
    """Number of a status for each row, by the shares of its cluster."""
    shares = np.array([_SHARES.get(str(name), _ELSEWHERE) for name in cluster]).cumsum(axis=1)
    numbers = (draws.random(len(cluster))[:, None] > shares[:, :2]).sum(axis=1)
    return pd.Series(numbers, index=cluster.index)
