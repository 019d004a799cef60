"""What may go wrong with each way of paying for a site."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import pandas as pd

from connected_place.coverage.parameters import funding_models

RISKS = pd.DataFrame(
    [
        {"model": model.key, **dataclasses.asdict(risk)}
        for model in funding_models.FUNDING_MODELS.values()
        for risk in model.risks
    ]
)
"""`model, key, words, likelihood, impact, mitigation, owner_role`: the risks of every model."""


def model_risks(used: Iterable[funding_models.FundingModel]) -> pd.DataFrame:
    """Risks of the models in use, the highest score first.

    Returns
    -------
    DataFrame
        `model, key, words, likelihood, impact, mitigation, owner_role, score`.
    """
    found = RISKS[RISKS["model"].isin([model.key for model in used])]
    found = found.assign(score=found["likelihood"] * found["impact"])
    return found.sort_values("score", ascending=False, kind="stable").reset_index(drop=True)
