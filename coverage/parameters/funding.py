"""What a planner may state of who pays: the funding model of each site, its income, and money from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.funding_models import FUNDING_MODELS

MODELS = tuple(FUNDING_MODELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """A company or charity that may receive public support at some sites: one [[funding.enterprise]].

    Attributes
    ----------
    name : str
        Of the enterprise, never of a person.
    sites : tuple of str
        Site ids where the council's spending supports it.
    other_aid_gbp : float or None
        Minimal financial assistance it had already, this financial year and the two before, £. None: not known.
    """

    name: str
    sites: tuple[str, ...] = ()
    other_aid_gbp: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingRules:
    """How each site is paid for.

    Attributes
    ----------
    model : str
        Of every site without one of its own: a key of `MODELS`.
    by_kind, by_site : mapping of str to str
        Model by kind of venue and by site id; a site goes before its kind.
    mixed : mapping of str to float
        Of a mixed site: share of it that each other model pays for; what is left is council-funded.
    sponsor_gbp_per_year : float or None
        From the sponsor of one site, £ a year. None: not known, and so is the site's cash flow.
    sponsor_years : int
        Years that a sponsor pays; 0: to the end.
    take_up : float or None
        Share of the residents in reach who pay, in [0, 1].
    price_gbp_per_year : float or None
        What each of them pays, £ a year.
    concession_fee_gbp_per_year : float or None
        From the concessionaire to the council for one site, £ a year.
    concession_capital_share, concession_running_share : float
        Share of capital and running cost that the concessionaire bears. 1: all (the usual form; project's proposal).
    programme_gbp : float or None
        Cost of the whole programme, £, where these sites are a part of it. None: the capital of the chosen sites.
    external_gbp : float or None
        Part of it that must come from outside the council, £. None: nothing was stated.
    secured_gbp : float
        Grants agreed in writing for the programme, £; 0: none yet.
    enterprise : tuple of Enterprise
    minimal_assistance_gbp : float
        Most per enterprise over three financial years. 315,000: Subsidy Control Act 2022.
    transparency_gbp : float
        Subsidies above it are published. 100,000: Subsidy Control Act 2022.
    source : str
        Where these figures come from.
    """

    model: str = "council-funded"
    by_kind: Mapping[str, str] = field(default_factory=dict)
    by_site: Mapping[str, str] = field(default_factory=dict)
    mixed: Mapping[str, float] = field(default_factory=dict)
    sponsor_gbp_per_year: float | None = None
    sponsor_years: int = 0
    take_up: float | None = None
    price_gbp_per_year: float | None = None
    concession_fee_gbp_per_year: float | None = None
    concession_capital_share: float = 1.0
    concession_running_share: float = 1.0
    programme_gbp: float | None = None
    external_gbp: float | None = None
    secured_gbp: float = 0.0
    enterprise: tuple[Enterprise, ...] = ()
    minimal_assistance_gbp: float = 315_000.0
    transparency_gbp: float = 100_000.0
    source: str = ""
