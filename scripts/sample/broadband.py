"""What broadband the invented borough's premises can get, in the columns of Ofcom's fixed-coverage files."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.scripts.sample.place import Borough

_BANDS = ("unmatched", "0<2", "2<5", "5<10", "10<30", "30<100", "100<300", "300<1000", "gigabit")
"""The best download speed a premises can get, Mbit/s; "unmatched": not found in any operator's records."""

_OPEN_REACH = (0.001, 0, 0, 0, 0.0005, 0.0015, 0.001, 0.006, 0.990)
_PATCHY = (0.002, 0, 0.001, 0.002, 0.025, 0.16, 0.02, 0.03, 0.76)
_COPPER = (0.002, 0.005, 0.015, 0.03, 0.12, 0.758, 0.05, 0.01, 0.01)

# Shares of postcodes with each of the three profiles above, outside the clusters.
_TOWN_MIX = (0.975, 0.019, 0.006)
_COUNTRY_MIX = (0.86, 0.09, 0.05)

# Pieces of a postcode's own shares: the larger, the closer each postcode keeps to its profile.
_LIKENESS = 40

AVAILABILITY = ("SFBB", "UFBB (100Mbit/s)", "UFBB", "Gigabit")
"""Labels of the availability columns. SFBB is at least 30, UFBB at least 300 Mbit/s."""

CONDITIONS = (
    "with NGA",
    "unable to receive decent broadband from fixed or FWA",
    "able to receive decent broadband from FWA",
    "unable to receive 2Mbit/s",
    "unable to receive 5Mbit/s",
    "unable to receive 10Mbit/s",
    "unable to receive 30Mbit/s",
    "with 0<2Mbit/s download speed",
    "with 2<5Mbit/s download speed",
    "with 5<10Mbit/s download speed",
    "with 10<30Mbit/s download speed",
    "with 30<300Mbit/s download speed",
    "with >=300Mbit/s download speed",
)
"""Labels of the other columns, as they follow "% of premises" and "Number of premises"."""

NUMBER_COLUMNS = (
    *(f"Number of premises with {label} availability" for label in AVAILABILITY),
    *(f"Number of premises {label}" for label in CONDITIONS),
)
PERCENT_COLUMNS = (
    *(f"{label} availability (% premises)" for label in AVAILABILITY),
    *(f"% of premises {label}" for label in CONDITIONS),
)

TIER_NUMBERS = {
    "sfbb_30": "Number of premises with SFBB availability",
    "ufbb_100": "Number of premises with UFBB (100Mbit/s) availability",
    "ufbb_300": "Number of premises with UFBB availability",
    "gigabit": "Number of premises with Gigabit availability",
}
"""The column that counts the premises with each tier; decent_10 counts those without instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCluster:
    """A planted patch of poor coverage.

    Attributes
    ----------
    name, kind : str
        What a reader of the map would call it.
    centre_km : tuple of float
        East and north of the box's south-west corner.
    areas : int
        Output areas nearest to the centre that belong to it.
    shares : tuple of float
        Share of premises in each of `BANDS`.
    """

    name: str
    kind: str
    centre_km: tuple[float, float]
    areas: int
    shares: tuple[float, ...]


CLUSTERS = (
    GapCluster(
        name="Kilnbridge fringe estate",
        kind="fringe estate without 300 Mbit/s: fibre to the cabinet only",
        centre_km=(4.55, 9.05),
        areas=14,
        shares=(0.002, 0, 0, 0.001, 0.024, 0.72, 0.13, 0.033, 0.09),
    ),
    GapCluster(
        name="Dockhaven harbour streets",
        kind="old harbour streets on long copper lines, deprived",
        centre_km=(10.75, 1.75),
        areas=10,
        shares=(0.003, 0.002, 0.008, 0.02, 0.11, 0.50, 0.12, 0.017, 0.22),
    ),
    GapCluster(
        name="Eastern villages",
        kind="villages beyond the cabinets, part of them below 30 Mbit/s",
        centre_km=(13.9, 7.2),
        areas=10,
        shares=(0.004, 0.012, 0.03, 0.07, 0.21, 0.40, 0.05, 0.014, 0.21),
    ),
)


def cluster_of_area(centroids: pd.DataFrame, *, origin_km: tuple[float, float]) -> pd.Series:
    """The planted cluster each output area belongs to.

    Parameters
    ----------
    centroids : DataFrame indexed by area code
        `x`, `y`, metres, EPSG:27700.
    origin_km : tuple of float
        The corner that the clusters' positions count from.

    Returns
    -------
    Series of cluster names, only for the areas in one
    """
    found = [_nearest_areas(centroids, cluster, origin_km) for cluster in CLUSTERS]
    return pd.concat(found).sort_index()


def premises_by_band(postcodes: pd.DataFrame, *, borough: Borough) -> pd.DataFrame:
    """Draw how many premises of each postcode can get which speed.

    Parameters
    ----------
    postcodes : DataFrame
        `premises`, `in_town` (bool), `cluster` (name, or missing).

    Returns
    -------
    DataFrame of whole numbers, columns `BANDS`, the rows sum to `premises`
    """
    draws = borough.draws(4)
    profiles = np.array([_OPEN_REACH, _PATCHY, _COPPER, *(cluster.shares for cluster in CLUSTERS)])
    mixes = np.where(postcodes["in_town"].to_numpy()[:, None], _TOWN_MIX, _COUNTRY_MIX)
    background = (draws.uniform(0, 1, len(postcodes))[:, None] > mixes.cumsum(axis=1)[:, :2]).sum(axis=1)
    planted = postcodes["cluster"].map({cluster.name: 3 + number for number, cluster in enumerate(CLUSTERS)})
    profile = planted.fillna(pd.Series(background, index=postcodes.index)).astype(int)
    pieces = draws.gamma(_LIKENESS * profiles[profile])
    counts = draws.multinomial(postcodes["premises"], pieces / pieces.sum(axis=1, keepdims=True))
    return pd.DataFrame(counts, columns=list(_BANDS), index=postcodes.index)


def count_columns(bands: pd.DataFrame, *, borough: Borough) -> pd.DataFrame:
    """The counts that Ofcom publishes for an area, from its premises by band.

    Parameters
    ----------
    bands : DataFrame
        Columns `BANDS`.

    Returns
    -------
    DataFrame, "All Premises", "All Matched Premises" and `NUMBER_COLUMNS`
        All of them can be summed over rows.
    """
    draws = borough.draws(5)
    at_least = bands.iloc[:, ::-1].cumsum(axis=1)
    below = bands.iloc[:, 1:].cumsum(axis=1)
    fixed_wireless = draws.binomial(below["5<10"], 0.9)
    columns = {
        "All Premises": bands.sum(axis=1),
        "All Matched Premises": below["gigabit"],
        "SFBB": at_least["30<100"],
        "UFBB (100Mbit/s)": at_least["100<300"],
        "UFBB": at_least["300<1000"],
        "Gigabit": bands["gigabit"],
        "with NGA": at_least["30<100"] + draws.binomial(bands["10<30"], 0.5),
        "no decent": below["5<10"] - fixed_wireless,
        "decent from FWA": fixed_wireless + draws.binomial(bands["10<30"], 0.3),
        **{f"unable {speed_mbps}": below[f"{low}<{speed_mbps}"] for low, speed_mbps in _STEPS},
        **{f"from {low}": bands[f"{low}<{speed_mbps}"] for low, speed_mbps in _STEPS},
        "30<300": bands["30<100"] + bands["100<300"],
        ">=300": at_least["300<1000"],
    }
    return pd.DataFrame(columns).set_axis(["All Premises", "All Matched Premises", *NUMBER_COLUMNS], axis=1)


def percent_columns(counts: pd.DataFrame) -> pd.DataFrame:
    """The publisher's percentages of all premises, as text with at most 1 decimal ("98.8", "100").

    Parameters
    ----------
    counts : DataFrame
        From `count_columns`, possibly summed.
    """
    share = counts[list(NUMBER_COLUMNS)].div(counts["All Premises"], axis=0)
    text = (100 * share).round(1).map("{:g}".format)
    return text.set_axis(list(PERCENT_COLUMNS), axis=1)


def unserved_shares(counts: pd.DataFrame) -> dict[str, int]:
    """Premises without each tier, summed over the rows of `count_columns`.

    `decent_10` counts the premises unable to receive 10 Mbit/s; a gap at the other tiers is all premises less those
    with the tier.
    """
    total = counts.sum()
    lacking = {tier: int(total["All Premises"] - total[column]) for tier, column in TIER_NUMBERS.items()}
    return {"decent_10": int(total["Number of premises unable to receive 10Mbit/s"])} | lacking


_STEPS = ((0, 2), (2, 5), (5, 10), (10, 30))


def _nearest_areas(centroids: pd.DataFrame, cluster: GapCluster, origin_km: tuple[float, float]) -> pd.Series:
    centre_m = 1000 * (np.array(origin_km) + cluster.centre_km)
    distance_m = np.hypot(centroids["x"] - centre_m[0], centroids["y"] - centre_m[1])
    return pd.Series(cluster.name, index=distance_m.nsmallest(cluster.areas).index, name="cluster")
