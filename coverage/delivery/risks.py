"""What may keep the sites from being built and used, each risk from what the plan itself says."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.parameters import Parameters

_COLUMNS = ["key", "words", "likelihood", "impact", "score", "mitigation", "owner_role", "source"]
_PROPOSAL = "proposal of this project: set likelihood and impact yourself"
_STATED = "plan.toml"


def delivery_risks(sites: pd.DataFrame, funding_risks: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Risks of the plan, of its funding models and of the planner's own.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`
        The chosen: `kind, backhaul_class`.
    funding_risks : DataFrame
        As `funding_risks.model_risks` gives it.
    parameters : Parameters

    Returns
    -------
    DataFrame, the highest score first
        `key, words, likelihood, impact, score` (likelihood times impact, 1 to 25), `mitigation, owner_role, source`.
        One of the planner's own replaces one of the same key.
    """
    own = pd.DataFrame(
        [
            (item.key, item.words, item.likelihood, item.impact, item.mitigation, item.owner_role, _STATED)
            for item in parameters.delivery.risk
        ],
        columns=[name for name in _COLUMNS if name != "score"],
    )
    built_in = pd.DataFrame([(*row, _PROPOSAL) for row in _of_plan(sites, parameters)], columns=own.columns)
    money = funding_risks.assign(source=_PROPOSAL)[list(own.columns)]
    every = pd.concat([own, built_in, money], ignore_index=True).drop_duplicates("key")
    every = every.astype({"likelihood": "int64", "impact": "int64"})
    every["score"] = every["likelihood"] * every["impact"]
    return every.sort_values("score", ascending=False, kind="stable")[_COLUMNS].reset_index(drop=True)


def _of_plan(sites: pd.DataFrame, parameters: Parameters) -> list[tuple[str, str, int, int, str, str]]:
    """Key, words, likelihood, impact, mitigation and owner of what this plan runs into."""
    lines = int((~sites["backhaul_class"].isin(["A", "B"])).sum())
    street = int((sites["kind"] == "street furniture").sum())
    case = parameters.appraisal
    has_value = case.benefit_gbp_per_demand is not None or any(item.unit_value_gbp is not None for item in case.benefit)
    found = [
        ("coverage_data", "Coverage is as operators report it for premises; a site's own line may differ.", 3, 3,
         "Get a quote for each address before ordering.", "Network engineer"),
        ("reach", "Walls, trees and other radio signals make reach shorter than modelled.", 3, 3,
         "Measure three sites of different kinds before ordering the rest.", "Network engineer"),
        ("consents", "A landlord, highways or planning consent comes late or not at all.", 3, 4,
         "Ask for consent early; keep the next ranked site ready as a substitute.", "Property and highways lead"),
        ("take_up", "People do not know about the Wi-Fi or do not trust it.", 3, 3,
         "Signs at each site; sign-on without personal data; count users from the first month.", "Service lead"),
        ("skills", "Coverage alone does not help people who lack a device or skills.", 4, 3,
         "Combine sites with devices and training in libraries and community centres.", "Service lead"),
        ("security", "The network is misused, or users' data are lost.", 2, 5,
         "Keep it separate from the council's own network; carry out a data protection assessment before going live.",
         "Information security lead"),
    ]  # fmt: skip
    if lines:
        found.append(
            ("line", f"At {lines} of {len(sites)} sites, no good enough line is known.", 4, 4,
             "Get quotes first; move those sites to a later phase if lines are expensive.", "Network engineer")
        )  # fmt: skip
    if street:
        found.append(
            ("power", f"At {street} of {len(sites)} street furniture sites, power, load or cabling may be unsuitable.",
             3, 3, "Survey columns with their owner before procurement.", "Property and highways lead")
        )  # fmt: skip
    if not has_value:
        found.append(
            ("no_value", "No value is given for any benefit, so nobody can say what the money buys.", 4, 3,
             "Give values with their sources in [[appraisal.benefit]].", "Finance lead")
        )  # fmt: skip
    return found
