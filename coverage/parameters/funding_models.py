"""The ways of paying for a site: one table with all that follows from each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingRisk:
    """What may go wrong with a way of paying.

    Attributes
    ----------
    key, words, mitigation, owner_role : str
    likelihood, impact : int
        1 (rare, slight) to 5 (almost certain, severe): proposal of this project, no published source; the council is
        to set them.
    """

    key: str
    words: str
    likelihood: int
    impact: int
    mitigation: str
    owner_role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingModel:
    """One way of paying for a site. The keys are those of [funding], see `FundingRules`.

    Attributes
    ----------
    key : str
        As plan.toml writes it.
    words : str
        Who pays for what, in one sentence.
    subsidy : str
        What subsidy control asks of it, in one sentence; no legal advice.
    risks : tuple of FundingRisk
        At least one: none is without.
    capital_borne_by, running_borne_by : str
        Key of the share of capital and running cost that another than the council bears; empty: the council bears all.
    income : tuple of str
        Keys whose product is the council's income a year; empty: none.
    is_per_resident : bool
        Whether that is the income from each resident in reach; else from the site.
    income_years : str
        Key of how many years the income lasts, 0 for all; empty: all.
    is_mixed : bool
        Whether it is made of the others, by the shares of funding.mixed.
    """

    key: str
    words: str
    subsidy: str
    risks: tuple[FundingRisk, ...]
    capital_borne_by: str = ""
    running_borne_by: str = ""
    income: tuple[str, ...] = ()
    is_per_resident: bool = False
    income_years: str = ""
    is_mixed: bool = False


_TABLE = (
    FundingModel(
        key="council-funded",
        words="The council pays to build and run the site, and receives nothing.",
        subsidy="Spending on the council's own network is a subsidy only where an enterprise gains from it.",
        risks=(
            FundingRisk(
                key="running_cost",
                words="Running costs are not funded after the grant or the first few years.",
                likelihood=3,
                impact=4,
                mitigation="Put whole-life running costs in the medium-term financial plan before the first order.",
                owner_role="Finance lead",
            ),
            FundingRisk(
                key="crowding_out",
                words="A commercial network would have come anyway, so public money adds nothing.",
                likelihood=2,
                impact=3,
                mitigation="Ask operators for their plans in an open review before procurement.",
                owner_role="Procurement lead",
            ),
        ),
    ),
    FundingModel(
        key="sponsored",
        words="The council builds and runs the site; a sponsor pays the council each year to advertise there.",
        subsidy="A sponsor that pays less than the market price for its advertising may be receiving a subsidy.",
        income=("sponsor_gbp_per_year",),
        income_years="sponsor_years",
        risks=(
            FundingRisk(
                key="sponsor_leaves",
                words="The sponsor stops before the equipment is paid for.",
                likelihood=3,
                impact=3,
                mitigation="Contract for at least the payback time; keep the equipment in the council's ownership.",
                owner_role="Commercial lead",
            ),
            FundingRisk(
                key="sponsor_fit",
                words="The sponsor's advertising does not suit the place or its users.",
                likelihood=2,
                impact=2,
                mitigation="Agree an advertising policy first.",
                owner_role="Communications lead",
            ),
        ),
    ),
    FundingModel(
        key="pay-to-use",
        words="The council builds and runs the site; some of the residents within reach pay the council to use it.",
        subsidy="A supplier that is paid more than the market price to take the payments may be receiving a subsidy.",
        income=("take_up", "price_gbp_per_year"),
        is_per_resident=True,
        risks=(
            FundingRisk(
                key="paid_take_up",
                words="Fewer people pay than assumed; those in greatest need pay least.",
                likelihood=4,
                impact=4,
                mitigation="Keep a free allowance; review price and take-up after six months.",
                owner_role="Service lead",
            ),
            FundingRisk(
                key="exclusion",
                words="The price shuts out the people the programme is for.",
                likelihood=4,
                impact=4,
                mitigation="Give free access where deprivation is greatest; record it in the equality note.",
                owner_role="Service lead",
            ),
        ),
    ),
    FundingModel(
        key="concession",
        words="A concessionaire builds and runs the site, in whole or in part, and pays the council a fee each year.",
        subsidy="Use of the council's assets below market rent counts as a subsidy to the concessionaire.",
        capital_borne_by="concession_capital_share",
        running_borne_by="concession_running_share",
        income=("concession_fee_gbp_per_year",),
        risks=(
            FundingRisk(
                key="cherry_picking",
                words="The concessionaire builds only the busiest sites.",
                likelihood=4,
                impact=4,
                mitigation="Tender busy and quiet sites as one lot, with a date for each.",
                owner_role="Procurement lead",
            ),
            FundingRisk(
                key="subsidy",
                words="Use of the council's assets below market rent counts as a subsidy.",
                likelihood=3,
                impact=4,
                mitigation="Take legal advice; charge a market rent or record minimal financial assistance.",
                owner_role="Legal lead",
            ),
            FundingRisk(
                key="lock_in",
                words="An exclusive concession keeps other operators away for years.",
                likelihood=3,
                impact=3,
                mitigation="Do not grant exclusive use; limit the term.",
                owner_role="Procurement lead",
            ),
        ),
    ),
    FundingModel(
        key="mixed",
        words="Several of these models share the site, each paying for its part; the council pays the rest.",
        subsidy="Each part is judged by the model that pays for it.",
        is_mixed=True,
        risks=(
            FundingRisk(
                key="many_contracts",
                words="The payers at one site cannot agree on changes.",
                likelihood=3,
                impact=3,
                mitigation="Make one agreement that says who decides and who pays for what.",
                owner_role="Commercial lead",
            ),
        ),
    ),
)

FUNDING_MODELS: Mapping[str, FundingModel] = {model.key: model for model in _TABLE}
"""Every way of paying by its key; the first is that of a site for which plan.toml states none."""
