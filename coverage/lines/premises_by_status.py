"""Subsidy control status of the premises without a speed: how many of each unit have which, as far as a file says."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.gaps import Units
from connected_place.coverage.parameters import lines
from connected_place.coverage.places import Geography, postcode_directory, postcodes_to_areas
from connected_place.gis_data.layers import Layers

WHITE, UNDER_REVIEW, GREY_BLACK, UNKNOWN_STATUS = lines.LINE_STATUSES

BY_UPRN, BY_POSTCODE = "UPRN", "postcode"
"""What a status is based on: the property itself, or the postcode that the file gives for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPremises:
    """Premises of a status file that have no gigabit network today, each with its unit.

    Attributes
    ----------
    frame : DataFrame indexed by UPRN
        `unit` (code of a unit of the coverage file), `status`, `basis` (`BY_UPRN` or `BY_POSTCODE`), `in_contract`,
        `has_voucher` (bool), `contract`, `supplier`, `contract_date`, `descoped_reason` (text). Premises that lie in
        no unit of the place are left out.
    release : str
        Of the file; "" without one.
    """

    frame: pd.DataFrame
    release: str


_FLAGS = ("in_contract", "has_voucher")
_TEXTS = ("contract", "supplier", "contract_date", "descoped_reason")


def listed_premises(layers: Layers, places: Geography, units: Units) -> ListedPremises:
    """The premises of BDUK's status file that could still gain a gigabit line.

    Parameters
    ----------
    layers : Layers
        "premises-status", and "uprns" for the position of each property.
    places : Geography
    units : Units

    Notes
    -----
    A property whose position OS Open UPRN gives is placed by it; any other by its postcode, and its status then counts
    as one by postcode: BDUK decides property by property, and the colour of a postcode is only how that is shown.
    """
    given = layers.of("premises-status")
    if not given:
        columns = ["unit", "status", "basis", *_FLAGS, *_TEXTS]
        return ListedPremises(frame=pd.DataFrame(columns=columns, dtype=object), release="")
    rows = pd.concat([layer.frame for layer in given])
    rows = rows[(rows["current_gigabit"] != 1) & ~rows.index.duplicated()]
    positions = _positions(layers, rows.index)
    unit = units_of_premises(rows, layers, places, units)
    frame = pd.DataFrame(
        {
            "unit": unit,
            "status": rows["status"],
            "basis": np.where(positions.notna(), BY_UPRN, BY_POSTCODE),
            **{name: rows.get(name, pd.Series(np.nan, index=rows.index)) == 1 for name in _FLAGS},
            **{name: rows.get(name, pd.Series("", index=rows.index)) for name in _TEXTS},
        }
    )
    known = frame["unit"].isin(units.counts.index)
    return ListedPremises(frame=frame[known].sort_index(), release=given[0].provenance.vintage)


def premises_by_status(gap: pd.Series, listed: pd.DataFrame) -> pd.DataFrame:
    """The gap of each unit by status.

    Parameters
    ----------
    gap : Series indexed by unit
        Premises without the speed, more than 0.
    listed : DataFrame
        As `ListedPremises.frame`.

    Returns
    -------
    DataFrame indexed as `gap`, one column a status
        Premises; each row sums to the gap.

    Notes
    -----
    Coverage files do not say which premises lack the speed. Where the status file lists more premises without a
    gigabit network than lack the speed, these are taken to be a fair sample of the listed ones. Where it lists fewer,
    the rest is not known: no more premises are called White than BDUK says are.

    Examples
    --------
    >>> listed = pd.DataFrame({"unit": ["A", "A", "A", "B"], "status": ["white", "white", "grey/black", "white"]})
    >>> premises_by_status(pd.Series({"A": 6.0, "B": 0.5, "C": 2.0}), listed).to_numpy().tolist()
    [[2.0, 0.0, 1.0, 3.0], [0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 2.0]]
    """
    sizes = {
        status: listed["unit"][listed["status"] == status].value_counts().reindex(gap.index, fill_value=0)
        for status in lines.LINE_STATUSES
        if status != UNKNOWN_STATUS
    }
    counts = pd.DataFrame(sizes, index=gap.index, dtype="float64")
    whole = counts.sum(axis="columns").astype("float64")
    taken = np.minimum(1.0, (gap / whole.where(whole > 0)).fillna(0.0))
    found = counts.mul(taken, axis="index")
    return found.assign(**{UNKNOWN_STATUS: (gap - found.sum(axis="columns")).clip(lower=0.0)})


def _positions(layers: Layers, uprns: pd.Index) -> gpd.GeoSeries:
    """Point of each property; missing where no file gives it."""
    found = [layer.frame for layer in layers.of("uprns")]
    if not found:
        return gpd.GeoSeries([None] * len(uprns), index=uprns, crs="EPSG:27700")
    frame = gpd.GeoDataFrame(pd.concat(found))
    return gpd.GeoSeries(frame.geometry[~frame.index.duplicated()].reindex(uprns))


def units_of_premises(rows: pd.DataFrame, layers: Layers, places: Geography, units: Units) -> pd.Series:
    """Code of the unit of each property: its postcode, or the area that it or its postcode lies in; "" for none.

    Parameters
    ----------
    rows : DataFrame indexed by UPRN
        `postcode`.
    layers : Layers
        "uprns" for positions, and the directory of postcodes.
    places : Geography
    units : Units
    """
    if units.level == "postcode":
        return rows["postcode"]
    positions = _positions(layers, rows.index)
    by_point = places.areas_at(gpd.GeoSeries(positions[positions.notna()]), places.level)
    if not layers.of("postcodes"):
        return by_point.reindex(rows.index).fillna("")
    codes = postcodes_to_areas(postcode_directory(layers), places)[places.level]
    by_postcode = rows["postcode"].map(codes).fillna("")
    return by_point.reindex(rows.index).fillna(by_postcode)
