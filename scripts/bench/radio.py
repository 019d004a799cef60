"""The radio model against other implementations, against its own reference figures and against measurements.

Run with: python scripts/bench/radio.py [FOLDER]
FOLDER holds reference/radio and data/wifi_measured_feup; without it, the folder `shared` beside the project.
Nothing is written. Differences are in dB unless a line says otherwise.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from connected_place.coverage.reach.entry_loss import entry_loss_db
from connected_place.coverage.reach.link import (
    Link,
    coverage_probability,
    probability_in_sight,
    probability_out_of_sight,
    radius_m,
)
from connected_place.coverage.reach.propagation import (
    IN_SIGHT,
    free_space_loss_db,
    knife_edge_loss_db,
    line_of_sight_probability,
    median_loss_db,
    no_line_of_sight_loss_db,
)
from connected_place.coverage.reach.radio_limits import limits_sentences

if TYPE_CHECKING:
    import pandas as pd

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Rows of one file that hold one formula of one source, and what this project makes of them.

    Attributes
    ----------
    file, name, source : str
        Where it stands, which formula, whose implementation.
    rows, compared, outside : int
        There are; that hold this project's formula and have a value; of those compared, outside the range for which
        the file marks the formula as stated.
    largest : float
        Difference in the rows compared; NaN where there are none.
    note : str
        Why the others were not compared, or what differs on purpose.
    """

    file: str
    name: str
    source: str
    rows: int
    compared: int
    outside: int
    largest: float
    note: str = ""


def in_sight(rows: pd.DataFrame) -> np.ndarray:
    """P.1411 section 4.1.1 as it stands, without the floor of free space."""
    return median_loss_db(rows["d3d_m"], rows["f_GHz"], IN_SIGHT)


def free_space(rows: pd.DataFrame) -> np.ndarray:
    """Friis."""
    return free_space_loss_db(rows["d3d_m"], rows["f_GHz"])


def out_of_sight(rows: pd.DataFrame) -> np.ndarray:
    """3GPP street canyon."""
    return no_line_of_sight_loss_db(rows["d3d_m"], rows["f_GHz"])


def chance_of_sight(rows: pd.DataFrame) -> np.ndarray:
    """3GPP street canyon; the table means the distance on the map."""
    return line_of_sight_probability(rows["parameters"].str.removeprefix("d2d_m=").astype("float64"))


Formula = Callable[["pd.DataFrame"], np.ndarray]

RULES: tuple[tuple[str, str, Formula | None, str], ...] = (
    ("4.1.1 site-general", "LoS", in_sight, "before the floor of free space, which is 2 dB higher at 5 m and 2.4 GHz"),
    ("4.1.1 site-general", "NLoS", None, "another formula: low-rise holds from 10 GHz, residential is 11-18 dB low"),
    ("mean of lower and upper", "", None, "another formula: ns-3 takes the mean of the bounds, not today's median"),
    ("Friis", "", free_space, ""),
    ("Table 7.4.1-1", "NLoS", out_of_sight, "ns-3 swaps the heights unless the access point is at 10 m, as it is here"),
    ("Table 7.4.1-1", "LoS", None, "another formula: in sight P.1411 is used"),
    ("Table 7.4.2-1", "", chance_of_sight, "a probability"),
    ("NLoS optional", "", None, "another formula: the alternative of the same table"),
    ("4.1.2", "", None, "another formula: a canyon with a break point that needs both heights and the traffic"),
    ("4.2", "", None, "another formula: an antenna above the roofs"),
    ("4.1.3.2", "", None, "another formula: one corner whose geometry is known"),
    ("4.3", "", None, "another formula: both antennas low, a share of locations, or houses whose gaps are known"),
    ("site-general 10a", "", None, "another formula: P.1238, inside buildings"),
)
"""Words of the section, the condition, this project's formula (none: not used), and what is to be said of it."""


def path_losses(folder: Path) -> Iterator[Comparison]:
    """Every row of pathloss.csv."""
    import pandas as pd

    table = pd.read_csv(folder / "pathloss.csv")
    for keys, rows in table.groupby(["section", "source", "condition"], sort=False):
        section, source, condition = map(str, keys)
        formula, note = next(rule[2:] for rule in RULES if rule[0] in section and rule[1] in ("", condition))
        name = f"{rows['model'].iloc[0]}, {section}, {condition}"
        inside = rows["inside_validity"] == 1
        yield _compared("pathloss.csv", name, source, rows["loss_dB"], formula and formula(rows), inside, note)


def entry_losses(folder: Path) -> Iterator[Comparison]:
    """Every row of building_entry_loss.csv."""
    import pandas as pd

    table = pd.read_csv(folder / "building_entry_loss.csv")
    for keys, rows in table.groupby(["building", "source"], sort=False):
        building, source = map(str, keys)
        share = rows["prob_not_exceeded_pct"] / 100
        found = entry_loss_db(share, rows["f_GHz"], building=building, elevation_deg=rows["elev_deg"])
        note = "the edition before" if "P.2109-1" in source else ""
        inside = rows["bel_dB"].notna()
        yield _compared("building_entry_loss.csv", f"P.2109, {building}", source, rows["bel_dB"], found, inside, note)


def edges(folder: Path) -> Iterator[Comparison]:
    """Every row of knife_edge_J.csv."""
    import pandas as pd

    rows = pd.read_csv(folder / "knife_edge_J.csv")
    found = knife_edge_loss_db(rows["nu"])
    inside = rows["nu"].notna()
    yield _compared("knife_edge_J.csv", "P.526, J(nu)", "table", rows["J_dB_P526_eq31"], found, inside, "")


def test_vectors(folder: Path) -> Iterator[Comparison]:
    """Every row of ns3_test_vectors.csv."""
    import pandas as pd

    table = pd.read_csv(folder / "ns3_test_vectors.csv")
    table["d3d_m"] = np.hypot(table["d2d_m"], table["h_tx_m"] - table["h_rx_m"])
    for keys, rows in table.groupby(["model", "condition"], sort=False):
        model, condition = map(str, keys)
        is_ours = model.startswith("3GPP") and condition == "NLoS"
        found = out_of_sight(rows) if is_ours else None
        note = "1000 and 5000 m: no answer past 660 m; ns-3's own tolerance 0.05" if is_ours else "another formula"
        inside = rows["d2d_m"] >= 10
        yield _compared("ns3_test_vectors.csv", f"{model}, {condition}", "ns-3", rows["loss_dB"], found, inside, note)


def clutter(folder: Path) -> Iterator[Comparison]:
    """Rows of p2108_reference.csv, none of which is used."""
    import pandas as pd

    for section, rows in pd.read_csv(folder / "p2108_reference.csv").groupby("section", sort=False):
        note = "not used: clutter losses start at 250 m, where street Wi-Fi ends"
        yield _compared(
            "p2108_reference.csv", f"P.2108, {section}", "crc-covlib", rows["loss_dB"], None, rows["f_GHz"] > 0, note
        )


def _compared(
    file: str,
    name: str,
    source: str,
    theirs: pd.Series,
    ours: np.ndarray | None,
    inside: pd.Series,
    note: str,
) -> Comparison:
    found = np.full(len(theirs), np.nan) if ours is None else np.asarray(ours)
    apart = (found - theirs).abs()
    known = apart.notna()
    return Comparison(
        file=file,
        name=name,
        source=source.split(" (")[0],
        rows=len(theirs),
        compared=int(known.sum()),
        outside=int((known & ~inside).sum()),
        largest=float(apart.max()),
        note=note,
    )


def comparisons(folder: Path) -> list[Comparison]:
    """All files of reference/radio, every row in exactly one comparison."""
    parts = (path_losses, entry_losses, edges, test_vectors, clutter)
    return [comparison for part in parts for comparison in part(folder)]


REACHES = (
    ("2.4 GHz, 100 mW, in sight", Link(frequency_ghz=2.437, eirp_dbm=20.0), probability_in_sight, (130, 272)),
    ("2.4 GHz, 100 mW, mixed", Link(frequency_ghz=2.437, eirp_dbm=20.0), coverage_probability, (35, 68)),
    ("2.4 GHz, 100 mW, not in sight", Link(frequency_ghz=2.437, eirp_dbm=20.0), probability_out_of_sight, (23, 45)),
    ("5.5 GHz, 1 W, in sight", Link(), probability_in_sight, (177, 359)),
    ("5.5 GHz, 1 W, mixed", Link(), coverage_probability, (39, 74)),
    ("5.5 GHz, 1 W, not in sight", Link(), probability_out_of_sight, (27, 52)),
    ("5.5 GHz, 1 W, mixed, one wall", Link(walls={"traditional": 1.0}), coverage_probability, (10, 35)),
)
"""Reference figures: whole metres reached at -75 dBm with 90 % and with 50 %."""


def tell_comparisons(folder: Path) -> None:
    """Print one line for each formula of each implementation."""
    found = comparisons(folder)
    print(f"OTHER IMPLEMENTATIONS ({folder.name}): largest difference, rows compared / rows, of them outside validity")
    for item in found:
        difference = f"{item.largest:8.4f}" if item.compared else "       -"
        print(f"{difference}  {item.compared:4}/{item.rows:<4} {item.outside:3}  {item.name}; {item.source}")
        if item.note:
            print(f"{'':24}{item.note}")
    compared, rows = sum(item.compared for item in found), sum(item.rows for item in found)
    worst = max(item.largest for item in found if item.compared)
    print(f"{compared} of {rows} rows hold a formula of this project; the largest difference is {worst:.4f}.")


def tell_reaches() -> None:
    """Print the reach of two usual access points beside the reference figures."""
    print("\nREACH at -75 dBm, whole metres with 90 % / 50 %, and the reference figures")
    for words, link, probability, (often, half) in REACHES:
        found = [radius_m(link, share=share, probability=probability) for share in (0.9, 0.5)]
        print(f"{words:32} {found[0]:4.0f}/{found[1]:<4.0f} {often:6}/{half}")


def tell_measurements(folder: Path) -> None:
    """Print what the model makes of the signals that were measured."""
    import pandas as pd

    from connected_place.scripts.bench import measured_wifi

    rows = measured_wifi.measured(folder)
    with pd.option_context("display.width", 140, "display.float_format", "{:.2f}".format):
        print("\nMEASURED (FEUP, CC BY 4.0): seconds of laps by access point")
        print(measured_wifi.counts(rows).to_string())
        print("\nMeasured minus modelled, dB")
        print(measured_wifi.comparison(rows).to_string(index=False))
        print("\nThe same in sight after one offset each, by how wide the street is taken to be")
        for half_m in (6.0, 8.0, 10.0, 12.0, 15.0, 20.0):
            found = measured_wifi.comparison(rows, half_street_m=half_m).set_index("case")
            line = found.loc["in sight, one offset per access point"]
            print(f"within {half_m:4.0f} m of the axis: {line['rows']:5.0f} rows, RMSE {line['rmse_db']:.2f}")
        swapped = measured_wifi.comparison(measured_wifi.measured(folder, swapped=True)).set_index("case")
        rmse = swapped["rmse_db"]["in sight, one offset per access point"]
        print(f"with the places of node-info.csv, which are swapped: RMSE {rmse:.2f}")


def main() -> int:
    """Print all tables whose data are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=SHARED)
    folder = parser.parse_args().folder
    tell_reaches()
    print()
    for path, tell in (
        (folder / "reference" / "radio", tell_comparisons),
        (folder / "data" / "wifi_measured_feup", tell_measurements),
    ):
        if path.is_dir():
            tell(path)
        else:
            print(f"{path} is not there: left out.")
    print("\nLIMITS")
    print("\n".join(limits_sentences()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
