"""What may go wrong with each way of paying for a site."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.parameters import FundingRules, setting_of

_COUNCIL, _SPONSORED, _PAY, _CONCESSION, _MIXED = setting_of(FundingRules, "model").choices
_COLUMNS = ["model", "key", "words", "likelihood", "impact", "mitigation", "owner_role"]
RISKS = pd.DataFrame(
    [
        (_COUNCIL, "running_cost", "Running costs have no budget after the grant or the first years.", 3, 4,
         "Put the whole life's running cost into the medium-term financial plan before the first order.",
         "Finance lead"),
        (_COUNCIL, "crowding_out", "A commercial network would have come, so that public money adds nothing.", 2, 3,
         "Ask operators for their plans in an open review before procurement.", "Procurement lead"),
        (_SPONSORED, "sponsor_leaves", "The sponsor stops before the equipment is paid for.", 3, 3,
         "Contract for at least the payback time; keep the equipment in the council's ownership.", "Commercial lead"),
        (_SPONSORED, "sponsor_fit", "The sponsor's advertising does not suit the place or its users.", 2, 2,
         "Agree an advertising policy first.", "Communications lead"),
        (_PAY, "paid_take_up", "Fewer people pay than assumed; those in most need pay least.", 4, 4,
         "Keep a free allowance; review price and take-up after six months.", "Service lead"),
        (_PAY, "exclusion", "A price shuts out the people whom the programme is for.", 4, 4,
         "Give free access where deprivation is greatest; record it in the equality note.", "Service lead"),
        (_CONCESSION, "cherry_picking", "The concessionaire builds only the busiest sites.", 4, 4,
         "Tender busy and quiet sites in one lot with dates for each.", "Procurement lead"),
        (_CONCESSION, "subsidy", "Use of the council's assets below market rent counts as a subsidy.", 3, 4,
         "Take legal advice; charge a market rent or record minimal financial assistance.", "Legal lead"),
        (_CONCESSION, "lock_in", "An exclusive concession keeps other operators away for years.", 3, 3,
         "Grant no exclusive use; limit the term.", "Procurement lead"),
        (_MIXED, "many_contracts", "Several payers at one site do not agree on changes.", 3, 3,
         "One agreement that names who decides and who pays for what.", "Commercial lead"),
    ],
    columns=_COLUMNS,
)  # fmt: skip
"""Proposal of this project, no published source: likelihood and impact from 1 to 5 are to be set by the council."""


def model_risks(model: pd.Series, rules: FundingRules) -> pd.DataFrame:
    """Risks of the models in use, the highest score first.

    Returns
    -------
    DataFrame
        `model, key, words, likelihood, impact, mitigation, owner_role, score`.
    """
    used = set(model)
    if _MIXED in used:
        used |= {name for name, share in rules.mixed.items() if share > 0}
    found = RISKS[RISKS["model"].isin(used)]
    found = found.assign(score=found["likelihood"] * found["impact"])
    return found.sort_values("score", ascending=False, kind="stable").reset_index(drop=True)
