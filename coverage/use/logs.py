"""The council's logs of use, matched to the candidates by id or name, and added up by site."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.parameters import Use
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.layers import Layers

_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class UseLogs:
    """Logs by candidate.

    Attributes
    ----------
    frame : DataFrame indexed by site_id, sorted by it
        `days` (with a log), `counted` (users, or sessions, on them together), `are_users` (the same for all rows: False
        only where no site has users).
    period : str
        First and last month, in words; "" without logs.
    unmatched : tuple of str
        Sites of the logs that are not candidates, sorted.
    warnings : tuple of Fault
    """

    frame: pd.DataFrame
    period: str
    unmatched: tuple[str, ...]
    warnings: tuple[Fault, ...]


def use_logs(layers: Layers, candidates: pd.DataFrame, *, rules: Use) -> UseLogs:
    """Logs of the kind wifi-use, by candidate.

    Parameters
    ----------
    layers : Layers
    candidates : DataFrame indexed by site_id
        `name`.
    rules : Use

    Returns
    -------
    UseLogs
        Sessions are turned into users only by `users_per_session`.

    Raises
    ------
    DataError
        USE_TWICE: two files, or two names of one candidate, have the same day.
    """
    found = [layer for layer in layers.of("wifi-use") if len(layer.frame)]
    if not found:
        return UseLogs(frame=_summed(pd.DataFrame()), period="", unmatched=(), warnings=())
    rows = pd.concat([layer.frame for layer in found], ignore_index=True)
    file = ", ".join(layer.provenance.file for layer in found)
    ids = matching_sites(rows["site"].unique(), candidates["name"])
    unmatched = tuple(sorted(ids.index[ids.isna()]))
    rows = rows.assign(site_id=rows["site"].map(ids)).dropna(subset=["site_id"])
    _refuse_repeated(rows, file)
    of_users, of_sessions = _by_unit(rows, rules)
    mixed = of_sessions.index.difference(of_users.index) if len(of_users) else of_sessions.index[:0]
    used = of_users if len(of_users) else of_sessions
    only_sessions = used.index if not len(of_users) else used.index[:0]
    return UseLogs(
        frame=used.sort_index(),
        period=f"{rows['date'].min():%B %Y} to {rows['date'].max():%B %Y}" if len(rows) else "",
        unmatched=unmatched,
        warnings=(
            *([_said("USE_UNMATCHED", file, unmatched)] if unmatched else []),
            *([_said("USE_SESSIONS", file, only_sessions)] if len(only_sessions) else []),
            *([_said("USE_MIXED", file, mixed)] if len(mixed) else []),
        ),
    )


def matching_sites(logged: Iterable[str], names: pd.Series) -> pd.Series:
    """Which candidate each site of a log is: by its id, by the id without its list, or by a name that only one bears.

    Parameters
    ----------
    logged : iterable of str
        Ids or names, each once.
    names : Series indexed by site_id
        Names of the candidates.

    Returns
    -------
    Series indexed by `logged`
        site_id; None where no candidate, or more than one, fits.

    Examples
    --------
    >>> names = pd.Series({"libraries:7": "Town Library", "A1": "Market Hall", "A2": "Park", "A3": "Park"})
    >>> matching_sites(["A1", "7", "town  library", "Park"], names).tolist()
    ['A1', 'libraries:7', 'libraries:7', None]
    """
    logged = list(logged)
    ids = pd.Series(names.index, index=names.index, dtype=object)
    plain_ids = ids.map(lambda site_id: str(site_id).partition(":")[2] or str(site_id)).map(_letters)
    by_key = [_unique(ids.astype("str").map(_letters), ids), _unique(plain_ids, ids), _unique(names.map(_letters), ids)]
    keys = pd.Series([_letters(site) for site in logged], index=pd.Index(logged, dtype=object), dtype=object)
    found = pd.Series(None, index=keys.index, dtype=object)
    for table in by_key:
        found = found.where(found.notna(), keys.map(table))
    return found.where(found.notna(), None)


def _refuse_repeated(rows: pd.DataFrame, file: str) -> None:
    """Refuse two files, or two names of one candidate, with the same day."""
    again = rows[rows.duplicated(["site_id", "date"])]
    if len(again):
        value = f"{again['site_id'].iloc[0]}, {again['date'].iloc[0]:%Y-%m-%d}"
        raise DataError(fault("USE_TWICE", file=file, value=value, count=len(again)))


def _unique(keys: pd.Series, ids: pd.Series) -> dict[str, str]:
    """Candidates by a key that is not empty and that only one has."""
    alone = ~keys.duplicated(keep=False) & (keys != "")
    return dict(zip(keys[alone], ids[alone], strict=True))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", str(text).casefold())


def _by_unit(rows: pd.DataFrame, rules: Use) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sums by site of the rows that give users, and of those that give only sessions."""
    users = rows["users"]
    if rules.users_per_session is not None:
        users = users.fillna(rows["sessions"] * rules.users_per_session)
    counted = rows.assign(counted=users, are_users=True).dropna(subset=["counted"])
    sessions = rows.assign(counted=rows["sessions"], are_users=False).dropna(subset=["counted"])
    return _summed(counted), _summed(sessions)


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    if not len(rows):
        empty = pd.DataFrame({"days": [], "counted": [], "are_users": []}, index=pd.Index([], name="site_id"))
        return empty.astype({"days": "float64", "counted": "float64", "are_users": "bool"})
    return rows.groupby("site_id").agg(days=("days", "sum"), counted=("counted", "sum"), are_users=("are_users", "all"))


def _said(key: str, file: str, names: Collection[str]) -> Fault:
    return fault(key, file=file, value=_listed(names), blocks=False, count=len(names))


def _listed(names: Iterable[str]) -> str:
    shown = [str(name) for name in names]
    return ", ".join(shown[:_SHOWN]) + (", ..." if len(shown) > _SHOWN else "")
