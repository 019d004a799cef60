"""How well use of public Wi-Fi can be told from what is known about sites: Paris, each district held out.

Run with: python scripts/bench/use.py [DATA_FOLDER]
DATA_FOLDER holds wifi_use/ (default: CONNECTED_PLACE_DATA, else ../shared/data beside the project). Nothing is written.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = 7


def main() -> int:
    """Print the table of docs/methods.md."""
    import pandas as pd

    from connected_place.coverage.use.validation import validate_use

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("CONNECTED_PLACE_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    path = parser.parse_args().folder / "wifi_use" / "paris" / "sites_odd_districts.csv"
    start = time.process_time()
    found = validate_use(pd.read_csv(path), seed=SEED)
    print(found.round({"spearman": 2, "inside_share": 2, "band_factor": 1}).to_string())
    print(f"{time.process_time() - start:.0f} s of processor time")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
