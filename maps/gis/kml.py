"""Proposed sites and their reach as KML, for funds that ask for it."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import numpy as np
import shapely

from connected_place.coverage.plan import Plan
from connected_place.gis_data.crs import DEGREES
from connected_place.maps.gis.reach_layers import reach_areas, reach_words
from connected_place.maps.numerals import money_text, shown
from connected_place.maps.signs import PHASES, REACH_COLOUR, phase_sign
from connected_place.maps.tables import table_texts
from connected_place.maps.words import statements

KML = "http://www.opengis.net/kml/2.2"
_DECIMALS = 6
"""Decimals of a degree: about a tenth of a metre."""

REACH_ALPHA = "59"
"""Opacity of a reach, in hexadecimal: 35 %."""

READ_AS_MARKUP = str.maketrans({"<": "\u2039", ">": "\u203a", "$": "\uff04", "&": "+"})
"""Viewers show some texts as web pages and replace names between $[ and ]: they would act on these characters."""


def kml_bytes(plan: Plan) -> bytes:
    """The proposed sites by phase, and their outdoor coverage, in degrees (WGS 84).

    Parameters
    ----------
    plan : Plan

    Notes
    -----
    OGC KML 2.2. National Grid is moved to degrees without the OSTN15 grid: median error 1.8 m, at most 4.1 m.
    """
    place = plan.parameters.place
    root = ET.Element("kml", xmlns=KML)
    document = ET.SubElement(root, "Document")
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    _text(document, "name", f"{mark}{place.name}: proposed sites")
    credit = " ".join(statements.attributions(plan.provenance))
    _text(document, "description", f"{mark}{statements.shortlist_sentence(plan)} {credit}", length=4_000)
    for number, sign in enumerate(PHASES, start=1):
        style = ET.SubElement(document, "Style", id=f"phase{number}")
        _text(ET.SubElement(style, "IconStyle"), "color", _abgr(sign.colour))
    reach = ET.SubElement(document, "Style", id="reach")
    _text(ET.SubElement(reach, "LineStyle"), "color", _abgr(REACH_COLOUR))
    _text(ET.SubElement(reach, "PolyStyle"), "color", _abgr(REACH_COLOUR, REACH_ALPHA))
    _sites(document, plan)
    _reach(document, plan)
    ET.indent(root, space=" ")
    out = io.BytesIO()
    ET.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue() + b"\n"


def _sites(document: ET.Element, plan: Plan) -> None:
    folder = ET.SubElement(document, "Folder")
    _text(folder, "name", "Proposed sites")
    heads = {column.name: column.head for column in table_texts(plan)["sites"].columns}
    chosen = plan.sites[plan.sites["selected"]].sort_values("rank", kind="stable")
    at = np.round(shapely.get_coordinates(chosen.geometry.to_crs(DEGREES)), _DECIMALS)
    for (code, row), (longitude, latitude) in zip(chosen.iterrows(), at.tolist(), strict=True):
        phase = 1 if np.isnan(float(row["phase"])) else int(row["phase"])
        mark = ET.SubElement(folder, "Placemark")
        _text(mark, "name", f"{int(row['rank'])} {shown(row['name'])}")
        _text(mark, "styleUrl", f"#phase{PHASES.index(phase_sign(phase)) + 1}")
        data = ET.SubElement(mark, "ExtendedData")
        for name, value in {
            "site_id": code,
            "kind": row["kind"],
            "ward_name": row["ward_name"],
            "phase": phase,
            "capex_gbp": money_text(row["capex_gbp"]),
            "os_grid_ref": row["os_grid_ref"],
        }.items():
            _text(ET.SubElement(data, "Data", name=heads[name]), "value", str(value))
        _text(ET.SubElement(mark, "Point"), "coordinates", f"{longitude},{latitude}")


def _reach(document: ET.Element, plan: Plan) -> None:
    areas = reach_areas(plan.sites, plan.reach, plan.parameters.wifi)
    folder = ET.SubElement(document, "Folder")
    _text(folder, "name", f"Reach: {reach_words(plan.parameters.wifi, plan.reach.radio.reach_m)}", length=200)
    for (_, row), shape in zip(areas.iterrows(), areas.geometry.to_crs(DEGREES), strict=True):
        if shape.is_empty:
            continue
        mark = ET.SubElement(folder, "Placemark")
        _text(mark, "name", str(row["name"]))
        _text(mark, "styleUrl", "#reach")
        several = ET.SubElement(mark, "MultiGeometry")
        for part in shape.geoms:
            polygon = ET.SubElement(several, "Polygon")
            _ring(ET.SubElement(polygon, "outerBoundaryIs"), part.exterior)
            for hole in part.interiors:
                _ring(ET.SubElement(polygon, "innerBoundaryIs"), hole)


def _ring(parent: ET.Element, ring: shapely.LinearRing) -> None:
    at = np.round(shapely.get_coordinates(ring), _DECIMALS).tolist()
    ET.SubElement(ET.SubElement(parent, "LinearRing"), "coordinates").text = " ".join(f"{x},{y}" for x, y in at)


def _text(parent: ET.Element, tag: str, text: str, *, length: int = 160) -> None:
    """An element whose text every viewer shows as plain text."""
    ET.SubElement(parent, tag).text = shown(text, length).translate(READ_AS_MARKUP)


def _abgr(colour: str, alpha: str = "ff") -> str:
    """A colour in KML's order: opacity, blue, green, red.

    Examples
    --------
    >>> _abgr("#b30059")
    'ff5900b3'
    """
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{alpha}{blue}{green}{red}"
