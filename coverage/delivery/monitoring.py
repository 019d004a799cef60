"""What is measured: each figure before the first site is live, and what it should come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.gaps import TIERS, counted_as, in_force
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.reach import SiteReach, best_server
from connected_place.gis_data.layers import Layers

_COLUMNS = ["key", "words", "unit", "baseline", "baseline_date", "target", "source", "how_often", "owner_role"]
REACH_SOURCE = "this plan's model of reach: an estimate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The place before the first site is live.

    Attributes
    ----------
    gap_premises : float
        Premises without the headline speed.
    gap_date, gap_source : str
        Vintage and publisher of the coverage file.
    free_spots : float
        Places with free public Wi-Fi; NaN: no file says.
    wifi_date, wifi_source : str
    premises, residents : float
        Expected number within reach of free public Wi-Fi outdoors; NaN: not known.
    premises_then, residents_then : float
        The same with the chosen sites.
    counted : str
        What premises are a count of: "premises", "lines in use" or "households".
    """

    gap_premises: float
    gap_date: str
    gap_source: str
    free_spots: float
    wifi_date: str
    wifi_source: str
    premises: float
    premises_then: float
    residents: float
    residents_then: float
    counted: str = "premises"


def monitoring(sites: pd.DataFrame, baseline: Baseline, parameters: Parameters) -> pd.DataFrame:
    """The indicators with their baseline and target.

    Returns
    -------
    DataFrame
        `key, words, unit, baseline, baseline_date, target` (NaN: not known, or none is set), `source, how_often,
        owner_role`.
    """
    speed = TIERS[parameters.gaps.headline].words
    wifi, owner = (baseline.wifi_date, baseline.wifi_source), "Project manager"
    live, counted = float(len(sites)), baseline.counted
    head = f"{counted[0].upper()}{counted[1:]}"
    rows = [
        ("sites_live", "Live sites of this plan", "sites", 0.0, "before the first month", live,
         "acceptance records", "each month", owner),
        ("free_wifi", "Places with free public Wi-Fi", "places", baseline.free_spots, wifi[0],
         baseline.free_spots + live, wifi[1], "each year", owner),
        ("premises_reached", f"{head} with free Wi-Fi outdoors", counted, baseline.premises, wifi[0],
         baseline.premises_then, REACH_SOURCE, "each year", "Network engineer"),
        ("residents_reached", "Residents with free Wi-Fi outdoors", "residents", baseline.residents, wifi[0],
         baseline.residents_then, REACH_SOURCE, "each year", "Network engineer"),
        ("gap_premises", f"{head} that cannot get {speed}", counted, baseline.gap_premises, baseline.gap_date,
         float("nan"), baseline.gap_source, "each release", owner),
        ("users", "Different devices that signed on in a month", "devices", float("nan"), "", float("nan"),
         "the network's own counts, from going live", "each month", "Service lead"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)


def baseline_of(
    layers: Layers,
    borough: pd.Series,
    access_points: pd.DataFrame,
    *,
    reach: SiteReach,
    points: pd.DataFrame,
    chosen: np.ndarray,
    headline: str,
    source: str,
) -> Baseline:
    """Measure the place today, and as it would be with the chosen sites.

    Parameters
    ----------
    layers : Layers
    borough : Series
        As `gap.borough_total` gives it.
    access_points : DataFrame
        Existing public Wi-Fi in the place: `access`.
    reach : SiteReach
    points : DataFrame, one row a demand point
        `premises`, `residents` (NaN: not known).
    chosen : array of bool, one a candidate
    headline : str
        Key of a tier.
    source : str
        Where the counts of premises come from.
    """
    coverage, wifi = in_force(layers).provenance, layers.of("public-wifi")
    then = np.maximum(reach.already, best_server(reach.outdoors, chosen))
    amounts = {name: points.get(name, pd.Series(np.nan, index=points.index)) for name in ("premises", "residents")}
    now = reach.already if wifi else np.full(len(reach.already), np.nan)
    return Baseline(
        gap_premises=float(borough[f"{headline}_gap"]),
        gap_date=coverage.vintage,
        gap_source=coverage.publisher,
        free_spots=float((access_points["access"] != "paid").sum()) if wifi else float("nan"),
        wifi_date=_joined(layer.provenance.vintage for layer in wifi),
        wifi_source=_joined(layer.provenance.title for layer in wifi) or "no list of existing public Wi-Fi was given",
        premises=_reached(amounts["premises"], now),
        premises_then=_reached(amounts["premises"], then),
        residents=_reached(amounts["residents"], now),
        residents_then=_reached(amounts["residents"], then),
        counted=counted_as(source),
    )


def _joined(parts: Iterable[str]) -> str:
    """What several files say, each thing once."""
    return "; ".join(dict.fromkeys(parts))


def _reached(amounts: pd.Series, chances: np.ndarray) -> float:
    """Expected amount; NaN where nothing is known of it."""
    return float("nan") if amounts.isna().all() else float(amounts.fillna(0.0).to_numpy() @ chances)
