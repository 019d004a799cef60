"""How long it takes to tell the doubt of ranks, beside the plain loop that one would write.

Run with: python scripts/bench/ranking.py [--samples 10000]
Tables of 100, 3,500 and 35,000 areas by 8 criteria, two cells in a hundred not known. Three ways, each in a process of
its own: `weights` draws the weights, `values` the weights and every value within 0.05 of what it is, and `pandas` is a
loop over samples of the weights with DataFrame.rank for each, timed on a few samples and multiplied up; it keeps every
rank, as percentiles by pandas need, so its memory is stated for all samples. Seconds are of the work alone; memory is
the process's peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

AREAS = (100, 3_500, 35_000)
CRITERIA = 8
LOOPED = {100: 500, 3_500: 200, 35_000: 50}


def measured(way: str, areas: int, *, samples: int) -> dict[str, float]:
    """Seconds of one way."""
    import numpy as np
    import pandas as pd

    from connected_place.coverage.scoring.rank_uncertainty import uncertainty_of_ranks

    random = np.random.default_rng(0)
    table = random.random((areas, CRITERIA))
    index = pd.Index([f"E{number:08}" for number in range(areas)])
    values = pd.DataFrame(table, index=index, columns=list("abcdefgh")).mask(random.random(table.shape) < 0.02)
    weights = pd.Series(1.0 / CRITERIA, index=values.columns)
    if way == "pandas":
        return _looped(values, weights, samples=samples)
    low = high = None
    if way == "values":
        low, high = (values - 0.05).clip(0, 1).fillna(0.0), (values + 0.05).clip(0, 1).fillna(1.0)
    since, before = time.perf_counter(), time.process_time()
    uncertainty_of_ranks(values, weights, low=low, high=high, samples=samples, seed=1)
    return {"seconds": time.perf_counter() - since, "processor": time.process_time() - before}


def _looped(values, weights, *, samples: int) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """The plain loop: score each sample with pandas, rank it, then take percentiles."""
    import numpy as np
    import pandas as pd

    timed = min(samples, LOOPED[len(values)])
    random = np.random.default_rng(1)
    since, before = time.perf_counter(), time.process_time()
    ranks = []
    for _ in range(timed):
        drawn = weights * np.exp(random.uniform(-np.log(2), np.log(2), size=len(weights)))
        scores = (values * drawn).sum(axis=1) / (values.notna() * drawn).sum(axis=1)
        ranks.append(scores.rank(ascending=False, method="first"))
    pd.concat(ranks, axis=1).quantile([0.05, 0.95], axis=1)
    seconds, processor = time.perf_counter() - since, time.process_time() - before
    more = samples / timed
    ranks_mb = 8 * len(values) * samples / 1e6
    return {"seconds": seconds * more, "processor": processor * more, "timed": timed, "ranks_mb": ranks_mb}


def main() -> int:
    """Print the table of ways, each with its ratio to the plain loop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--only", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        found = measured(asked.only[0], int(asked.only[1]), samples=asked.samples)
        found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return 0
    print(f"{asked.samples:,} samples, {CRITERIA} criteria")
    for areas in AREAS:
        runs = {way: _apart(way, areas, asked) for way in ("pandas", "weights", "values")}
        loop = runs["pandas"]["seconds"]
        for way, run in runs.items():
            note = ""
            if way == "pandas":
                note = f"; from {run['timed']:,.0f} samples, its ranks alone {run['ranks_mb']:,.0f} MB"
            ratio = f"{run['seconds'] / loop:.3f} x the loop"
            times = f"{run['seconds']:8.2f} s ({ratio}; processor {run['processor']:.2f} s)"
            print(f"{areas:6,} areas  {way:8} {times}, peak {run['peak_mb']:,.0f} MB{note}", flush=True)
    return 0


def _apart(way: str, areas: int, asked: argparse.Namespace) -> dict[str, float]:
    """One way in a process of its own."""
    options = ["--samples", str(asked.samples), "--only", way, str(areas)]
    result = subprocess.run([sys.executable, __file__, *options], check=True, capture_output=True, text=True)
    return dict(json.loads(result.stdout))


if __name__ == "__main__":
    raise SystemExit(main())
