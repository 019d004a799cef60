"""The templates of the pages: escaped throughout, with the filters that write names, levels and rows."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup, escape

from connected_place.maps.numerals import (
    SHOWN_CHARACTERS,
    count_text,
    counted_text,
    money_text,
    percent_text,
    share_text,
    shown,
    signed_text,
)
from connected_place.maps.page.paths import ward_path
from connected_place.maps.words import gap_statements

_TEMPLATES = Path(__file__).with_name("templates")


@functools.cache
def template_text(name: str) -> str:
    """A style or script of the templates folder."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


@functools.cache
def page_environment() -> jinja2.Environment:
    """Templates that escape everything and refuse unknown names."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": count_text,
        "changed": signed_text,
        "counted": counted_text,
        "money": money_text,
        "percent": percent_text,
        "shown": shown,
        "name": _name,
        "unbroken": _unbroken,
        "level": _level,
        "records": _records,
        "ward_path": ward_path,
        "of": share_text,
    }
    environment.tests |= {"missing": pd.isna, "estimate": gap_statements.is_estimate}
    return environment


def _name(text: object, length: int = SHOWN_CHARACTERS) -> Markup:
    """A name set apart, so that right-to-left writing in it cannot affect the text around it."""
    return Markup("<bdi>{}</bdi>").format(shown(text, length))


def _unbroken(sentence: str) -> Markup:
    """A sentence in which a number is never separated from its unit by a line break.

    Examples
    --------
    >>> print(_unbroken("At least 45 of 160 (28.1 %) cannot get 300 Mbit/s."))
    At least 45 of 160 <span class="nb">(28.1 %)</span> cannot get <span class="nb">300 Mbit/s</span>.
    """
    numbers = r"(\([^()]{1,12} %\)|\d[\d,.]* (?:%|Mbit/s|m\b))"
    marked = re.sub(numbers, r'<span class="nb">\1</span>', str(escape(sentence)))
    return Markup(marked)


def _level(number: float, unit: str) -> str:
    """A criterion's level in its unit.

    Examples
    --------
    >>> _level(0.25, "share of people"), _level(812.4, "metres"), _level(41.26, "people per hectare")
    ('25.0 %', '812', '41.3')
    """
    if unit.startswith("share"):
        return percent_text(number)
    if pd.isna(number):
        return "not known"
    return f"{number:,.0f}" if unit == "metres" else f"{number:,.1f}"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows for a table: `code` from the index, `position` as the map's features count, and every column."""
    # By columns: row by row, pandas would look up each cell.
    plain = pd.DataFrame(frame.drop(columns="geometry"))
    names = list(plain.columns)
    rows = zip(*(plain[name].tolist() for name in names), strict=True)
    return [
        {"code": code, "position": position, **dict(zip(names, row, strict=True))}
        for position, (code, row) in enumerate(zip(plain.index, rows, strict=True))
    ]
