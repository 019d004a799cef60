"""Series of releases: drawn ones whose rate is known, and outer Bradford from 2018 to 2020."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from connected_place.coverage.forecast.rates import Vintage

from ..small_places import REAL_DATA

BRADFORD = REAL_DATA / "ofcom_more" / "bradford_outer_BD10_BD24_fixed_pc_coverage_six_releases_2018_2020.csv.gz"
MONTHS = ("2018-01", "2018-07", "2019-01", "2019-07", "2020-01", "2020-07")


def vintage(month: str, shares: dict[str, float], areas: dict[str, str], *, level: str = "postcode") -> Vintage:
    """A release with one premises a unit."""
    share = pd.Series(shares, dtype="float64")
    premises = pd.Series(1.0, index=share.index)
    return Vintage(month=month, level=level, share=share, premises=premises, area=pd.Series(areas)[share.index])


def closing_at(rate: float, *, months=MONTHS, areas: int = 12, noise: float = 0.0) -> list[Vintage]:
    """Areas of 20 units that close their gap, from 5 % to 95 % of premises, at one yearly rate, and wander."""
    random = np.random.default_rng(3)
    starts = np.repeat(np.linspace(0.05, 0.95, areas), 20)
    names = [f"U{number:03d}" for number in range(len(starts))]
    owners = {name: f"W{number // 20:02d}" for number, name in enumerate(names)}
    found = []
    drawn = np.zeros(len(starts))
    for number, month in enumerate(months):
        drawn = drawn + np.repeat(random.normal(0.0, noise, areas), 20)
        left = np.clip(starts * np.exp(-rate * number / 2) + drawn, 0.0, 1.0)
        found.append(vintage(month, dict(zip(names, left, strict=True)), owners))
    return found


def unmoved(vintages: list[Vintage]) -> pd.Series:
    """Every area held out by itself."""
    codes = sorted(set(vintages[0].area))
    return pd.Series(codes, index=codes)


@functools.cache
def bradford_table() -> pd.DataFrame:
    """Share of each postcode's premises without 30 and 300 Mbit/s, in six releases; SFBB leaves UFBB out to 2019."""
    rows = pd.read_csv(BRADFORD)
    superfast, ultrafast = rows["sfbb_availability_percent_premises"], rows["ufbb_availability_percent_premises"]
    at_least_30 = superfast + ultrafast.where(rows["release"] < "2020-01", 0.0)
    return rows[["postcode", "release"]].assign(
        sfbb_30=(1 - at_least_30 / 100).clip(0.0, 1.0), ufbb_300=(1 - ultrafast / 100).clip(0.0, 1.0)
    )


def bradford(tier: str, *, letters: int) -> list[Vintage]:
    """Outer Bradford's releases, areas by the first letters of the postcode: 4 a district, 5 a sector."""
    table = bradford_table()
    found = []
    for month, rows in table.groupby("release"):
        shares = rows.set_index("postcode")[tier].dropna().to_dict()
        found.append(vintage(str(month), shares, {code: code[:letters] for code in shares}))
    return found
