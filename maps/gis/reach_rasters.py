"""Reach as rasters: signal and chance of coverage around each chosen site, as GeoTIFF."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import numpy as np

from connected_place.coverage.plan import Plan
from connected_place.coverage.reach import FIXED, SignalField, distance_field
from connected_place.gis_data.crs import coordinates
from connected_place.maps.gis.reach_layers import DISTANCE, OPEN, SURFACE
from connected_place.maps.numerals import shown

_BANDS = ("median signal, dBm", "chance of coverage")
_DECIMALS = (2, 4)
"""Decimals of a dB and of a chance: finer than the model's +-8 dB, and the same on every machine."""

PLAIN = r"(?!(?:CON|PRN|AUX|NUL|COM\d|LPT\d)$)[A-Z0-9_-]{1,40}"
"""Ids that every file system distinguishes: without lower-case letters, and not the name of a device."""


def rasters(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Path below the output folder and content of each raster, with sites in order of their ids.

    Notes
    -----
    Cells of the surface model where the site is on one, else 5 m cells by distance alone. There is none for a fixed
    reach: it says who counts as reached, not how strong or likely a signal is.
    """
    if plan.parameters.wifi.reach == FIXED:
        return
    places, link = coordinates(plan.sites.geometry), plan.reach.radio.outdoors
    chosen = np.flatnonzero(plan.sites["selected"].to_numpy(dtype=bool))
    for row in sorted(chosen.tolist(), key=lambda row: str(plan.sites.index[row])):
        if row in plan.reach.fields:
            field, basis = plan.reach.fields[row], SURFACE
        elif row in plan.reach.open_fields:
            field, basis = plan.reach.open_fields[row], OPEN
        else:
            field, basis = distance_field(places[row], link, antenna_m=plan.reach.radio.height_m), DISTANCE
        site_id = str(plan.sites.index[row])
        tags = _tags(plan, site_id, basis=basis)
        yield raster_path(site_id), geotiff(field, tags=tags)


def raster_path(site_id: str) -> str:
    """Path of a site's raster, below the output folder.

    Ids come from a file: one that is not a plain word keeps its letters and gets its hash, so that none can leave the
    folder and no two share a file, even where small letters count as capital ones.

    Examples
    --------
    >>> raster_path("A0007"), raster_path("../../x"), raster_path("nul")
    ('coverage/A0007.tif', 'coverage/x-9cdf6a50100a.tif', 'coverage/nul-99e624275901.tif')
    """
    if re.fullmatch(PLAIN, site_id):
        return f"coverage/{site_id}.tif"
    letters = re.sub(r"[^A-Za-z0-9_]+", "-", site_id).strip("-")[:40]
    digest = hashlib.sha256(site_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"coverage/{letters or 'site'}-{digest[:12]}.tif"


def geotiff(field: SignalField, *, tags: dict[str, str]) -> bytes:
    """A field as a GeoTIFF with two float32 bands, NaN for not known; the same field and tags give the same bytes."""
    from rasterio import Affine
    from rasterio.io import MemoryFile

    layers = (field.signal_dbm, field.probability)
    rows, columns = field.probability.shape
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            height=rows,
            width=columns,
            count=len(layers),
            dtype="float32",
            crs=field.crs,
            transform=Affine(*field.transform),
            nodata=float("nan"),
            compress="DEFLATE",
            predictor=3,
            zlevel=9,
            interleave="band",
        ) as file:
            for band, (values, words, decimals) in enumerate(zip(layers, _BANDS, _DECIMALS, strict=True), start=1):
                file.write(values.round(decimals).astype("float32"), band)
                file.set_band_description(band, words)
            file.update_tags(**tags)
        return bytes(memory.read())


def _tags(plan: Plan, site_id: str, *, basis: str) -> dict[str, str]:
    """Information that must travel with the numbers, in the file itself."""
    mark = "Illustrative: invented data, not a real place. " if plan.parameters.place.illustrative else ""
    radio = plan.reach.radio
    return {
        "TIFFTAG_IMAGEDESCRIPTION": f"{mark}{shown(plan.sites.loc[site_id, 'name'])}: signal and chance of coverage "
        "for a phone outdoors",
        "SITE_ID": shown(site_id),
        "BASIS": basis,
        "EIRP_DBM": f"{radio.outdoors.eirp_dbm:.10g}",
        "FREQUENCY_GHZ": f"{radio.outdoors.frequency_ghz:.10g}",
        "PHONE_DBM": f"{radio.outdoors.client_dbm:.10g}",
        "THRESHOLD_DBM": f"{radio.outdoors.threshold_dbm:.10g}",
        "LIMITS": " ".join(radio.remarks),
    }
