"""The programme: what its capital buys from both lists, what is left, and what must come from outside."""

from __future__ import annotations

from dataclasses import dataclass

from connected_place.coverage.lines import PlaceLines
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.siting import Shortlist


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceProgramme:
    """Where the capital of a programme goes.

    Attributes
    ----------
    capital_gbp, external_gbp : float
        Stated: all of it, and the part that must come from outside the council.
    external_from : str
        Who pays that part; "": not known.
    secured_gbp : float
        Of it agreed in writing, as `funding.secured_gbp` states.
    sites_gbp, lines_gbp : float
        Spent on public Wi-Fi and on better lines.
    budgets_gbp : float
        What the two lists could have spent.
    others_gbp : float
        What others pay on top for the options chosen, such as vouchers.
    """

    capital_gbp: float
    external_gbp: float
    external_from: str
    secured_gbp: float
    sites_gbp: float
    lines_gbp: float
    budgets_gbp: float
    others_gbp: float

    @property
    def bought_gbp(self) -> float:
        """Spent on both lists."""
        return self.sites_gbp + self.lines_gbp

    @property
    def left_gbp(self) -> float:
        """Capital that neither list spends."""
        return self.capital_gbp - self.bought_gbp

    @property
    def own_gbp(self) -> float:
        """The council's own part."""
        return self.capital_gbp - self.external_gbp

    @property
    def to_find_gbp(self) -> float:
        """Money from outside that is not agreed in writing."""
        return max(0.0, self.external_gbp - self.secured_gbp)


def place_programme(shortlist: Shortlist, lines: PlaceLines | None, parameters: Parameters) -> PlaceProgramme | None:
    """Add up both lists; None where no programme is stated."""
    rules = parameters.programme
    if not rules.capital_gbp:
        return None
    paid = None if lines is None else lines.interventions[lines.interventions["is_paid"].astype(bool)]
    return PlaceProgramme(
        capital_gbp=rules.capital_gbp,
        external_gbp=rules.external_gbp,
        external_from=rules.external_from,
        secured_gbp=parameters.funding.secured_gbp,
        sites_gbp=shortlist.spent_gbp,
        lines_gbp=0.0 if paid is None else float(paid["cost_gbp"].sum()),
        budgets_gbp=parameters.sites.budget_gbp + parameters.lines.budget_gbp,
        others_gbp=0.0 if paid is None else float(paid["others_gbp"].sum()),
    )
