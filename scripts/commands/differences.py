"""The differences between two runs for one place, and why, as far as the two folders show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from connected_place.coverage.gaps import TIERS
from connected_place.maps.folder import Run, numbers

OF_GAPS = {
    "ofcom-fixed-coverage", "premises-status", "uprns", "households", "postcodes", "ons-boundaries", "ons-lookup",
    "ons-centroids",
}  # fmt: skip
"""Kinds of input that gaps are counted from."""

_SMALLEST = 5e-4
"""Differences of numbers below this are rounding."""

NOT_TOLD = "not clear from the two folders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference.

    Attributes
    ----------
    kind : str
        "input", "parameter", "version", "place", "area", "ward" or "site".
    key, name : str
        File, parameter, library or code; and its name.
    what : str
        Which property: "sha256", "vintage", "value", "ufbb_300_gap", "rank", "selected" ...
    before, now : str
        "" for none.
    why : str
        As far as known.
    """

    kind: str
    key: str
    name: str
    what: str
    before: str
    now: str
    why: str = ""


def differences(old: Run, new: Run) -> tuple[Difference, ...]:
    """Every difference between two runs: causes first, then their effects.

    Parameters
    ----------
    old, new : Run
        Of the same place.
    """
    causes = (*_inputs(old, new), *_parameters(old, new), *_versions(old, new))
    return (
        *causes,
        *_place(old, new, causes),
        *_rows(old, new, "ward", causes),
        *_rows(old, new, "area", causes),
        *_sites(old, new),
    )


def _inputs(old: Run, new: Run) -> Iterator[Difference]:
    """Inputs by file: in one run only, or with different content."""
    before, now = ({item["file"]: item for item in run.manifest["inputs"]} for run in (old, new))
    for file in sorted({*before, *now}):
        one, other = before.get(file), now.get(file)
        title = str((other or one or {}).get("title", ""))
        if one is None or other is None:
            yield Difference(
                kind="input", key=file, name=title, what="given",
                before="" if one is None else one["vintage"], now="" if other is None else other["vintage"],
                why=_replacement(one or other or {}, before if one is None else now),
            )  # fmt: skip
            continue
        for what in ("sha256", "vintage", "rows_used", "role"):
            if one.get(what, "") != other.get(what, ""):
                yield Difference(kind="input", key=file, name=title, what=what,
                                 before=str(one.get(what, "")), now=str(other.get(what, "")))  # fmt: skip


def _replacement(item: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> str:
    """The input of the same kind in the other run, or a note that the same content has another name."""
    for other in others.values():
        if other["sha256"] == item["sha256"]:
            return f"the same content as {other['file']}"
    same = [other["file"] for other in others.values() if other["source"] == item["source"]]
    return f"of the same kind as {', '.join(same[:3])}" if same else ""


def _parameters(old: Run, new: Run) -> Iterator[Difference]:
    before, now = (dict(_flat(run.manifest["parameters"])) for run in (old, new))
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield Difference(kind="parameter", key=name, name="", what="value",
                             before=_text(before.get(name)), now=_text(now.get(name)))  # fmt: skip


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Nested values by their path.

    Examples
    --------
    >>> list(_flat({"sites": {"budget_gbp": 1.0, "lock_in": ["S1"]}}))
    [('sites.budget_gbp', 1.0), ('sites.lock_in', 'S1')]
    """
    if isinstance(value, Mapping):
        for key in value:
            yield from _flat(value[key], f"{path}.{key}".lstrip("."))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for number, item in enumerate(value, start=1):
            yield from _flat(item, f"{path}.{number}")
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else value


def _versions(old: Run, new: Run) -> Iterator[Difference]:
    before, now = old.manifest["versions"], new.manifest["versions"]
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield Difference(kind="version", key=name, name="", what="version",
                             before=_text(before.get(name)), now=_text(now.get(name)))  # fmt: skip


def _place(old: Run, new: Run, causes: tuple[Difference, ...]) -> Iterator[Difference]:
    before, now = old.manifest["borough"], new.manifest["borough"]
    place = new.manifest["place"]
    for what in ("premises", *(f"{tier}_gap" for tier in TIERS), *(f"{tier}_not_reported" for tier in TIERS)):
        if _differ(before.get(what), now.get(what)):
            yield Difference(kind="place", key=str(place.get("lad", "")), name=str(place.get("name", "")), what=what,
                             before=_text(before.get(what)), now=_text(now.get(what)),
                             why=_why_gap(new, old, causes))  # fmt: skip


def _rows(old: Run, new: Run, kind: str, causes: tuple[Difference, ...]) -> Iterator[Difference]:
    """Gap, score and rank of areas or wards, and those in only one run."""
    before, now = getattr(old, f"{kind}s"), getattr(new, f"{kind}s")
    names = now["area_name"].reindex(before.index.union(now.index)).fillna(before["area_name"])
    for code in before.index.symmetric_difference(now.index):
        yield Difference(
            kind=kind, key=str(code), name=names[code], what="there", before=_yes(code in before.index),
            now=_yes(code in now.index), why="the codes come from different outlines or a different level",
        )  # fmt: skip
    common = before.index.intersection(now.index)
    headline = str(new.manifest["parameters"].get("gaps", {}).get("headline", ""))
    shown = [name for name in (f"{headline}_gap", "score", "rank") if name in before and name in now]
    first, last = before.loc[common], now.loc[common]
    changed = {name: _changed(first[name], last[name]) for name in shown}
    why_gap = _why_gap(new, old, causes)
    criteria = [name for name in now if name.endswith("_value") and name in before]
    for code in common[pd.DataFrame(changed).any(axis=1)] if shown else ():
        for name in shown:
            if changed[name][code]:
                why = why_gap if name.endswith("_gap") else _why_rank(first.loc[code], last.loc[code], criteria, causes)
                yield Difference(kind=kind, key=str(code), name=names[code], what=name,
                                 before=first.loc[code, name], now=last.loc[code, name], why=why)  # fmt: skip


def _why_gap(new: Run, old: Run, causes: tuple[Difference, ...]) -> str:
    """The differing inputs and settings that gaps are counted from."""
    source_of = {item["file"]: item["source"] for run in (old, new) for item in run.manifest["inputs"]}
    files = [cause.key for cause in causes if cause.kind == "input" and source_of.get(cause.key) in OF_GAPS]
    settings = [
        cause.key for cause in causes if cause.kind == "parameter" and cause.key.startswith(("gaps.", "place."))
    ]
    told = [*dict.fromkeys(files), *settings]
    return f"different {', '.join(told[:4])}" if told else NOT_TOLD


def _why_rank(before: pd.Series, now: pd.Series, criteria: list[str], causes: tuple[Difference, ...]) -> str:
    """Criteria that moved, else different weights, else other areas."""
    moved = [name.removesuffix("_value") for name in criteria if _differ(before[name], now[name])]
    if moved:
        return f"different level of {', '.join(moved[:4])}"
    if any(cause.kind == "parameter" and cause.key.startswith("score.") for cause in causes):
        return "different weights or scoring rules"
    return "other areas overtook it" if not _differ(before["score"], now["score"]) else NOT_TOLD


def _sites(old: Run, new: Run) -> Iterator[Difference]:
    """Sites in and out of the shortlist, candidates in only one run, and ranks and costs of those in both."""
    before, now = old.sites, new.sites
    for code in before.index.union(now.index):
        first = before.loc[code] if code in before.index else None
        last = now.loc[code] if code in now.index else None
        told = last if last is not None else first
        assert told is not None
        if first is None or last is None:
            yield Difference(
                kind="site", key=str(code), name=told["name"], what="candidate", before=_yes(first is not None),
                now=_yes(last is not None), why="the lists of venues differ",
            )  # fmt: skip
        for what in ("selected", "rank", "phase", "capex_gbp"):
            pair = ["" if row is None else row[what] for row in (first, last)]
            is_chosen = "true" in [row["selected"] for row in (first, last) if row is not None]
            if is_chosen and (_differ(*pair) if what != "selected" else (pair[0] == "true") != (pair[1] == "true")):
                yield Difference(kind="site", key=str(code), name=told["name"], what=what, before=pair[0], now=pair[1],
                                 why="" if last is None else last["reason"])  # fmt: skip


def _changed(before: pd.Series, now: pd.Series) -> pd.Series:
    one, other = numbers(before), numbers(now)
    return ((one - other).abs() > _SMALLEST) | (one.isna() != other.isna())


def _differ(before: Any, now: Any) -> bool:
    """Whether two values differ by more than rounding; "" and None mean not known, which is not a number."""
    unknown = [value in ("", None) for value in (before, now)]
    if any(unknown):
        return not all(unknown)
    try:
        return abs(float(before) - float(now)) > _SMALLEST
    except ValueError:
        return bool(before != now)


def _yes(there: bool) -> str:
    return "yes" if there else "no"


def _text(value: Any) -> str:
    return "" if value is None else str(value)
