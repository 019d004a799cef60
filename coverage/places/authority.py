"""Which wards and areas belong to an authority, by the outlines or the lookups that name it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from connected_place.gis_data.errors import DataError, fault
from connected_place.gis_data.layers import Layer, Layers

_CODES_SHOWN = 20


def plain_code(code: str) -> str:
    """A code as codes are written: capitals, without blanks."""
    return "".join(code.split()).upper()


def wards_of_authority(layers: Layers, wards: Layer, lad: str) -> Layer:
    """Wards of one authority, by the outlines or by a lookup; all of them where neither names authorities.

    Raises
    ------
    DataError
        LAD_UNKNOWN.
    """
    codes = wards.frame.index
    authority = wards.frame.get("authority", pd.Series("", index=codes)).map(plain_code)
    if not lad:
        return wards
    if (authority != "").any():
        return replace(wards, frame=wards.frame[_of_authority(authority, lad, wards)])
    for lookup in _lookups_with_authorities(layers):
        inside = lookup.frame[_of_authority(lookup.frame["authority"].map(plain_code), lad, lookup)]
        ours = inside.index if lookup.level == "ward" else pd.Index(inside.get("ward", []))
        if codes.isin(ours).any():
            return replace(wards, frame=wards.frame[codes.isin(ours)])
    return wards


def _lookups_with_authorities(layers: Layers, *, level: str = "") -> list[Layer]:
    """Lookups, not bridges between years, that name the authority of each area."""
    lookups = layers.of("ons-lookup", level=level)
    return [lookup for lookup in lookups if "authority" in lookup.frame and lookup.measure != "bridge"]


def _of_authority(authority: pd.Series, lad: str, layer: Layer) -> pd.Series:
    """Rows of one authority.

    Raises
    ------
    DataError
        LAD_UNKNOWN, with the codes that there are.
    """
    ours = authority == lad
    if not ours.any() and (authority != "").any():
        there = sorted(set(authority) - {""})
        codes = ", ".join(there[:_CODES_SHOWN]) + (", ..." if len(there) > _CODES_SHOWN else "")
        raise DataError(fault("LAD_UNKNOWN", file=layer.provenance.file, value=lad, codes=codes))
    return ours


def areas_of_authority(layers: Layers, areas: Layer, lad: str) -> Layer:
    """Areas without those that a lookup counts to another authority.

    Raises
    ------
    DataError
        LAD_UNKNOWN.
    """
    codes = areas.frame.index
    kept = pd.Series(data=True, index=codes)
    for lookup in _lookups_with_authorities(layers, level=areas.level) if lad else ():
        named = lookup.frame["authority"].map(plain_code)
        _of_authority(named, lad, lookup)
        kept &= named.reindex(codes).fillna("").isin(["", lad])
    return areas if kept.all() else replace(areas, frame=areas.frame[kept])


def is_named(areas: Layer, lad: str) -> pd.Series:
    """Whether the file counts each area to the authority; False where it does not say."""
    authority = areas.frame.get("authority", pd.Series("", index=areas.frame.index)).map(plain_code)
    return (authority == lad) & (lad != "")
