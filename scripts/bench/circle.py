"""What a fixed circle pretends: Thurrock's libraries by the radio model against everybody within 250 m.

Run with: python scripts/bench/circle.py [DATA_FOLDER] [--circle METRES]
DATA_FOLDER holds thurrock/ (default: CONNECTED_PLACE_DATA, else ../shared/data beside the project). Nothing is written.
Figures are expected numbers by the default access point, each library by itself; premises are estimated from lines in
use, and residents are spread over them. A circle says nothing of walls: whoever lies within it counts, indoors too.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from connected_place.coverage.plan import Plan
    from connected_place.coverage.reach.sites import SiteReach

ROOT = Path(__file__).resolve().parent.parent.parent
KINDS = ("premises_outdoors", "premises_indoors", "residents_outdoors")
CIRCLE_M = 250.0


def thurrock(folder: Path) -> Plan:
    """The plan that the tests use too, its data in another folder."""
    from connected_place.api import OpenPlan
    from connected_place.scripts.config.plan_file import read_plan_file

    file = read_plan_file(ROOT / "tests" / "thurrock")
    return OpenPlan(file=replace(file, data=folder / "thurrock")).plan().record


def circles(plan: Plan, *, circle_m: float) -> SiteReach:
    """The same candidates with a fixed reach, who is within it being reached on the street and in every room."""
    from connected_place.coverage.reach.by_distance import covering
    from connected_place.gis_data.crs import coordinates

    sites, points = coordinates(plan.sites.geometry), coordinates(plan.demand.geometry)
    within = covering(sites, points, reach_m=circle_m)
    return replace(plan.reach, outdoors=within, indoors=within)


def each(plan: Plan, circle: SiteReach) -> pd.DataFrame:
    """One row a library: the model's figures, the circle's, and how many times too many the circle counts."""
    import pandas as pd

    share = plan.parameters.wifi.covered_share
    libraries = (plan.sites["kind"] == "library").to_numpy()
    model, fixed = (
        reach.alone(plan.demand, covered_share=share).set_axis(plan.sites["name"])[libraries]
        for reach in (plan.reach, circle)
    )
    table = {kind: {"model": model[kind], "circle": fixed[kind], "ratio": fixed[kind] / model[kind]} for kind in KINDS}
    return pd.concat({kind: pd.DataFrame(columns) for kind, columns in table.items()}, axis=1).sort_index()


def together(plan: Plan, circle: SiteReach) -> pd.DataFrame:
    """All libraries at once, where none is counted twice: lower and upper bound, the circle, and the ratio to both."""
    import pandas as pd

    from connected_place.coverage.reach.sites import reached_together

    libraries = (plan.sites["kind"] == "library").to_numpy()
    rows = {}
    for kind in KINDS:
        amounts = plan.demand[kind.partition("_")[0]]
        indoors = kind.endswith("indoors")
        chances, within = (reach.indoors if indoors else reach.outdoors for reach in (plan.reach, circle))
        low, high = reached_together(chances, amounts, libraries)
        fixed, _ = reached_together(within, amounts, libraries)
        rows[kind] = {
            "lower": low,
            "upper": high,
            "circle": fixed,
            "ratio_lower": fixed / low,
            "ratio_upper": fixed / high,
        }
    return pd.DataFrame(rows).T


def main() -> None:
    """Print both tables and what the numbers rest on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("CONNECTED_PLACE_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("folder", type=Path, nargs="?", default=default, metavar="DATA_FOLDER")
    parser.add_argument("--circle", type=float, default=CIRCLE_M, metavar="METRES")
    asked = parser.parse_args()

    import pandas as pd

    plan = thurrock(asked.folder)
    circle = circles(plan, circle_m=asked.circle)
    pd.set_option("display.width", 200, "display.max_columns", None, "display.float_format", "{:,.1f}".format)
    print(f"\n# Each library by itself: radio model ({plan.reach.radio.reach_m:g} m) and circle ({asked.circle:g} m)\n")
    print(each(plan, circle).to_string())
    print("\n# All of them together\n")
    print(together(plan, circle).to_string())
    print(f"\nPremises: {plan.shortlist.premises_source}.")
    print("\n".join(plan.reach.radio.remarks))


if __name__ == "__main__":
    main()
