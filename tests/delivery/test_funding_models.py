"""Every funding model of the table has its effect on the sample; one that is only named has none and fails."""

import dataclasses

import pandas as pd
import pytest

from connected_place.coverage.delivery.risks import delivery_risks
from connected_place.coverage.delivery.who_pays import funding
from connected_place.coverage.parameters.funding import MODELS, FundingRules
from connected_place.coverage.parameters.funding_models import FUNDING_MODELS
from connected_place.maps.document import Bullets
from connected_place.maps.pack.case import funding_chapter

from ..packs import bid_of
from ..small_places import sample_plan

FIRST, *OTHERS = FUNDING_MODELS.values()
STATED = {"mixed": {"sponsored": 0.5}, "sponsor_gbp_per_year": 2_500.0, "take_up": 0.04, "price_gbp_per_year": 30.0,
          "concession_fee_gbp_per_year": 600.0}  # fmt: skip
"""An amount for every key that a model of today needs; a new key gets its amount here."""


def funded(model, **stated):
    """The sample with one model at every site, its chosen sites and residents unchanged."""
    plan = sample_plan()
    rules = FundingRules(model=model, **stated)
    parameters = dataclasses.replace(plan.parameters, funding=rules)
    sites = plan.sites[plan.sites["selected"].astype(bool)]
    status = plan.funding.subsidy.reindex(plan.sites.index)[
        ["bduk_status", "bduk_premises", "bduk_white", "bduk_basis"]
    ]
    return funding(sites, plan.case.sites["residents"].reindex(sites.index), status, parameters)


def test_the_first_model_is_that_of_a_plan_that_states_none():
    assert FundingRules().model == FIRST.key
    assert tuple(FUNDING_MODELS) == MODELS
    assert not FIRST.income and not FIRST.capital_borne_by and not FIRST.running_borne_by


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model.key)
def test_a_model_changes_the_councils_cash_at_every_site(model):
    council, found = funded(FIRST.key, **STATED), funded(model.key, **STATED)
    assert (found.sites["model"] == model.key).all()
    assert found.cash.notna().all(axis=None)
    assert (found.cash.sum(axis=1) - council.cash.sum(axis=1)).abs().min() > 1.0
    assert found.by_model["model"].tolist() == [model.key]


@pytest.mark.parametrize("model", FUNDING_MODELS.values(), ids=lambda model: model.key)
def test_a_model_brings_its_risks_into_the_register_of_the_plan(model):
    found = funded(model.key, **STATED)
    assert model in found.models
    assert model.risks
    sites = sample_plan().sites
    register = delivery_risks(sites[sites["selected"].astype(bool)], found.risks, sample_plan().parameters)
    written = register.set_index("key")
    for risk in model.risks:
        assert written.loc[risk.key, "words"] == risk.words
        assert 1 <= risk.likelihood <= 5
        assert 1 <= risk.impact <= 5
        assert risk.mitigation and risk.owner_role


@pytest.mark.parametrize("model", FUNDING_MODELS.values(), ids=lambda model: model.key)
def test_a_pack_says_who_pays_and_what_subsidy_control_asks(model):
    bid = bid_of(sample_plan())
    plan = dataclasses.replace(bid.plan, funding=funded(model.key, **STATED), programme=None)
    figures = {name: figure for name, figure in bid.figures.items() if name.startswith("funding")}
    blocks = funding_chapter(dataclasses.replace(bid, plan=plan, figures=figures))
    said = [item for block in blocks if isinstance(block, Bullets) for item in block.items]
    assert f"{model.key}: {model.words}" in said
    assert f"{model.key}: {model.subsidy}" in said


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model.key)
def test_every_key_of_a_model_is_one_of_funding_and_is_missed_where_it_is_not_stated(model):
    keys = {field.name for field in dataclasses.fields(FundingRules)}
    named = {model.capital_borne_by, model.running_borne_by, model.income_years, *model.income} - {""}
    assert named <= keys
    assert bool(named) is not model.is_mixed
    assert set(funded(model.key).missing) == {f"funding.{key}" for key in model.income}


def test_no_two_models_share_a_key_or_a_risk():
    risks = [risk.key for model in FUNDING_MODELS.values() for risk in model.risks]
    assert pd.Series(risks).is_unique
    assert len(FUNDING_MODELS) == len({model.key for model in FUNDING_MODELS.values()})


def test_the_plan_that_init_writes_names_every_model():
    from connected_place.scripts.commands.init import plan_toml

    line = next(line for line in plan_toml("E06000034", "Thurrock").splitlines() if "[funding]" in line)
    assert all(model in line for model in MODELS)
