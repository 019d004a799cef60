"""Lines of sight in a town: agreement with other programs' viewsheds, seconds and memory, in one run.

Run with: python scripts/bench/line_of_sight.py [--pictures DIR]
Peers that are not there are left out: gdal_viewshed (Debian's gdal-bin) and, by pip, xarray-spatial with numba.
Pictures need Pillow or matplotlib's. Each timing runs in a process of its own on one core.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio

from connected_place.coverage.reach.surface.line_of_sight import Sight, View, view_from, views
from connected_place.coverage.reach.surface.street_cells import StreetRules, street_surface
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.rasters.grids import Raster, cut_raster

CORNER = (500_000.0, 200_000.0)
SITES = 1_000
TIMED = ((2.0, 200.0, 1_000), (2.0, 100.0, 100), (2.0, 400.0, 100), (4.0, 200.0, 100), (1.0, 200.0, 100))
"""Side of the squares in which a phone is tried, radius, both in metres, and sites looked from: all, or a part."""

PEER_SITES = 20


def town(seed: int, *, size_m: int, cell_m: float = 1.0) -> Raster:
    """Blocks of 84 by 58 m turned by 17 degrees on a slope, two rows of boxes of 5-18 m in each, streets of 13 m."""
    draws = np.random.default_rng(seed)
    cells = round(size_m / cell_m)
    middle_m = (np.arange(cells) + 0.5) * cell_m
    east, north = np.meshgrid(middle_m, middle_m[::-1])
    turn = np.radians(17)
    along, across = east * np.cos(turn) + north * np.sin(turn), north * np.cos(turn) - east * np.sin(turn)
    block = np.floor(along / 84).astype(int), np.floor(across / 58).astype(int)
    within = along - 84 * block[0], across - 58 * block[1]
    plot = np.floor((within[0] - 6.5) / 9).astype(int)
    deep = 11 + (plot * 7 + block[0] * 3) % 4
    built = (within[0] > 6.5) & (within[0] < 77.5) & (within[1] > 6.5) & (within[1] < 51.5)
    built &= (within[1] < 6.5 + deep) | (within[1] > 51.5 - deep)
    names = (
        ((block[0] - block[0].min()) * 1_000 + block[1] - block[1].min()) * 20 + plot.clip(0, 8) * 2 + (within[1] > 29)
    )
    heights_m = draws.uniform(5, 18, int(names.max()) + 1) * (draws.uniform(0, 1, int(names.max()) + 1) > 0.1)
    ground_m = 20 + 0.03 * north + 0.01 * east
    surface_m = np.where(built, ground_m + heights_m[names], ground_m)
    transform = (cell_m, 0.0, CORNER[0], 0.0, -cell_m, CORNER[1] + size_m)
    return Raster(values=surface_m.round(2), transform=transform, crs="EPSG:27700")


def sample() -> Raster:
    """The surface model of the embedded borough: streets, buildings and trees of 400 by 400 m at 1 m."""
    with rasterio.open(SAMPLE / "dsm_1m_town_centre.tif") as grid:
        return Raster(
            values=grid.read(1).astype("float64"), transform=tuple(grid.transform)[:6], crs=grid.crs.to_string()
        )


def sites_in(raster: Raster, *, count: int, margin_m: float, seed: int) -> np.ndarray:
    """Random positions that keep away from the raster's edge."""
    rows, columns = raster.values.shape
    low = np.array([raster.transform[2], raster.transform[5] - rows * raster.cell_m]) + margin_m
    high = np.array([raster.transform[2] + columns * raster.cell_m, raster.transform[5]]) - margin_m
    return np.random.default_rng(seed).uniform(low, high, (count, 2))


# --- peers -----------------------------------------------------------------------------------------------------


def with_gdal(raster: Raster, looked: View, *, radius_m: float, antenna_m: float) -> np.ndarray:
    """Cells of the raster that gdal_viewshed calls visible for a phone at 1.5 m."""
    with tempfile.TemporaryDirectory() as folder:
        dsm, out = f"{folder}/dsm.tif", f"{folder}/seen.tif"
        write(dsm, raster)
        gdal_viewshed(dsm, out, looked.antenna[:2], radius_m=radius_m, antenna_m=antenna_m)
        with rasterio.open(out) as grid:
            row = round((raster.transform[5] - grid.transform.f) / raster.cell_m)
            column = round((grid.transform.c - raster.transform[2]) / raster.cell_m)
            return cut_raster(grid.read(1) == 255, (-row, -column), raster.values.shape, beyond=False)


def gdal_viewshed(dsm: str, out: str, at: tuple[float, ...], *, radius_m: float, antenna_m: float) -> None:
    """One run of the program, on a flat Earth."""
    said = ["-ox", str(at[0]), "-oy", str(at[1]), "-oz", str(antenna_m), "-tz", "1.5", "-md", str(radius_m), "-cc", "1"]
    subprocess.run(["gdal_viewshed", "-q", *said, dsm, out], check=True, capture_output=True)


def with_xarray_spatial(raster: Raster, looked: View, *, radius_m: float, antenna_m: float) -> np.ndarray:
    """Cells of the raster that xarray-spatial calls visible for a phone at 1.5 m."""
    seen = xarray_viewshed(as_xarray(raster), looked.antenna[:2], antenna_m=antenna_m)
    row, column = (
        int((raster.transform[5] - looked.antenna[1]) / raster.cell_m),
        int((looked.antenna[0] - raster.transform[2]) / raster.cell_m),
    )
    rows, columns = np.ogrid[: seen.shape[0], : seen.shape[1]]
    return seen & (np.hypot(rows - row, columns - column) * raster.cell_m <= radius_m)


def xarray_viewshed(model: object, at: tuple[float, ...], *, antenna_m: float) -> np.ndarray:
    """One call; it always looks over the whole model."""
    import xrspatial

    return np.asarray(
        xrspatial.viewshed(model, x=at[0], y=at[1], observer_elev=antenna_m, target_elev=1.5).values != -1
    )


def as_xarray(raster: Raster) -> object:
    """The raster as the peer takes it."""
    import xarray

    rows, columns = raster.values.shape
    return xarray.DataArray(
        raster.values,
        dims=("y", "x"),
        coords={
            "y": raster.transform[5] - (np.arange(rows) + 0.5) * raster.cell_m,
            "x": raster.transform[2] + (np.arange(columns) + 0.5) * raster.cell_m,
        },
    )


def write(path: str, raster: Raster) -> None:
    """The raster as a GeoTIFF."""
    rows, columns = raster.values.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32", crs=raster.crs,
        transform=rasterio.Affine(*raster.transform),
    ) as grid:  # fmt: skip
        grid.write(raster.values.astype("float32"), 1)


Peer = Callable[..., np.ndarray]


def peers() -> dict[str, Peer]:
    """Those that are installed; a line on each that is not."""
    found: dict[str, Peer] = {}
    if shutil.which("gdal_viewshed"):
        found["gdal_viewshed"] = with_gdal
    else:
        print("gdal_viewshed is not installed: left out (Debian: apt install gdal-bin).")
    if importlib.util.find_spec("xrspatial") and importlib.util.find_spec("numba"):
        found["xarray-spatial"] = with_xarray_spatial
    else:
        print("xarray-spatial is not installed: left out (pip install xarray-spatial numba).")
    return found


# --- agreement -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One site's street cells within the radius, ours and a peer's."""

    where: str
    site: int
    antenna_m: float
    peer: str
    street: np.ndarray
    ours: np.ndarray
    theirs: np.ndarray

    @property
    def share(self) -> float:
        """Of street cells on which both agree."""
        return float((self.ours == self.theirs)[self.street].mean())


def shared(item: Compared) -> float:
    """Of the street cells that one of the two sees, those that both see."""
    both, one = (item.ours & item.theirs & item.street).sum(), ((item.ours | item.theirs) & item.street).sum()
    return float(both / one) if one else 1.0


def compared(where: str, raster: Raster, installed: dict[str, Peer], *, radius_m: float) -> Iterator[Compared]:
    """Several sites and heights; the peers look from where our antenna hangs."""
    sight = Sight(radius_m=radius_m)
    surface = street_surface(raster, rules=sight.street)
    for site, place in enumerate(sites_in(raster, count=8, margin_m=60, seed=3)):
        antenna_m = (3.0, 5.0, 8.0, 12.0)[site % 4]
        looked = view_from(surface, (float(place[0]), float(place[1])), antenna_m=antenna_m, sight=sight)
        corner = surface.cell_of(*looked.antenna[:2])
        reach = looked.visible.shape[0] // 2
        back = (reach - corner[0], reach - corner[1])
        street, ours = (
            cut_raster(values, back, raster.values.shape, beyond=False)
            for values in (looked.outdoors & ~looked.unknown, looked.visible)
        )
        for peer, look in installed.items():
            theirs = look(raster, looked, radius_m=radius_m, antenna_m=antenna_m)
            yield Compared(
                where=where, site=site, antenna_m=antenna_m, peer=peer, street=street, ours=ours, theirs=theirs
            )


def picture(path: Path, item: Compared, raster: Raster, *, zoom: int = 2) -> None:
    """Grey: not a street. White: both see. Blue: neither. Red: we alone. Green: the peer alone."""
    from PIL import Image

    height_m = raster.values - np.nanmin(raster.values)
    grey = (90 + 60 * height_m / height_m.max()).astype("uint8")
    pixels = np.dstack([grey] * 3)
    for ours, theirs, colour in (
        (True, True, (255, 255, 255)),
        (False, False, (120, 140, 200)),
        (True, False, (230, 0, 0)),
        (False, True, (0, 160, 0)),
    ):
        pixels[item.street & (item.ours == ours) & (item.theirs == theirs)] = colour
    Image.fromarray(pixels).resize((pixels.shape[1] * zoom, pixels.shape[0] * zoom), Image.Resampling.NEAREST).save(
        path
    )


def show_agreement(installed: dict[str, Peer], pictures: Path | None) -> None:
    """Print a line for each place, peer and site."""
    for where, raster in (("town", town(1, size_m=400)), ("sample", sample())):
        for item in compared(where, raster, installed, radius_m=200.0):
            agree = f"{100 * item.share:5.2f} % of {item.street.sum():,} street cells agree"
            ours_only = (item.ours & ~item.theirs & item.street).sum() / item.street.sum()
            print(
                f"{item.where:6} site {item.site} at {item.antenna_m:4.1f} m, {item.peer:14}: {agree} "
                f"({100 * shared(item):.0f} % of those seen by one); "
                f"we see {100 * item.ours[item.street].mean():4.1f} %, "
                f"we alone {100 * ours_only:4.2f} %, the peer alone {100 * (1 - item.share - ours_only):4.2f} %"
            )
            if pictures:
                picture(pictures / f"{where}_{item.site}_{item.peer}.png", item, raster)


# --- time ------------------------------------------------------------------------------------------------------


def time_ours(cell_m: float, radius_m: float, sites: int) -> dict[str, float]:
    """Views of sites at 1,000 on 9 square kilometres of a town, its 1 m model in memory."""
    raster = town(2, size_m=round(3_000 * (sites / SITES) ** 0.5))
    places = sites_in(raster, count=sites, margin_m=50, seed=4)
    sight = Sight(radius_m=radius_m, cell_m=cell_m)
    before_mb, since = peak_mb(), spent_s()
    seen = sum(int(item.visible.sum()) for _, item in views(raster.window, places, antenna_m=5.0, sight=sight))
    return {"seconds": spent_s() - since, "peak_mb": peak_mb(), "before_mb": before_mb, "seen": seen}


def time_peer(name: str, cell_m: float, radius_m: float, sites: int) -> dict[str, float]:
    """Viewsheds of a few sites from a window that just holds the radius, compilation left out."""
    raster = town(2, size_m=int(2 * radius_m + 40), cell_m=cell_m)
    surface = street_surface(raster, rules=StreetRules())
    sight = Sight(radius_m=radius_m)
    spots = sites_in(raster, count=sites, margin_m=radius_m + 1, seed=4)
    looked = [view_from(surface, (float(x), float(y)), antenna_m=5.0, sight=sight) for x, y in spots]
    with tempfile.TemporaryDirectory() as folder:
        if name == "gdal_viewshed":
            write(f"{folder}/dsm.tif", raster)

            def look(at: tuple[float, ...]) -> None:
                gdal_viewshed(f"{folder}/dsm.tif", f"{folder}/out.tif", at, radius_m=radius_m, antenna_m=5.0)
        else:
            model = as_xarray(raster)

            def look(at: tuple[float, ...]) -> None:
                xarray_viewshed(model, at, antenna_m=5.0)

        look(looked[0].antenna[:2])
        since = spent_s()
        for item in looked:
            look(item.antenna[:2])
        return {"seconds": spent_s() - since, "peak_mb": peak_mb()}


def spent_s() -> float:
    """Processor seconds of this process and of the programs that it ran; other work on the machine adds none."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def peak_mb() -> float:
    """Of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(way: str, cell_m: float, radius_m: float, sites: int) -> dict[str, float]:
    """One timing in a process of its own; seconds for all sites."""
    command = [sys.executable, __file__, "--only", way, str(cell_m), str(radius_m), str(sites)]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    result = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **threads})
    found: dict[str, float] = json.loads(result.stdout)
    return found | {"seconds": found["seconds"] * SITES / sites}


def show_times(installed: dict[str, Peer]) -> None:
    """Print a line for each width of cell and radius, and one for each peer beside the first case."""
    print(f"Processor seconds for {SITES:,} sites on one core; the model has cells of 1 m.")
    for cell_m, radius_m, sites in TIMED:
        ours = measured("ours", cell_m, radius_m, sites)
        print(
            f"phones every {cell_m:g} m up to {radius_m:3.0f} m: {ours['seconds']:7.1f} s (from {sites:,} sites), "
            f"peak {ours['peak_mb']:,.0f} MB, {ours['before_mb']:,.0f} MB of it before"
        )
        for peer in installed if radius_m == 200.0 and cell_m < 4 else ():
            theirs = measured(peer, cell_m, radius_m, PEER_SITES)
            ratio = theirs["seconds"] / ours["seconds"]
            print(
                f"    {peer:14}, visibility alone, on cells of {cell_m:g} m: {theirs['seconds']:7.1f} s "
                f"(from {PEER_SITES} sites), {ratio:.1f} x ours, peak {theirs['peak_mb']:,.0f} MB"
            )


def main() -> int:
    """Print agreement, then times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--part", choices=("agreement", "times"))
    parser.add_argument("--only", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        way, cell_m, radius_m, sites = asked.only[0], float(asked.only[1]), float(asked.only[2]), int(asked.only[3])
        found = time_ours(cell_m, radius_m, sites) if way == "ours" else time_peer(way, cell_m, radius_m, sites)
        print(json.dumps(found))
        return 0
    installed = peers()
    if asked.pictures:
        asked.pictures.mkdir(parents=True, exist_ok=True)
    if asked.part != "times":
        show_agreement(installed, asked.pictures)
    if asked.part != "agreement":
        show_times(installed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
