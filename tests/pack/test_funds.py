"""Funds as data: those that come with the programme, a council's own, what they ask for, and what they limit."""

import dataclasses

import pytest

from connected_place.coverage.parameters.pack import Pack
from connected_place.gis_data.errors import CommandError, PlanFileError
from connected_place.maps.pack.fund_answers import TO_BE_FILLED_IN, answer, limit_checks, missing
from connected_place.maps.pack.funds import CHAPTERS, Limit, Required, chosen_fund, fund, fund_names, read_fund

from .. import worlds
from ..packs import bid_of, document_of

OWN = """\
title = "Our fund"
about = "Ours."
chapters = ["summary", "need"]
"""


def own(folder, text=OWN):
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_five_funds_come_with_the_programme():
    assert fund_names() == ("digital-inclusion-like", "generic", "gigahubs-like", "levelling-up-like", "wifi4eu-like")


@pytest.mark.parametrize("name", fund_names())
def test_a_fund_states_that_nobody_has_endorsed_it_and_where_to_check(name):
    about = fund(name).about
    assert "guidance of the" in about or "own guidance" in about
    assert "endorsed" in about or name == "generic"


@pytest.mark.parametrize("name", fund_names())
def test_a_fund_names_only_chapters_and_figures_that_exist(name):
    rules = fund(name)
    assert set(rules.chapters) <= set(CHAPTERS)
    assert rules.chapters[0] == "summary"
    assert all(item.given_by in ("", *rules.chapters) for item in rules.required)
    figures = bid_of(worlds.tiny(), fund_name=name).figures
    assert all(limit.figure in figures for limit in rules.limits)


def asking(**pack):
    """Parameters with these keys of [pack]."""
    return dataclasses.replace(worlds.tiny().parameters, pack=Pack(**pack))


def test_the_command_goes_before_the_file_and_the_file_before_the_name(tmp_path):
    path = own(tmp_path)
    rules = asking(fund="wifi4eu-like", fund_file="own.toml")
    assert chosen_fund(rules, folder=tmp_path).title == "Our fund"
    assert chosen_fund(rules, folder=tmp_path, asked="generic").name == "generic"
    assert chosen_fund(asking(), folder=tmp_path, asked=str(path)).title == "Our fund"
    assert chosen_fund(asking(fund="wifi4eu-like"), folder=tmp_path).name == "wifi4eu-like"


def test_an_unknown_fund_is_refused_with_the_nearest():
    with pytest.raises(CommandError, match='Did you mean "gigahubs-like"'):
        fund("gigahub-like")


def test_a_fund_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PlanFileError, match=r"cannot be opened.*NO_FUND_FILE"):
        read_fund(tmp_path / "no.toml")


def test_every_fault_of_a_fund_is_reported_at_once(tmp_path):
    text = """\
titel = "x"
about = "y"
chapters = ["summary", "needs"]
[wording]
case = 3
[[required]]
words = "no key"
[[limit]]
figure = "shortlist.spent_gbp"
words = "a limit"
text = "10"
most = "10"
"""
    with pytest.raises(PlanFileError) as found:
        read_fund(own(tmp_path, text))
    codes = [fault.code for fault in found.value.faults]
    assert codes == ["UNKNOWN_KEY", "KEY_MISSING", "WRONG_TYPE", "UNKNOWN_CHAPTER", "KEY_MISSING", "WRONG_TYPE"]
    assert 'Did you mean "need"' in str(found.value)


@pytest.mark.parametrize(
    ("most", "least", "is_kept"), [(18_300.0, None, True), (18_299.0, None, False), (None, 18_301.0, False)]
)
def test_a_figure_equal_to_a_limit_meets_it(most, least, is_kept):
    """The tiny borough spends £18,300."""
    limit = Limit(figure="shortlist.spent_gbp", words="Capital", most=most, least=least, text="a sum")
    bid = bid_of(worlds.tiny())
    bid = dataclasses.replace(bid, fund=dataclasses.replace(bid.fund, limits=(limit,)))
    (found,) = limit_checks(bid)
    assert found.is_kept is is_kept
    assert found.figure is bid.figures["shortlist.spent_gbp"]
    assert found.verdict == ("met" if is_kept else "NOT met")


def test_a_limit_per_site_is_checked_for_every_proposed_site():
    limit = Limit(figure="site.{site}.capex_gbp", words="Capital of a site", most=3_000.0, text="£3,000")
    bid = bid_of(worlds.tiny())
    bid = dataclasses.replace(bid, fund=dataclasses.replace(bid.fund, limits=(limit,)))
    assert [item.is_kept for item in limit_checks(bid)] == [False, True]


def test_a_limit_on_an_unknown_figure_is_neither_met_nor_not_met():
    limit = Limit(figure="case.programme.bcr", words="Ratio", least=1.0, text="1")
    bid = bid_of(worlds.tiny())
    bid = dataclasses.replace(bid, fund=dataclasses.replace(bid.fund, limits=(limit,)))
    assert limit_checks(bid)[0].is_kept is None


def with_answers(**answers):
    plan = worlds.tiny()
    rules = dataclasses.replace(plan.parameters, pack=Pack(answers=answers))
    return bid_of(dataclasses.replace(plan, parameters=rules))


def test_missing_answers_are_left_to_the_council_and_never_made_up():
    bid = with_answers(decision="Cabinet in March")
    asked = {item.key: answer(bid, item) for item in bid.fund.required}
    assert asked["decision"] == "Cabinet in March"
    assert asked["contact"] == TO_BE_FILLED_IN
    assert "decision" not in {item.key for item in missing(bid)}


def test_an_answer_over_the_word_limit_is_marked():
    item = Required(key="support", words="Support", words_most=3)
    assert answer(with_answers(support="one two three"), item) == "one two three"
    assert "TOO LONG: 4 words; the limit is 3" in answer(with_answers(support="one two three four"), item)


def test_a_requirement_can_be_answered_by_a_chapter():
    item = Required(key="x", words="x", given_by="case")
    assert answer(with_answers(), item) == "See the chapter “The economic case”"


def test_a_funds_titles_and_wording_are_in_its_document():
    text = [getattr(block, "text", "") for block in document_of(worlds.tiny(), fund_name="gigahubs-like").blocks]
    assert "Funding and subsidy control note" in text
    assert any("Hubs are public sector premises" in str(item) for item in text)
