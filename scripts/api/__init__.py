"""Connected Place in a notebook: open a plan, ask it questions, change it, make it, write it.

A plan is a folder with a `plan.toml`. Opening one reads that file alone; the input files are read once, when the first
question needs them, and a question does no more work than it needs: `gaps` does not choose sites.

Every answer is a pandas or geopandas frame. Its `attrs` carry the rest: `units` and `meanings` by column, `sources`
(each file with its SHA-256 and vintage), and the `parameters` used. Coordinates are in EPSG:27700, metres. What is not
known is NaN, never 0.

Every problem with a plan or its files is raised in one `ConnectedPlaceError`, whose `faults` list them all.

Examples
--------
>>> import connected_place.api as cp
>>> p = cp.sample()
>>> wards = cp.gaps(p)
>>> wards.sort_values("ufbb_300_gap_share")["area_name"].iloc[-1]
'Kilnbridge and Larkmere'
>>> wards.attrs["units"]["ufbb_300_gap"]
'homes and businesses'
"""

from connected_place.api.answers import gaps, lines, need, siting
from connected_place.api.front_answer import front
from connected_place.api.made_plan import MadePlan
from connected_place.api.open_plan import OpenPlan, open_plan, sample
from connected_place.gis_data.errors import ConnectedPlaceError

__all__ = [
    "ConnectedPlaceError",
    "MadePlan",
    "OpenPlan",
    "front",
    "gaps",
    "lines",
    "need",
    "open_plan",
    "sample",
    "siting",
]
