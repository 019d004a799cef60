"""A bid: a plan with its figures, its pictures and the fund's rules, from which the chapters are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd

from connected_place.coverage.plan import Plan
from connected_place.maps.document import PictureBlock
from connected_place.maps.figures import Figure
from connected_place.maps.pack.funds import Fund

_TITLES = {
    "summary": "Summary",
    "need": "The need",
    "lines": "Better lines",
    "supply": "What is there already",
    "proposal": "The proposal",
    "case": "The economic case",
    "robustness": "How robust the plan is",
    "opponent": "The strongest case against the sites",
    "options": "Options",
    "funding": "Funding and subsidy control",
    "equality": "Equality",
    "delivery": "Delivery plan",
    "monitoring": "Monitoring",
    "questions": "Questions a reviewer may ask",
    "method": "Method and limits",
    "fund": "What the fund asks for",
    "sources": "Sources, dates and licences",
    "figures": "How to trace a figure",
}
"""Chapter titles, unless a fund has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """A plan as a bid to a fund.

    Attributes
    ----------
    plan : Plan
    fund : Fund
    figures : mapping of id to Figure
    pictures : mapping of name to PictureBlock
        The pictures drawn; may be empty.
    """

    plan: Plan
    fund: Fund
    figures: Mapping[str, Figure]
    pictures: Mapping[str, PictureBlock] = field(default_factory=dict)

    @property
    def chosen(self) -> gpd.GeoDataFrame:
        """The proposed sites by rank."""
        sites = self.plan.sites
        return gpd.GeoDataFrame(sites[sites["selected"].astype(bool)].sort_values("rank", kind="stable"))

    @property
    def headline_case(self) -> tuple[str, ...]:
        """Ids of the economic case's figures in a summary."""
        return ("case.programme.pv_costs_gbp", "case.programme.npv_gbp", "case.programme.bcr")

    @property
    def funding_models(self) -> Mapping[str, str]:
        """Funding model of each site, in words."""
        sites = self.plan.funding.sites
        return dict(zip(map(str, sites.index), map(str, sites["model"]), strict=True))

    def bduk_status(self, site_id: str) -> str:
        """BDUK's status of a site's premises; "not known" where no file gives it."""
        return str(self.plan.funding.subsidy["bduk_status"].get(site_id, "not known"))

    def chapter_title(self, key: str) -> str:
        """The title of a chapter."""
        return self.fund.titles.get(key, _TITLES[key])

    def picture(self, name: str) -> tuple[PictureBlock, ...]:
        """The picture with that name, if it was drawn."""
        return (self.pictures[name],) if name in self.pictures else ()
