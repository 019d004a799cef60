"""The business case against figures worked out by hand, by a library and by a spreadsheet."""

import csv
import shutil
import subprocess

import numpy as np
import numpy_financial
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.case.lines import optimism_bias
from connected_place.coverage.case.present_values import appraised, band, site_values
from connected_place.coverage.discounting import discount_factors
from connected_place.coverage.parameters.appraisal import OPTIMISM_BIAS, Appraisal
from connected_place.coverage.parameters.benefits import Additionality, Benefit, Distribution

from ..money_worlds import appraised_of, case_of, sites_of, vector
from ..processes import EMERGENCY_S
from ..small_places import NAN, sample_plan

rules = settings(deadline=None, derandomize=True, max_examples=20)
GUIDE = Additionality(leakage=0.1, displacement=0.25, deadweight=0.3)
RESIDENTS = Benefit(key="online", quantity="residents", unit_value_gbp=10.0)


# --- the test vector -----------------------------------------------------------------------------------------


def test_present_values_to_the_penny():
    found = vector().programme
    assert round(found.pv_costs_gbp, 2) == 183_166.05
    assert round(found.pv_benefits_gbp, 2) == 332_664.21
    assert round(found.npv_gbp, 2) == 149_498.16
    assert round(found.bcr, 4) == 1.8162
    assert found.undiscounted_ratio == pytest.approx(2.0)
    assert found.band == "medium"


@pytest.mark.parametrize(
    ("benefit_gbp", "bias", "net", "bcr"),
    [
        (40_000, 0.44, Additionality(), 1.4644),
        (40_000, 2.00, Additionality(), 0.8682),
        (40_000, 0.44, GUIDE, 0.6919),
        (40_000, 0.44, Additionality(leakage=0.1, displacement=0.25, substitution=0.3), 0.6919),
        (44_048, 0.0, Additionality(), 2.0000),
        (54_630, 0.44, Additionality(), 2.0000),
    ],
)
def test_optimism_bias_is_on_capital_alone_and_additionality_on_benefits_alone(benefit_gbp, bias, net, bcr):
    assert round(vector(benefit_gbp, bias=bias, additionality=net).programme.bcr, 4) == bcr


@pytest.mark.parametrize(("bias", "needed_gbp"), [(0.0, 44_048), (0.44, 54_630)])
def test_the_benefit_that_two_to_one_needs(bias, needed_gbp):
    assert round(vector(bias=bias).two_to_one.benefit_needed_gbp_per_year) == needed_gbp


def test_a_net_benefit_is_not_made_net_again():
    gain = Benefit(key="gain", quantity=1.0, unit_value_gbp=40_000.0, is_net=True)
    found = case_of(sites_of(1), Appraisal(optimism_bias=0.0, benefit=(gain,), additionality=GUIDE))
    assert round(found.programme.bcr, 4) == 1.8162


# --- other implementations -------------------------------------------------------------------------------------


@rules
@given(
    st.floats(0, 1e6), st.floats(0, 1e5), st.floats(0, 1e5), st.integers(1, 30), st.floats(0, 0.15), st.integers(0, 9)
)
def test_net_present_value_agrees_with_numpy_financial(capex, opex, gain, years, rate, life):
    """Flows by hand: capital in year 0, half of it again each time the equipment's life is over, but not at the end."""
    stated = Appraisal(
        optimism_bias=0.2, draws=100, years=years, discount_rate=rate, renewal_years=life,
        benefit=(Benefit(key="gain", quantity=1.0, unit_value_gbp=gain),),
    )  # fmt: skip
    found = case_of(sites_of(1, capex=capex, opex=opex), stated).programme.npv_gbp
    flows = [-1.2 * capex] + [gain - opex] * years
    for year in range(life, years, life) if life else ():
        flows[year] -= 0.6 * capex
    assert found == pytest.approx(numpy_financial.npv(rate, flows), abs=1e-2, rel=1e-9)


def sheet_of(rows):
    """A flat OpenDocument spreadsheet: numbers, and formulas without a value, so that whoever opens it calculates."""
    cells = "".join(f"<table:table-row>{''.join(map(cell_of, row))}</table:table-row>" for row in rows)
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    return (
        f'<?xml version="1.0"?><office:document {spaces} xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" '
        'office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body>'
        f'<office:spreadsheet><table:table table:name="case">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document>"
    )


def cell_of(content):
    if isinstance(content, str):
        return f'<table:table-cell table:formula="of:={content}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{content!r}"/>'


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_spreadsheet_that_libreoffice_calculates_says_the_same(tmp_path):
    """The flows of the sample borough by year, the formula NPV over them, calculated there and read back."""
    plan = sample_plan()
    flows, rate = plan.case.years, plan.parameters.appraisal.discount_rate
    costs = (flows["capital_gbp"] + flows["running_gbp"] + flows["renewal_gbp"]).tolist()
    rows = [list(pair) for pair in zip(costs, flows["benefits_gbp"].tolist(), strict=True)]
    last = len(rows)
    rows[0] += [f"[.A1]+NPV({rate};[.A2:.A{last}])", f"[.B1]+NPV({rate};[.B2:.B{last}])", "[.D1]/[.C1]"]
    (tmp_path / "case.fods").write_text(sheet_of(rows), encoding="utf-8")
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false", "--outdir", str(tmp_path),
         str(tmp_path / "case.fods")],
        check=True, capture_output=True, timeout=EMERGENCY_S,
    )  # fmt: skip
    first = next(csv.reader((tmp_path / "case.csv").read_text(encoding="utf-8").splitlines()))
    found = plan.case.programme
    assert float(first[2]) == pytest.approx(found.pv_costs_gbp, abs=0.005)
    assert float(first[3]) == pytest.approx(found.pv_benefits_gbp, abs=0.005)
    assert float(first[4]) == pytest.approx(found.bcr, abs=1e-9)


# --- discounting and prices --------------------------------------------------------------------------------------


def test_without_discounting_the_ratio_is_that_of_plain_sums():
    assert vector(discount_rate=0.0).programme.bcr == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("year", "factor"),
    [(0, 1.0), (1, 1 / 1.035), (30, 1.035**-30), (31, 1.035**-30 / 1.03), (75, 1.035**-30 * 1.03**-45)],
)
def test_years_to_thirty_have_the_first_rate_and_later_ones_the_second(year, factor):
    assert discount_factors(Appraisal(years=75))[year] == pytest.approx(factor, rel=1e-12)


def test_other_prices_are_converted_by_the_stated_deflator():
    """Costs of 2016, benefits of 2026: with prices up by a quarter, costs count a quarter more and benefits do not."""
    deflator = {"2016": 80.0, "2026": 100.0}
    base = {"price_base_year": 2026, "deflator": deflator}
    now, then = vector(**base).programme, vector(costs_price_year=2016, **base).programme
    assert then.pv_costs_gbp == pytest.approx(1.25 * now.pv_costs_gbp)
    assert then.pv_benefits_gbp == now.pv_benefits_gbp
    old = Benefit(key="gain", quantity=1.0, unit_value_gbp=32_000.0, low=16_000, high=40_000, price_year=2016)
    line = case_of(sites_of(1), Appraisal(benefit=(old,), **base)).lines.set_index("key").loc["gain"]
    assert (line["unit_value_gbp"], line["low"], line["high"]) == (40_000.0, 20_000.0, 50_000.0)


# --- costs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("work", sorted(OPTIMISM_BIAS))
def test_the_bias_of_a_kind_of_work_goes_from_the_upper_bound_to_the_lower(work):
    upper, lower = OPTIMISM_BIAS[work]
    kinds = pd.Series(["library", "market"])
    for mitigated, expected in [(0.0, upper), (1.0, lower), (0.5, (upper + lower) / 2)]:
        stated = Appraisal(works={"library": work}, equipment_share={"library": 0, "other": 0}, mitigated=mitigated)
        found = optimism_bias(kinds, stated)
        assert found.tolist() == pytest.approx([expected, 0.44 + mitigated * (0.03 - 0.44)])


@pytest.mark.parametrize(
    ("years", "life", "when"),
    [(10, 0, []), (10, 4, [4, 8]), (8, 4, [4]), (10, 10, []), (10, 11, [])],  # not in the last year
)
def test_equipment_is_renewed_when_its_life_is_over_but_not_in_the_last_year(years, life, when):
    flows = vector(bias=0.5, years=years, renewal_years=life, renewal_share=0.4).years
    assert flows.index[flows["renewal_gbp"] > 0].tolist() == when
    assert all(flows.loc[year, "renewal_gbp"] == pytest.approx(100_000 * 0.4 * 1.5) for year in when)


def test_what_is_left_at_the_end_lowers_the_costs_of_the_last_year():
    with_rest, without = vector(residual_share=0.1), vector()
    less = without.programme.pv_costs_gbp - with_rest.programme.pv_costs_gbp
    assert less == pytest.approx(10_000 / 1.035**10)


def test_a_later_phase_costs_and_brings_later():
    stated = Appraisal(benefit=(RESIDENTS,), phase_years=2, optimism_bias=0.44)
    first, second = case_of(sites_of(1), stated), case_of(sites_of(1, phase=2.0), stated)
    assert second.years["capital_gbp"].tolist()[:3] == [0, 0, 144_000]
    assert (second.years["benefits_gbp"] > 0).tolist() == [False] * 3 + [True] * 8
    assert second.programme.pv_costs_gbp < first.programme.pv_costs_gbp


# --- benefits ----------------------------------------------------------------------------------------------------


def test_without_a_stated_benefit_nothing_is_known_but_costs_and_what_a_person_costs():
    found = vector(None)
    told = found.programme
    assert (told.pv_benefits_gbp, told.npv_gbp, told.bcr, told.weighted_bcr, told.band) == (None, None, None, None, "")
    assert found.candidates[["npv_gbp", "bcr"]].isna().all(axis=None)
    assert found.years["benefits_gbp"].isna().all()
    assert found.switching.empty
    assert found.monte_carlo.share_at_least_one is None
    assert round(told.pv_costs_gbp, 2) == 183_166.05
    assert found.effectiveness.set_index("key").loc["residents", "pv_costs_gbp"] == pytest.approx(183_166.05, abs=0.01)


def test_a_benefit_that_is_only_named_is_told_and_never_counts_as_nothing():
    named = Benefit(key="joy", words="Joy", quantity="residents")
    both = case_of(sites_of(1), Appraisal(benefit=(RESIDENTS, named)))
    alone = case_of(sites_of(1), Appraisal(benefit=(RESIDENTS,)))
    assert both.programme.not_valued == ("Joy",)
    assert both.programme.bcr == alone.programme.bcr
    assert np.isnan(both.lines.set_index("key").loc["joy", "pv_gbp"])
    assert case_of(sites_of(1), Appraisal(benefit=(named,))).programme.bcr is None


def test_a_quantity_that_nobody_knows_gives_no_value():
    found = case_of(sites_of(2), Appraisal(benefit=(RESIDENTS,)), residents=[NAN])
    assert found.programme.bcr is None
    assert found.programme.not_valued == ("online",)


def test_a_candidate_of_which_one_line_is_not_known_has_no_ratio():
    need, joy = (Benefit(key=key, quantity=key, unit_value_gbp=5.0) for key in ("demand", "sites"))
    found = case_of(sites_of(2, chosen=1, demand=[1.0, NAN]), Appraisal(benefit=(need, joy))).candidates
    assert found["bcr"].notna().tolist() == [True, False]


def test_a_chosen_site_counts_what_it_adds_and_another_what_it_would_add():
    """S1 reaches A and B, S2 B and C, S3 (not chosen) C and D: ten residents in each."""
    chances = [[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]
    found = case_of(sites_of(3, chosen=2), Appraisal(benefit=(RESIDENTS,)), chances=chances, residents=[10.0])
    each = found.candidates["pv_benefits_gbp"] / 8.316605 / 10
    assert each.round(3).tolist() == [20, 10, 10]
    assert found.sites["residents"].tolist() == [20, 10]


@pytest.mark.parametrize(
    ("terms", "years"),
    [
        ({}, [0, 10, 10, 10, 10]),
        ({"ramp_up_years": 1}, [0, 5, 10, 10, 10]),
        ({"ramp_up_years": 3}, [0, 2.5, 5, 7.5, 10]),
        ({"lasts_years": 2}, [0, 10, 10, 0, 0]),
    ],
)
def test_a_benefit_grows_in_equal_steps_and_ends_when_it_is_said_to(terms, years):
    gain = Benefit(key="gain", quantity="residents", unit_value_gbp=10.0, **terms)
    assert case_of(sites_of(1), Appraisal(years=4, benefit=(gain,))).years["benefits_gbp"].tolist() == years


def test_a_number_for_the_whole_programme_is_shared_out_by_demand():
    """The third site is not chosen: it would bring as much more as it would cover."""
    gain = Benefit(key="gain", quantity=100.0, unit_value_gbp=1.0)
    found = case_of(sites_of(3, chosen=2, demand=[30.0, 10.0, 99.0]), Appraisal(years=1, benefit=(gain,)))
    assert (found.candidates["pv_benefits_gbp"] * 1.035).round(9).tolist() == [75, 25, 247.5]
    assert found.programme.pv_benefits_gbp == pytest.approx(100 / 1.035)


# --- sums --------------------------------------------------------------------------------------------------------

programmes = st.lists(
    st.tuples(st.floats(1, 1e6), st.floats(0, 1e5), st.floats(0, 1e4), st.sampled_from([1.0, 2.0, 3.0])),
    min_size=1,
    max_size=8,
)


@rules
@given(programmes, st.integers(1, 40), st.integers(0, 12), st.integers(0, 3), st.floats(0, 1))
def test_the_programme_is_the_sum_of_its_sites_its_lines_and_its_years(rows, years, life, phase_years, rest):
    capex, opex, people, phases = (list(column) for column in zip(*rows, strict=True))
    sites = sites_of(len(rows), capex=capex, opex=opex, phase=phases)
    gain = Benefit(key="gain", quantity=1_000.0, unit_value_gbp=3.0, ramp_up_years=2)
    stated = Appraisal(
        draws=100, years=years, renewal_years=life, phase_years=phase_years, residual_share=rest,
        benefit=(RESIDENTS, gain), additionality=GUIDE, works={"library": "equipment"},
    )  # fmt: skip
    found = case_of(sites, stated, residents=people)
    told, lines = found.programme, found.lines.set_index("kind")["pv_gbp"]
    benefits = told.pv_benefits_gbp
    assert found.sites["pv_costs_gbp"].sum() == pytest.approx(told.pv_costs_gbp)
    assert found.sites["npv_gbp"].sum() == pytest.approx(told.npv_gbp, abs=1e-3)
    assert lines.drop("benefit").sum() == pytest.approx(told.pv_costs_gbp)
    assert lines.loc[["benefit"]].sum() == pytest.approx(benefits)
    assert found.years["pv_costs_gbp"].sum() == pytest.approx(told.pv_costs_gbp)
    assert found.years["pv_benefits_gbp"].sum() == pytest.approx(benefits)
    assert told.bcr == pytest.approx(benefits / told.pv_costs_gbp)


@rules
@given(programmes)
def test_sites_are_worth_the_same_in_any_order_of_rows(rows):
    capex, opex, people, _ = (list(column) for column in zip(*rows, strict=True))
    sites = sites_of(len(rows), capex=capex, opex=opex)
    lines = appraised_of(sites, Appraisal(benefit=(RESIDENTS,)), residents=people)
    turned = appraised(sites.iloc[::-1], _reversed_added(lines), Appraisal(benefit=(RESIDENTS,)))
    pd.testing.assert_frame_equal(site_values(turned).sort_index(), site_values(lines).sort_index())


def _reversed_added(case):
    quantity = next(line for line in case.lines if line.key == "online").quantity
    return pd.DataFrame({"residents": quantity.iloc[::-1], "demand": 1.0})


def test_a_mean_of_ratios_is_not_the_ratio_of_the_programme():
    found = case_of(sites_of(2, capex=[1e3, 1e5], opex=0.0), Appraisal(benefit=(RESIDENTS,)), residents=[100.0, 100.0])
    assert found.programme.bcr != pytest.approx(found.sites["bcr"].mean())


def test_where_nothing_is_chosen_there_is_a_case_of_nothing():
    found = case_of(sites_of(2, chosen=0), Appraisal(benefit=(RESIDENTS,)))
    assert (found.programme.sites, found.programme.pv_costs_gbp, found.programme.bcr) == (0, 0.0, None)
    assert found.candidates["npv_gbp"].notna().all()
    assert found.options["key"].tolist() == ["do_nothing"]


def test_what_costs_nothing_has_no_ratio():
    found = case_of(sites_of(1, capex=0.0, opex=0.0), Appraisal(benefit=(RESIDENTS,)))
    assert found.programme.bcr is None
    assert found.programme.npv_gbp > 0


@pytest.mark.parametrize(
    ("ratio", "words"), [(0.999, "poor"), (1, "low"), (1.499, "low"), (1.5, "medium"), (2, "high"), (NAN, "")]
)
def test_the_bands_begin_at_their_edge(ratio, words):
    assert band(ratio) == words


# --- whose pound -------------------------------------------------------------------------------------------------

INCOMES = Distribution(median_income_gbp=30_000.0, income_gbp={"1": 15_000.0, "10": 60_000.0})


def test_a_pound_counts_for_more_where_incomes_are_lower():
    weights = INCOMES.weight_by_decile
    assert weights == {1.0: pytest.approx(2**1.3), 10.0: pytest.approx(0.5**1.3)}
    assert not Distribution(median_income_gbp=30_000.0).weight_by_decile
    assert not Distribution(income_gbp={"1": 15_000.0}).weight_by_decile


def test_a_site_whose_decile_has_no_income_has_no_weight():
    ids = pd.Index(["S1", "S2"], name="site_id")
    stated = Appraisal(benefit=(RESIDENTS,), distribution=INCOMES)
    found = case_of(sites_of(2), stated, deciles=pd.Series([1.0, 5.0], index=ids)).programme
    assert found.weighted_bcr is None


def test_weighted_figures_stand_beside_the_others_and_only_where_all_is_known():
    stated = Appraisal(benefit=(RESIDENTS,), distribution=INCOMES)
    ids = pd.Index(["S1", "S2"], name="site_id")
    known = case_of(sites_of(2), stated, deciles=pd.Series([1.0, 1.0], index=ids)).programme
    assert known.weighted_bcr == pytest.approx(known.bcr * 2**1.3)
    partly = case_of(sites_of(2), stated, deciles=pd.Series([1.0, NAN], index=ids)).programme
    assert partly.weighted_bcr is None
    assert partly.bcr == known.bcr


@rules
@given(st.floats(0, 2), st.floats(0, 2))
def test_more_bias_never_raises_the_ratio(bias, more):
    assert vector(bias=bias + more, draws=100).programme.bcr <= vector(bias=bias, draws=100).programme.bcr + 1e-12
