"""Intervention areas: every premises without the headline speed in exactly one, by place and subsidy status."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.clusters import GapClusters
from connected_place.coverage.gaps import PlaceGaps
from connected_place.coverage.lines.premises_by_status import (
    BY_UPRN,
    GREY_BLACK,
    UNDER_REVIEW,
    UNKNOWN_STATUS,
    WHITE,
    ListedPremises,
    premises_by_status,
)
from connected_place.coverage.parameters import lines

_SLUGS = {WHITE: "white", UNDER_REVIEW: "review", GREY_BLACK: "grey-black", UNKNOWN_STATUS: "unknown"}
"""Statuses as they stand in an area's id."""

_COUNTS = ("listed", "white_by_uprn", "in_contract", "has_voucher", "descoped")
_LISTED_TEXTS = ("status_basis", "contract", "supplier", "contract_date", "descoped_reason")
"""What a status file says of an area: 0 and blank without one."""

LEAST_PREMISES = 1e-9
"""Below this a part is rounding of a share, and no part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterventionAreas:
    """The premises without the headline speed, by area.

    Attributes
    ----------
    frame : DataFrame indexed by `area_id`
        Clusters first, largest gap first, then wards by code; within each White, Under Review, Grey or Black, not
        known. `cluster_id` ("": scattered), `ward_code` (of a cluster that with most of its gap), `status`, `premises`
        (without the speed), `white_by_uprn` (premises among them that are White by the property itself), `below_10`
        (premises that cannot get 10 Mbit/s; NaN: not reported), `need` (mean need of their areas, 0 to 1),
        `listed`, `in_contract`, `has_voucher`, `descoped` (premises of the status file here), `status_basis` ("":
        no file), `contract`, `supplier`, `contract_date`, `descoped_reason` (of most of these; the date is the last).
    parts : DataFrame, one row a unit and status
        `unit`, `status`, `area_id`, `premises`: they sum to the gap of each unit, and so of any area of units.
    """

    frame: pd.DataFrame
    parts: pd.DataFrame

    def premises_in(self, codes: pd.Series) -> pd.DataFrame:
        """Premises by area and some wider area of units.

        Parameters
        ----------
        codes : Series indexed by unit
            Such as the ward of each unit.

        Returns
        -------
        DataFrame indexed by `area_id`, one column a code
        """
        wide = self.parts["unit"].map(codes)
        sums = pd.crosstab(self.parts["area_id"], wide, values=self.parts["premises"], aggfunc="sum").fillna(0.0)
        return sums.reindex(self.frame.index)


def intervention_areas(
    gaps: PlaceGaps, clusters: GapClusters, listed: ListedPremises, *, need: pd.Series, headline: str
) -> InterventionAreas:
    """Put every premises without the headline speed into one area.

    Parameters
    ----------
    gaps : PlaceGaps
    clusters : GapClusters
        Of the same tier and units.
    listed : ListedPremises
    need : Series indexed by unit
        In [0, 1]; NaN: no area has a score.
    headline : str
        Tier.
    """
    units = gaps.units
    gap = units.counts[f"{headline}_gap"].fillna(0.0)
    gap = gap[gap > LEAST_PREMISES].sort_index()
    ward = units.areas["ward"].reindex(gap.index)
    cluster = clusters.members.reindex(gap.index).fillna("").astype(object)
    parts = _parts(gap, premises_by_status(gap, listed.frame), cluster.where(cluster != "", ward))
    facts = pd.DataFrame(
        {
            "gap": gap,
            "ward": ward,
            "cluster_id": cluster,
            "need": need.reindex(gap.index),
            "below_10": np.minimum(units.counts["decent_10_gap"].reindex(gap.index), gap),
        }
    )
    frame = _sums(parts.join(facts, on="unit"), clusters)
    known = _listed_facts(_with_areas(listed.frame, parts)).reindex(frame.index)
    frame = frame.assign(
        **{name: known[name].astype("float64").fillna(0.0) for name in _COUNTS},
        **{name: known[name].astype(object).where(known[name].notna(), "") for name in _LISTED_TEXTS},
    )
    return InterventionAreas(frame=frame, parts=parts)


def _parts(gap: pd.Series, split: pd.DataFrame, patch: pd.Series) -> pd.DataFrame:
    """One row a unit and status that has premises."""
    wide = split.rename_axis(index="unit", columns="status").reset_index()
    long = wide.melt(id_vars="unit", value_name="premises")
    long = long[long["premises"] > LEAST_PREMISES].sort_values("unit", kind="stable")
    ids = long["unit"].map(patch).astype(str) + "-" + long["status"].map(_SLUGS).astype(str)
    return long.assign(area_id=ids, share=long["premises"] / gap.reindex(long["unit"]).to_numpy()).reset_index(
        drop=True
    )


def _sums(rows: pd.DataFrame, clusters: GapClusters) -> pd.DataFrame:
    """Premises, lines below 10 Mbit/s and need by area, in the order of the areas."""
    weighted = rows.assign(
        below_10=rows["below_10"] * rows["share"],
        need_premises=rows["need"] * rows["premises"],
    )
    groups = weighted.groupby("area_id")
    premises = groups["premises"].sum()
    firsts = groups[["cluster_id", "ward", "status"]].first()
    is_cluster = firsts["cluster_id"] != ""
    lead = {code: wards[0] for code, wards in clusters.frame["ward_codes"].items()}
    frame = pd.DataFrame(
        {
            "cluster_id": firsts["cluster_id"],
            "ward_code": firsts["ward"].mask(is_cluster, firsts["cluster_id"].map(lead).astype(object)),
            "status": firsts["status"],
            "premises": premises,
            "below_10": groups["below_10"].sum(min_count=1),
            "need": groups["need_premises"].sum(min_count=1) / premises,
        }
    )
    # A cluster may span wards: its parts stand by its number and status alone.
    number = clusters.frame.index.get_indexer(firsts["cluster_id"])
    number = np.where(is_cluster, number, len(clusters.frame))
    ward = firsts["ward"].mask(is_cluster, "")
    order = np.lexsort((frame["status"].map(lines.LINE_STATUSES.index), ward, number))
    return frame.iloc[order]


def _with_areas(listed: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Listed premises with the area of their unit and status; those in a unit without a gap are left out."""
    keys = parts[["unit", "status", "area_id", "premises"]]
    rows = listed.merge(keys, on=["unit", "status"], how="inner")
    return rows.rename(columns={"premises": "part_premises"})


def _listed_facts(rows: pd.DataFrame) -> pd.DataFrame:
    """What the status file says of each area: counts of its premises, and the contract of most of them."""
    if not len(rows):
        return pd.DataFrame(columns=[*_COUNTS, *_LISTED_TEXTS], dtype=object)
    of_part = rows.groupby(["unit", "status"])["status"].transform("size")
    # The gap's premises are a sample of the listed ones: a property stands for this many of them.
    stands_for = rows["part_premises"] / of_part
    groups = rows["area_id"]
    is_out = rows["descoped_reason"] != ""
    by_uprn = (rows["status"] == WHITE) & (rows["basis"] == BY_UPRN)
    flags = {"in_contract": rows["in_contract"], "has_voucher": rows["has_voucher"], "descoped": is_out}
    sums = {name: (stands_for * flag).groupby(groups).sum() for name, flag in flags.items()}
    return pd.DataFrame(
        {
            "listed": groups.groupby(groups).size().astype("float64"),
            **sums,
            "white_by_uprn": (stands_for * by_uprn).groupby(groups).sum(),
            "status_basis": _most(rows["basis"], groups),
            "contract": _most(rows["contract"].where(rows["in_contract"], ""), groups),
            "supplier": _most(rows["supplier"].where(rows["in_contract"], ""), groups),
            "contract_date": rows["contract_date"].where(rows["in_contract"], "").groupby(groups).max(),
            "descoped_reason": _most(rows["descoped_reason"], groups),
        }
    )


def _most(texts: pd.Series, groups: pd.Series) -> pd.Series:
    """The text that most rows of a group have, blanks aside; "" where all are blank."""
    said = texts != ""
    counts = texts[said].groupby([groups[said], texts[said]]).size().rename("rows").rename_axis(["area_id", "text"])
    ordered = counts.reset_index().sort_values(["rows", "text"], ascending=[False, True])
    return ordered.drop_duplicates("area_id").set_index("area_id")["text"]
