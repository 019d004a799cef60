"""BDUK's premises in plans: which property may be subsidised, which may not, and how many there are by postcode."""

from __future__ import annotations

import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.errors import Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.premises import month_of
from connected_place.gis_data.tabular import check_columns, raise_if_blocked, read_asked, unique_by

_STATUSES = {
    "gigabit white": "white",
    "gigabit under review": "under review",
    "gigabit grey/black": "grey/black",
    "gigabit grey": "grey/black",
    "gigabit black": "grey/black",
}
"""The publisher's words and ours. Grey and black are one class in the open release and so here."""

_FLAGS = ("in_contract", "has_voucher")
_TEXTS = ("contract", "supplier", "contract_scope", "contract_date", "descoped_reason")
"""What newer releases say of contracts; older ones end before these columns."""


def read_premises_status(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read the subsidy control status of premises.

    Returns
    -------
    Layer of level "premises"
        Indexed by `uprn` (text without leading zeros): `postcode` (no blank; may be empty), `status` ("white",
        "under review" or "grey/black"), `current_gigabit` and `future_gigabit` (1.0 yes, 0.0 no, NaN not known),
        `authority` (code); `in_contract` (1.0 under a Project Gigabit contract, 0.0 not, NaN not known), `contract`,
        `supplier`, `contract_scope` and `contract_date` (text; "": none), `has_voucher` (as `in_contract`),
        `descoped_reason` (reason code where the premises was taken out of a contract; ""). Rows that BDUK does not
        recognise as premises are set aside. There are no positions: join those of the source `uprns`.

    Raises
    ------
    DataError
        STATUS_UNKNOWN, KEY_DUPLICATE and those of `text_tables` and `schema`.
    """
    known = entry.headers(asked.columns)
    table = read_asked(file, asked, known_headers=known, wanted=known)
    checked = check_columns(table, entry.columns, mapping=asked.columns)
    raise_if_blocked(checked.faults)
    recognised = checked.frame.get("recognised", pd.Series(1.0, index=checked.frame.index)) != 0
    rows = checked.frame[recognised]
    raise_if_blocked(_unknown_status(rows["status"], file.name))
    frame = _premises(rows)
    kept, duplicates = unique_by(frame, "uprn", file=file.name)
    raise_if_blocked(duplicates)
    return Layer(
        frame=kept.set_index("uprn").sort_index(),
        level="premises",
        warnings=(*table.warnings, *checked.warnings, *duplicates),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or month_of(file.name) or "not stated",
            rows_used=len(kept),
            set_aside={
                "not recognised as premises by BDUK": int((~recognised).sum()),
                "repeats another row": len(frame) - len(kept),
            },
        ),
    )


def premises_by_postcode(layer: Layer) -> pd.Series:
    """Count of premises of each postcode; premises without one are not counted.

    Parameters
    ----------
    layer : Layer
        As `read_premises_status` gives it.

    Returns
    -------
    Series of int, indexed by `postcode`, named "premises"
    """
    postcodes = layer.frame["postcode"]
    return postcodes[postcodes != ""].value_counts().sort_index().rename("premises").rename_axis("postcode")


def _premises(rows: pd.DataFrame) -> pd.DataFrame:
    nothing = pd.Series(float("nan"), index=rows.index)
    return pd.DataFrame(
        {
            "uprn": rows["uprn"].str.lstrip("0"),
            "postcode": rows.get("postcode", ""),
            "status": rows["status"].str.casefold().map(_STATUSES),
            "current_gigabit": rows["current_gigabit"],
            "future_gigabit": rows.get("future_gigabit", nothing),
            "authority": rows.get("authority", ""),
            **{name: rows.get(name, nothing) for name in _FLAGS},
            **{name: rows.get(name, "") for name in _TEXTS},
        }
    )


def _unknown_status(status: pd.Series, file: str) -> list[Fault]:
    unknown = status[~status.str.casefold().isin(_STATUSES)]
    if not len(unknown):
        return []
    return [
        fault(
            "STATUS_UNKNOWN.subsidy",
            file=file,
            column="subsidy_control_status",
            rows=tuple(unknown.index),
            value=str(unknown.iloc[0]),
            count=len(unknown),
            total=len(status),
        )
    ]
