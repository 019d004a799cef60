"""[funding]: who pays: the funding model of each site, its income, and money from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.faults import plan_fault, stated_twice
from connected_place.coverage.parameters.funding_models import FUNDING_MODELS
from connected_place.coverage.parameters.setting import OFF, PROPOSED, YOURS, setting
from connected_place.gis_data.errors import Fault

MODELS = tuple(FUNDING_MODELS)
_SINGLE = tuple(model.key for model in FUNDING_MODELS.values() if not model.is_mixed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """A company or charity that may receive public support at some sites.

    Attributes
    ----------
    name : str
        Name of the enterprise, never of a person.
    sites : tuple of str
        Ids of the sites where the council's spending supports it; each site once.
    other_aid_gbp : float or None
        Minimal financial assistance it has already had, in this financial year and the two before. None: not known.
    """

    name: str = field(metadata=setting(source=YOURS))
    sites: tuple[str, ...] = field(default=(), metadata=setting(source=YOURS))
    other_aid_gbp: float | None = field(default=None, metadata=setting("£", source=YOURS))


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingRules:
    """Who pays for each site, what it earns, and what comes from outside the council.

    Attributes
    ----------
    model : str
        Funding model of every site that has no other one.
    by_kind : mapping of str to str
        Funding model by kind of venue.
    by_site : mapping of str to str
        Funding model by site id. It takes precedence over the model of its kind.
    mixed : mapping of str to float
        How much of a mixed site each model pays for; the rest is council-funded.
    sponsor_gbp_per_year : float or None
        What a sponsor pays for one site. None: not known, and neither is the site's cash flow.
    sponsor_years : int
        Years that a sponsor pays. 0: to the end.
    take_up : float or None
        Share of the residents within reach who pay.
    price_gbp_per_year : float or None
        What each of them pays.
    concession_fee_gbp_per_year : float or None
        What the concessionaire pays the council for one site.
    concession_revenue_gbp_per_year : float or None
        What the concessionaire earns from one site, from its users or from advertising. It is a private benefit in the
        business case. None: not known, left out and said.
    concession_capital_share : float
        Share of the capital that the concessionaire bears.
    concession_running_share : float
        Share of the running cost that the concessionaire bears.
    programme_gbp : float or None
        Cost of the whole programme, where these sites are part of it. None: the capital of the chosen sites.
    external_gbp : float or None
        Part of the programme that must come from outside the council. None: nothing was stated.
    secured_gbp : float
        Grants agreed in writing for the programme.
    enterprise : tuple of Enterprise
        Companies and charities that the spending may support, for subsidy control.
    minimal_assistance_gbp : float
        Most that one enterprise may receive over three financial years.
    transparency_gbp : float
        Subsidies above this amount must be published.
    source : str
        Where these figures come from.
    """

    model: str = field(default="council-funded", metadata=setting(choices=MODELS, source=PROPOSED))
    by_kind: Mapping[str, str] = field(default_factory=dict, metadata=setting(choices=MODELS, source=YOURS))
    by_site: Mapping[str, str] = field(default_factory=dict, metadata=setting(choices=MODELS, source=YOURS))
    mixed: Mapping[str, float] = field(
        default_factory=dict,
        metadata=setting("share", at_most=1, keys=_SINGLE, source=YOURS, form="together at most 1"),
    )
    sponsor_gbp_per_year: float | None = field(default=None, metadata=setting("£ a site a year", source=YOURS))
    sponsor_years: int = field(default=0, metadata=setting("years", source=OFF))
    take_up: float | None = field(default=None, metadata=setting("share", at_most=1, source=YOURS))
    price_gbp_per_year: float | None = field(default=None, metadata=setting("£ a person a year", source=YOURS))
    concession_fee_gbp_per_year: float | None = field(default=None, metadata=setting("£ a site a year", source=YOURS))
    concession_revenue_gbp_per_year: float | None = field(
        default=None, metadata=setting("£ a site a year", source=YOURS)
    )
    concession_capital_share: float = field(
        default=1.0, metadata=setting("share", at_most=1, source=f"{PROPOSED}: all, the usual form")
    )
    concession_running_share: float = field(
        default=1.0, metadata=setting("share", at_most=1, source=f"{PROPOSED}: all, the usual form")
    )
    programme_gbp: float | None = field(default=None, metadata=setting("£", source=YOURS))
    external_gbp: float | None = field(default=None, metadata=setting("£", source=YOURS))
    secured_gbp: float = field(default=0.0, metadata=setting("£", source=OFF))
    enterprise: tuple[Enterprise, ...] = ()
    minimal_assistance_gbp: float = field(
        default=315_000.0, metadata=setting("£", source="Subsidy Control Act 2022: minimal financial assistance")
    )
    transparency_gbp: float = field(
        default=100_000.0, metadata=setting("£", source="Subsidy Control Act 2022: duty of transparency")
    )
    source: str = field(default="", metadata=setting(source=YOURS))


def funding_faults(rules: FundingRules) -> Iterator[Fault]:
    """Faults of [funding] that no single value shows: MIXED_SHARES and SITE_TWICE."""
    if sum(share for share in rules.mixed.values() if isinstance(share, int | float)) > 1 + 1e-9:
        yield plan_fault("MIXED_SHARES", "funding.mixed")
    sites = (site for item in rules.enterprise for site in item.sites)
    yield from stated_twice("SITE_TWICE", "funding.enterprise.sites", sites)
